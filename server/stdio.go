package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// maxLine is the longest message that stdio takes, in bytes.
const maxLine = 4 << 20

// lastLines is how long the server, once told to stop, waits for lines that
// it has read and not yet looked at, if it cannot end the read itself.
const lastLines = 20 * time.Millisecond

// ServeStdio serves one client, with one JSON-RPC message per line of in and
// of out, until in ends or ctx is done. Calls that were read by then are
// answered before it returns, for DrainTimeout at most; questions that can no
// longer be answered end at once, and their calls say so.
//
// It returns nil after an orderly end, and an error when in or out fails.
// When ctx ends first and in is an [io.Closer], in is closed, which is the
// only way to get a waiting read back.
func (s *Server) ServeStdio(ctx context.Context, in io.Reader, out io.Writer) error {
	l := s.newLink(arrival{principal: principalStdio, role: config.LocalRole}, func(message []byte) error {
		_, err := out.Write(append(message, '\n'))
		return err
	})
	defer l.close()

	input := readLines(in, maxLine)
	defer close(input.quit)
	failed := s.receiveLines(ctx, l, input)
	if unanswered := l.finish(s.o.DrainTimeout); unanswered > 0 {
		s.o.Logger.Warn("the server stopped before all calls were answered", "unanswered", unanswered)
	}
	if cause := context.Cause(l.broken); cause != nil && !errors.Is(cause, errLinkClosed) {
		return fmt.Errorf("write to the client: %w", cause)
	}
	return failed
}

// receiveLines hands every line on until the input ends, ctx is done or the
// client is gone.
func (s *Server) receiveLines(ctx context.Context, l *link, input *lineReader) error {
	stopped := ctx.Done()
	var quiet <-chan time.Time
	for {
		select {
		case next, more := <-input.lines:
			switch {
			case !more:
				return nil
			case errors.Is(next.err, errLineTooLong):
				s.o.Logger.Warn("a message was refused for its length", "limit", maxLine)
				l.sendJSON(rpcError(nil, mcp.INVALID_REQUEST, fmt.Sprintf("a message may have at most %d bytes; this one was skipped and nothing was done", maxLine)))
			case next.err != nil:
				if ctx.Err() != nil {
					return nil
				}
				return fmt.Errorf("read from the client: %w", next.err)
			default:
				l.receive(next.text)
			}
		case <-stopped:
			stopped, quiet = nil, time.After(lastLines)
			close(input.stop)
			if closer, ok := input.in.(io.Closer); ok {
				_ = closer.Close()
			}
		case <-quiet:
			if input.waits.Load() {
				return nil
			}
			quiet = time.After(lastLines)
		case <-l.broken.Done():
			return nil
		}
	}
}
