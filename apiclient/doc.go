// Package apiclient is a typed client of the Mighty Networks Admin API.
//
// One [Client] talks to one network with one key:
//
//	client, err := apiclient.New(apiclient.Options{Network: "paint-pals", Token: key, Version: "1.0"})
//	member, err := client.Members().Get(ctx, 42)
//
// It is exact in what it sends (paths with their slashes, writes that take the
// query string without a body, only the fields that were set) and liberal in
// what it reads (ids as numbers or strings, unknown fields kept in Raw, both
// list envelopes). An answer it cannot read is an error, never an empty value.
//
// Every error that leaves a method is an [*Error]. It says what happened,
// whether something may have changed, and what to do next. Only reads are
// repeated; a write whose answer was lost is reported as [OutcomeUnknown].
package apiclient
