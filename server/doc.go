// Package server puts the catalogue of tools on the wire as MCP: over stdio,
// over Streamable HTTP and over the older HTTP+SSE transport, each in both
// eras of the protocol: the handshake era (up to 2025-11-25, here "legacy")
// and the stateless one (from 2026-07-28, here "modern").
//
// The protocol itself (decoding of requests, the two eras, the sessions of
// Streamable HTTP) is mcp-go's. This package adds what stands between that and
// a community that must not be harmed: who is asking, questions to people and
// their time limits, limits on size and time, checks against hostile web
// pages, an orderly end, and error texts that give nothing away. Besides the
// tools it serves, to people, the page on which they settle approvals.
//
// stdio and SSE do not use mcp-go's transports but a [link] each, because both
// are one connection with one client on it and need the same things:
// questions that can be answered and that end with the connection, answers
// for every call that was read, and calls that end when their client is gone.
package server
