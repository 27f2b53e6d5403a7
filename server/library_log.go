package server

import (
	"context"
	"log/slog"
	"regexp"
)

// libraryLog passes on what mcp-go logs, without the session ids that it
// likes to mention: who reads one in a log can act as the client.
type libraryLog struct{ next slog.Handler }

// sessionID matches the ids that this server gives out, and only things as
// long as them.
var sessionID = regexp.MustCompile(`\b[A-Z2-7]{26}\b`)

// Enabled implements [slog.Handler].
func (l libraryLog) Enabled(ctx context.Context, level slog.Level) bool {
	return l.next.Enabled(ctx, level)
}

// Handle implements [slog.Handler]. Of the attributes only errors stay.
func (l libraryLog) Handle(ctx context.Context, record slog.Record) error {
	clean := slog.NewRecord(record.Time, record.Level, "mcp-go: "+scrub(record.Message), record.PC)
	record.Attrs(func(attr slog.Attr) bool {
		if attr.Key == "err" || attr.Key == "panic" {
			clean.AddAttrs(slog.String(attr.Key, scrub(attr.Value.String())))
		}
		return true
	})
	return l.next.Handle(ctx, clean)
}

// WithAttrs implements [slog.Handler]; mcp-go adds none.
func (l libraryLog) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup implements [slog.Handler]; mcp-go uses none.
func (l libraryLog) WithGroup(string) slog.Handler { return l }

func scrub(text string) string { return sessionID.ReplaceAllString(text, "(session)") }
