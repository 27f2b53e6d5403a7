package server

import (
	"context"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// clientRecord is what a client said of itself. The zero value is ready.
type clientRecord struct {
	recordMu     sync.RWMutex
	info         mcp.Implementation
	capabilities mcp.ClientCapabilities
	version      string
	initialized  bool
}

// GetClientInfo implements mcp-go's SessionWithClientInfo.
func (c *clientRecord) GetClientInfo() mcp.Implementation {
	c.recordMu.RLock()
	defer c.recordMu.RUnlock()
	return c.info
}

// SetClientInfo implements mcp-go's SessionWithClientInfo.
func (c *clientRecord) SetClientInfo(info mcp.Implementation) {
	c.recordMu.Lock()
	defer c.recordMu.Unlock()
	c.info = info
}

// GetClientCapabilities implements mcp-go's SessionWithClientInfo.
func (c *clientRecord) GetClientCapabilities() mcp.ClientCapabilities {
	c.recordMu.RLock()
	defer c.recordMu.RUnlock()
	return c.capabilities
}

// SetClientCapabilities implements mcp-go's SessionWithClientInfo.
func (c *clientRecord) SetClientCapabilities(capabilities mcp.ClientCapabilities) {
	c.recordMu.Lock()
	defer c.recordMu.Unlock()
	c.capabilities = capabilities
}

// ProtocolVersion implements mcp-go's SessionWithProtocolVersion.
func (c *clientRecord) ProtocolVersion() string {
	c.recordMu.RLock()
	defer c.recordMu.RUnlock()
	return c.version
}

// SetProtocolVersion notes what the handshake agreed on.
func (c *clientRecord) SetProtocolVersion(version string) {
	c.recordMu.Lock()
	defer c.recordMu.Unlock()
	c.version = version
}

// Initialize implements mcp-go's ClientSession.
func (c *clientRecord) Initialize() {
	c.recordMu.Lock()
	defer c.recordMu.Unlock()
	c.initialized = true
}

// Initialized implements mcp-go's ClientSession.
func (c *clientRecord) Initialized() bool {
	c.recordMu.RLock()
	defer c.recordMu.RUnlock()
	return c.initialized
}

// SessionID implements mcp-go's ClientSession.
func (l *link) SessionID() string { return l.id }

// NotificationChannel implements mcp-go's ClientSession.
func (l *link) NotificationChannel() chan<- mcp.JSONRPCNotification { return l.notifications }

// RequestElicitation implements mcp-go's SessionWithElicitation: it asks the
// client and waits for the answer until ctx ends.
func (l *link) RequestElicitation(ctx context.Context, request mcp.ElicitationRequest) (*mcp.ElicitationResult, error) {
	id, answers := l.questions.open()
	defer l.questions.close(id)
	l.sendJSON(mcp.JSONRPCRequest{
		JSONRPC: mcp.JSONRPC_VERSION,
		ID:      mcp.NewRequestId(id),
		Request: mcp.Request{Method: string(mcp.MethodElicitationCreate)},
		Params:  request.Params,
	})
	select {
	case answer := <-answers:
		return answer.elicitation()
	case <-ctx.Done():
	}
	// The client still shows the question; it may take it down.
	l.sendJSON(mcp.JSONRPCNotification{
		JSONRPC: mcp.JSONRPC_VERSION,
		Notification: mcp.Notification{
			Method: string(mcp.MethodNotificationCancelled),
			Params: mcp.NotificationParams{AdditionalFields: map[string]any{
				"requestId": id, "reason": "the question is no longer waiting for an answer",
			}},
		},
	})
	return nil, context.Cause(ctx)
}

var (
	_ mcpserver.SessionWithClientInfo      = (*link)(nil)
	_ mcpserver.SessionWithElicitation     = (*link)(nil)
	_ mcpserver.SessionWithProtocolVersion = (*link)(nil)
)
