package server

import (
	"encoding/json"
	"errors"

	"github.com/mark3labs/mcp-go/mcp"
)

// sendJSON writes one message to the client. A client that cannot be written
// to is gone, and the link ends.
func (l *link) sendJSON(message any) {
	encoded, err := json.Marshal(message)
	if err != nil {
		l.server.o.Logger.Error("a message could not be encoded", "error", err)
		response, ok := message.(mcp.JSONRPCResponse)
		if !ok {
			return
		}
		encoded, err = json.Marshal(rpcError(response.ID.Value(), mcp.INTERNAL_ERROR, brokenMessage))
		if err != nil {
			return
		}
	}
	if err := l.send(encoded); err != nil && !errors.Is(err, errLinkClosed) {
		l.server.o.Logger.Warn("the client cannot be written to", "error", err)
	}
}

func (l *link) send(encoded []byte) error {
	return l.exclusively(func() error { return l.write(encoded) })
}

// exclusively runs write while nothing else is written, unless the link is
// closed. An error closes it.
func (l *link) exclusively(write func() error) error {
	l.writeMu.Lock()
	defer l.writeMu.Unlock()
	if l.closed.Load() {
		return errLinkClosed
	}
	if err := write(); err != nil {
		l.closed.Store(true)
		l.cancel(err)
		return err
	}
	return nil
}

// pump writes notifications in the order in which they were sent.
func (l *link) pump() {
	for {
		select {
		case notification := <-l.notifications:
			l.sendJSON(notification)
		case flushed := <-l.flushes:
			l.drainNotifications()
			close(flushed)
		case <-l.ctx.Done():
			return
		}
	}
}

func (l *link) drainNotifications() {
	for {
		select {
		case notification := <-l.notifications:
			l.sendJSON(notification)
		default:
			return
		}
	}
}

// flush returns when every notification sent so far is on the wire.
func (l *link) flush() {
	flushed := make(chan struct{})
	select {
	case l.flushes <- flushed:
	case <-l.ctx.Done():
		return
	}
	<-flushed
}
