package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/mcp-mighty/mcp-mighty/tools"
)

// Bounds of what waits for clients. All of it is in memory.
const (
	// shelfLifetime is how long a client may take to read an export.
	shelfLifetime = 15 * time.Minute
	// shelfExports is how many exports of one owner are kept; a new one takes
	// the place of the oldest.
	shelfExports = 3
	// shelfRoom is how many bytes one export may have, shelfTotal all together.
	shelfRoom  = 24 << 20
	shelfTotal = 64 << 20
)

// shelfURI begins the address of everything on the shelf.
const shelfURI = "mcp-mighty://exports/"

// shelf keeps exports for those who made them: the same caller, and in the
// handshake era the same session.
type shelf struct {
	now func() time.Time

	mu      sync.Mutex
	exports []*shelved // oldest first
	bytes   int
	sweeper *time.Timer
}

// shelved is one export.
type shelved struct {
	owner   shelfOwner
	expires time.Time
	parts   map[string]tools.ExportPart // by address
	bytes   int
}

// shelfOwner is who may read an export. The session is a digest, and empty
// where there are no sessions.
type shelfOwner struct{ principal, session string }

func ownerOf(ctx context.Context) shelfOwner {
	return shelfOwner{arrivalOf(ctx).principal, clientOf(ctx).session}
}

// withShelf lets a call over HTTP export to the shelf. Whoever starts the
// program over stdio shares the computer's disk, and gets a file.
func (s *Server) withShelf(ctx context.Context) context.Context {
	owner := ownerOf(ctx)
	if owner.principal == principalStdio {
		return ctx
	}
	return tools.WithShelf(ctx, &ownShelf{&s.shelf, owner})
}

// ownShelf is the shelf as one owner sees it.
type ownShelf struct {
	*shelf
	owner shelfOwner
}

// Room implements [tools.Shelf].
func (o *ownShelf) Room() int { return shelfRoom }

// Lifetime implements [tools.Shelf].
func (o *ownShelf) Lifetime() time.Duration { return shelfLifetime }

// Put implements [tools.Shelf].
func (o *ownShelf) Put(parts []tools.ExportPart) ([]tools.ExportLink, time.Time, error) {
	export := &shelved{owner: o.owner, expires: o.now().Add(shelfLifetime), parts: map[string]tools.ExportPart{}}
	var links []tools.ExportLink
	key := rand.Text() // 128 bits that nobody guesses
	for _, part := range parts {
		uri := shelfURI + key + "/" + part.Name
		export.parts[uri] = part
		export.bytes += len(part.Text)
		links = append(links, tools.ExportLink{URI: uri, Name: part.Name, MIMEType: part.MIMEType, Bytes: len(part.Text)})
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sweep()
	o.makeRoom(o.owner)
	if o.bytes+export.bytes > shelfTotal {
		return nil, time.Time{}, &tools.Obstacle{Message: fmt.Sprintf("Other exports wait to be read, and there is no room for another %d bytes. Try again in some minutes: each is kept for %s at most. Nothing of this one was kept.", export.bytes, shelfLifetime)}
	}
	o.exports = append(o.exports, export)
	o.bytes += export.bytes
	if o.sweeper == nil {
		o.sweeper = time.AfterFunc(shelfLifetime, o.sweepLater)
	}
	return links, export.expires, nil
}

// makeRoom lets an owner's oldest exports go for a new one.
func (s *shelf) makeRoom(owner shelfOwner) {
	own := 0
	for i := len(s.exports) - 1; i >= 0; i-- {
		if s.exports[i].owner != owner {
			continue
		}
		if own++; own >= shelfExports {
			s.drop(i)
		}
	}
}

// sweep drops what has expired.
func (s *shelf) sweep() {
	for i := len(s.exports) - 1; i >= 0; i-- {
		if !s.now().Before(s.exports[i].expires) {
			s.drop(i)
		}
	}
}

func (s *shelf) drop(i int) {
	s.bytes -= s.exports[i].bytes
	s.exports = append(s.exports[:i:i], s.exports[i+1:]...)
}

// sweepLater frees the memory of what nobody asked for again.
func (s *shelf) sweepLater() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sweep(); len(s.exports) == 0 {
		s.sweeper = nil
		return
	}
	s.sweeper.Reset(shelfLifetime)
}

// clear drops everything, when the server ends.
func (s *shelf) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.exports, s.bytes = nil, 0
	if s.sweeper != nil {
		s.sweeper.Stop()
	}
}

// get returns what an owner has under an address. What is another's is not
// told apart from what never was.
func (s *shelf) get(owner shelfOwner, uri string) (tools.ExportPart, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	for _, export := range s.exports {
		if part, ok := export.parts[uri]; ok && export.owner == owner {
			return part, true
		}
	}
	return tools.ExportPart{}, false
}

// errNoExport is for the model and the person.
var errNoExport = errors.New("there is no such export: each is kept for 15 minutes, for the caller who made it, and only the newest 3; export_members makes a new one")

// hideShelf keeps the exports from those who are not shown the tool that makes
// them.
func (s *Server) hideShelf(ctx context.Context, _ any, _ *mcp.ListResourceTemplatesRequest, result *mcp.ListResourceTemplatesResult) {
	if !s.shows("export_members", callerOf(ctx)) {
		result.ResourceTemplates = []mcp.ResourceTemplate{}
	}
}

// addResources serves the shelf. Nothing of it is listed: its addresses are
// in the answers of the calls that made them, and nowhere else.
func (s *Server) addResources() {
	s.mcp.AddResourceTemplate(
		mcp.NewResourceTemplate(shelfURI+"{key}/{name}", "exports",
			mcp.WithTemplateTitle("Exported members"),
			mcp.WithTemplateDescription("A part of an export, by the link in the answer of export_members, for the caller who made it."),
		),
		func(ctx context.Context, request mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			part, ok := s.shelf.get(ownerOf(ctx), request.Params.URI)
			if !ok {
				return nil, errNoExport
			}
			return []mcp.ResourceContents{mcp.TextResourceContents{
				URI: request.Params.URI, MIMEType: part.MIMEType, Text: strings.ToValidUTF8(string(part.Text), "\uFFFD"),
			}}, nil
		},
	)
}
