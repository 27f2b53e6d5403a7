package apiclient

import "context"

type readBackKey struct{}

// ReadBack returns a context in which no write is sent: each fails as
// [OutcomeUnknown], as if its answer had been lost. Whoever then looks whether
// it happened finds out what became of a write of long ago.
func ReadBack(ctx context.Context) context.Context {
	return context.WithValue(ctx, readBackKey{}, true)
}

func isReadBack(ctx context.Context) bool {
	is, _ := ctx.Value(readBackKey{}).(bool)
	return is
}

func unsent(op *Operation) *Error {
	return &Error{Kind: OutcomeUnknown, Changed: ChangedUnknown, Operation: op.String(), Message: "it was not sent again"}
}
