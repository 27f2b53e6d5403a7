package server

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// How many requests of one client may be unanswered at a time, and how many
// bytes they may have. What comes on top is refused at once: a link that
// stopped reading instead could not read the answers to its own questions.
const (
	maxWaiting      = 10_000
	maxWaitingBytes = 64 << 20
)

var errLinkClosed = errors.New("the connection is closed")

// link is one connection with one client on it: stdio, or one SSE session. It
// takes messages in any order, answers every request, and asks the client
// questions. mcp-go sees it as a session.
type link struct {
	clientRecord
	server *Server
	id     string
	// write sends one message. It is never called twice at a time, nor after
	// the link was closed.
	write   func(message []byte) error
	writeMu sync.Mutex
	closed  atomic.Bool
	// broken ends, with the cause, when the client cannot be written to.
	broken context.Context

	ctx    context.Context
	cancel context.CancelCauseFunc
	// open ends when no message can arrive any more.
	open      context.Context
	endInput  context.CancelFunc
	questions questions

	notifications chan mcp.JSONRPCNotification
	flushes       chan chan struct{}
	pumped        sync.WaitGroup

	mu      sync.Mutex
	running map[string]*exchange // by request id
	waiting int                  // exchanges that run
	bytes   int                  // the length of their requests
	idle    chan struct{}        // closed when waiting falls to 0 after the input ended
}

// exchange is one request that is being answered.
type exchange struct {
	size      int
	cancelled bool
}

// newLink starts a link for a client that came in as somebody. The caller
// closes it.
func (s *Server) newLink(as arrival, write func([]byte) error) *link {
	l := &link{
		server: s, id: rand.Text(), write: write,
		notifications: make(chan mcp.JSONRPCNotification, 100),
		flushes:       make(chan chan struct{}),
		running:       map[string]*exchange{},
		idle:          make(chan struct{}),
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	l.broken, l.cancel = ctx, cancel
	l.open, l.endInput = context.WithCancel(ctx)
	as.open = l.open
	ctx = withArrival(ctx, as)
	l.ctx = s.mcp.WithContext(ctx, l)
	l.pumped.Go(l.pump)
	return l
}

// close ends the link: nothing is written any more, calls that only read are
// cancelled. Calls that change something finish by themselves.
//
// A write that is going on is not waited for: standard output can be stuck for
// good. Who has an end to every write calls [link.quiesce] as well.
func (l *link) close() {
	l.closed.Store(true)
	l.endOfInput()
	l.cancel(errLinkClosed)
}

// endOfInput ends the questions that can no longer be answered, and takes no
// further requests.
func (l *link) endOfInput() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.endInput()
	l.settled()
}

// quiesce returns when the last write and the link's own goroutine have ended.
func (l *link) quiesce() {
	l.pumped.Wait()
	l.writeMu.Lock()
	defer l.writeMu.Unlock()
}

// receive takes one message. It returns at once, whatever the message asks
// for, and reports whether it took it: after finish it does not.
func (l *link) receive(message []byte) bool {
	var head struct {
		ID     any             `json:"id"`
		Method string          `json:"method"`
		Result json.RawMessage `json:"result"`
		Error  json.RawMessage `json:"error"`
	}
	readable := json.Unmarshal(message, &head) == nil
	switch {
	case readable && head.Method == "" && (head.Result != nil || head.Error != nil):
		l.questions.answer(head.ID, head.Result, head.Error)
		return true
	case readable && head.ID == nil:
		if head.Method == string(mcp.MethodNotificationCancelled) {
			l.markCancelled(message)
		}
		l.handle(nil, message)
		return true
	}
	this, err := l.begin(head.ID, len(message))
	if err != nil {
		if errors.Is(err, errLinkClosed) {
			return false
		}
		l.sendJSON(rpcError(head.ID, mcp.INTERNAL_ERROR, err.Error()))
		return true
	}
	go l.serve(head.ID, message, this)
	return true
}

// serve answers one request.
func (l *link) serve(id any, message []byte, this *exchange) {
	defer l.end(id, this)
	response := l.handle(id, message)
	// What the call reported goes out before its answer.
	l.flush()
	if response != nil && !l.wasCancelled(this) {
		l.sendJSON(response)
	}
}

// handle gives a message to mcp-go and keeps panics inside.
func (l *link) handle(id any, message []byte) (response mcp.JSONRPCMessage) {
	defer func() {
		if p := recover(); p != nil {
			l.server.logPanic("a message handler panicked", p)
			response = nil
			if id != nil {
				response = rpcError(id, mcp.INTERNAL_ERROR, brokenMessage)
			}
		}
	}()
	return l.server.mcp.HandleMessage(l.ctx, message)
}

func (l *link) begin(id any, size int) (*exchange, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.open.Err() != nil:
		return nil, errLinkClosed
	case l.waiting >= maxWaiting, l.bytes+size > maxWaitingBytes:
		return nil, fmt.Errorf("%d requests are waiting for their answers, and this one is refused. Nothing was done. Send it again when some have been answered", l.waiting)
	}
	this := &exchange{size: size}
	l.waiting++
	l.bytes += size
	l.running[requestKey(id)] = this
	return this, nil
}

func (l *link) end(id any, this *exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if key := requestKey(id); l.running[key] == this {
		delete(l.running, key)
	}
	l.waiting--
	l.bytes -= this.size
	l.settled()
}

// settled closes idle when nothing is left to do. The lock is held.
func (l *link) settled() {
	if l.waiting > 0 || l.open.Err() == nil {
		return
	}
	select {
	case <-l.idle:
	default:
		close(l.idle)
	}
}

// finish takes no more requests, ends the questions that can no longer be
// answered, and waits until every request has its answer, for limit at most.
// Then it cancels what still runs, and returns how much that was.
func (l *link) finish(limit time.Duration) (unanswered int) {
	l.endOfInput()
	if l.idleWithin(limit) {
		return 0
	}
	l.cancel(errLinkClosed)
	// Calls that only read end at once and can still be answered.
	l.idleWithin(time.Second)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.waiting
}

func (l *link) idleWithin(limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-l.idle:
		return true
	case <-timer.C:
		return false
	}
}

// markCancelled notes that the client wants no answer any more; mcp-go, which
// cancels the call, would send one.
func (l *link) markCancelled(message []byte) {
	var cancelled struct {
		Params struct {
			RequestID any `json:"requestId"`
		} `json:"params"`
	}
	if json.Unmarshal(message, &cancelled) != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if this := l.running[requestKey(cancelled.Params.RequestID)]; this != nil {
		this.cancelled = true
	}
}

func (l *link) wasCancelled(this *exchange) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return this.cancelled
}

func requestKey(id any) string { return fmt.Sprintf("%T:%v", id, id) }
