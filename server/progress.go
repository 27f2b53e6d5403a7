package server

import (
	"context"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/mcp-mighty/mcp-mighty/tools"
)

const (
	// progressEvery is the least time between two reports of one call.
	progressEvery = 100 * time.Millisecond
	// progressRest is how long the answer waits after a report. Streamable
	// HTTP in mcp-go loses a notification that is still on its way when the
	// handler returns; 0.2 ms were always enough in measurements.
	progressRest = 5 * time.Millisecond
	// progressStall bounds the wait for a stream that takes no reports.
	progressStall = 250 * time.Millisecond
)

// progress returns where a tool reports how far it is, nil when the caller did
// not ask for it, and settle, which is called before the answer goes out.
func (s *Server) progress(ctx context.Context, meta *mcp.Meta) (report tools.ProgressFunc, settle func()) {
	if meta == nil || meta.ProgressToken == nil {
		return nil, func() {}
	}
	p := &reporter{server: s, ctx: ctx, token: meta.ProgressToken}
	return p.report, p.settle
}

// reporter sends the progress of one call.
type reporter struct {
	server *Server
	ctx    context.Context
	token  mcp.ProgressToken

	mu       sync.Mutex
	sent     bool
	lastDone int
	lastTime time.Time
}

// report implements [tools.ProgressFunc]. Reports in quick succession are
// thinned out; the first one and that of the last step always go.
func (p *reporter) report(done, total int, message string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.server.o.Now()
	switch {
	case p.sent && done <= p.lastDone: // the protocol wants it to rise
		return
	case p.sent && now.Sub(p.lastTime) < progressEvery && done != total:
		return
	}
	params := map[string]any{"progressToken": p.token, "progress": done}
	if total > 0 {
		params["total"] = total
	}
	if message != "" {
		params["message"] = message
	}
	if p.server.mcp.SendNotificationToClient(p.ctx, string(mcp.MethodNotificationProgress), params) != nil {
		return // a full or closed stream; progress is worth no fuss
	}
	p.sent, p.lastDone, p.lastTime = true, done, now
}

// settle waits until the reports can no longer be overtaken by the answer.
func (p *reporter) settle() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sent {
		settle(p.ctx)
	}
}

// settle waits until the notifications that were sent for a request can no
// longer be overtaken by its answer. A link keeps the order by itself.
func settle(ctx context.Context) {
	session := mcpserver.ClientSessionFromContext(ctx)
	if _, ordered := session.(*link); ordered || session == nil {
		return
	}
	deadline := time.NewTimer(progressStall)
	defer deadline.Stop()
	for {
		waiting := len(session.NotificationChannel())
		select {
		case <-time.After(progressRest):
			if waiting == 0 {
				return
			}
		case <-deadline.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// settleListen lets the acknowledgement of a subscription go out before the
// answer, which follows at once where there is nothing to listen for.
func settleListen(ctx context.Context, _ any, _ *mcp.SubscriptionsListenRequest, _ *mcp.SubscriptionsListenResult) {
	settle(ctx)
}
