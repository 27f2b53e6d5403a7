package server

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/mark3labs/mcp-go/mcp"
)

// checkShape refuses a request whose parameters do not have the protocol's
// shape. mcp-go would refuse it too, with the text of a Go decoding error;
// this runs before it and says the same in words for people. It runs in both
// eras and on every transport.
func (s *Server) checkShape(_ context.Context, _, message any) error {
	raw, ok := message.(json.RawMessage)
	if !ok {
		return nil
	}
	var envelope struct {
		Method mcp.MCPMethod `json:"method"`
	}
	if json.Unmarshal(raw, &envelope) != nil {
		return nil // the caller has decoded it before
	}
	var err error
	switch envelope.Method {
	case mcp.MethodInitialize:
		err = json.Unmarshal(raw, new(mcp.InitializeRequest))
	case mcp.MethodPing:
		err = json.Unmarshal(raw, new(mcp.PingRequest))
	case mcp.MethodServerDiscover:
		err = json.Unmarshal(raw, new(mcp.DiscoverRequest))
	case mcp.MethodSubscriptionsListen:
		err = json.Unmarshal(raw, new(mcp.SubscriptionsListenRequest))
	case mcp.MethodResourcesList, mcp.MethodResourcesTemplatesList:
		err = json.Unmarshal(raw, new(mcp.PaginatedRequest))
	case mcp.MethodResourcesRead:
		err = json.Unmarshal(raw, new(mcp.ReadResourceRequest))
	case mcp.MethodToolsCall:
		err = json.Unmarshal(raw, new(mcp.CallToolRequest))
	case mcp.MethodToolsList:
		var request mcp.ListToolsRequest
		if err = json.Unmarshal(raw, &request); err == nil {
			_, err = base64.StdEncoding.DecodeString(string(request.Params.Cursor))
		}
	}
	if err == nil {
		return nil
	}
	s.o.Logger.Warn("a request does not have the protocol's shape", "method", string(envelope.Method), "error", err)
	if envelope.Method == mcp.MethodToolsList {
		return errors.New("the parameters of tools/list are not valid; the list is one page, so leave cursor out")
	}
	return fmt.Errorf("the parameters of %s do not have the shape that the protocol asks for; nothing was done", envelope.Method)
}
