package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
)

// The principals of those who need no token: the way in is their name.
const (
	principalStdio = "stdio"
	principalHTTP  = "loopback"
	principalSSE   = "loopback-sse"
)

// Bounds of what a client says of itself, in characters.
const (
	maxClientName    = 64
	maxClientVersion = 32
)

// arrival is what a transport knows of the message that it hands on.
type arrival struct {
	principal string
	// role is what the policy calls them.
	role string
	// open ends when no answer to a question can arrive any more: with the
	// session, with the input of the connection, or when the server stops.
	open context.Context
}

type arrivalKey struct{}

func withArrival(ctx context.Context, a arrival) context.Context {
	return context.WithValue(ctx, arrivalKey{}, a)
}

func arrivalOf(ctx context.Context) arrival {
	a, _ := ctx.Value(arrivalKey{}).(arrival)
	if a.open == nil {
		a.open = context.Background()
	}
	return a
}

// client is who sent a request, in either era.
type client struct {
	modern       bool
	info         mcp.Implementation
	capabilities mcp.ClientCapabilities
	// session is a digest; the id itself would let whoever reads it act as the
	// client.
	session string
}

// clientOf reads what the client declared: with this very request in the
// modern era, in the handshake before.
func clientOf(ctx context.Context) client {
	if info := mcpserver.RequestProtocolInfoFromContext(ctx); info != nil && info.Modern {
		c := client{modern: true}
		if info.ClientInfo != nil {
			c.info = *info.ClientInfo
		}
		if info.ClientCapabilities != nil {
			c.capabilities = *info.ClientCapabilities
		}
		return c
	}
	var c client
	session := mcpserver.ClientSessionFromContext(ctx)
	if session == nil {
		return c
	}
	c.session = digestOf(session.SessionID())
	if declared, ok := session.(mcpserver.SessionWithClientInfo); ok {
		c.info, c.capabilities = declared.GetClientInfo(), declared.GetClientCapabilities()
	}
	return c
}

// canAskForms reports whether the client shows forms to a person. The plain
// capability means forms; one that names modes must name this one.
func (c client) canAskForms() bool {
	e := c.capabilities.Elicitation
	return e != nil && (e.Form != nil || e.URL == nil)
}

func (c client) caller(by arrival) guardrails.Caller {
	name := untrusted.Line(c.info.Name, maxClientName)
	if version := untrusted.Line(c.info.Version, maxClientVersion); version != "" && name != "" {
		name += "/" + version
	}
	return guardrails.Caller{Principal: by.principal, Role: by.role, Client: name, Session: c.session}
}

// callerOf is who sent a request, as the gate knows them.
func callerOf(ctx context.Context) guardrails.Caller { return clientOf(ctx).caller(arrivalOf(ctx)) }

// digestOf shortens a session id to something that tells sessions apart and
// opens none.
func digestOf(id string) string {
	if id == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("mcp-mighty session\x00" + id))
	return hex.EncodeToString(sum[:8])
}
