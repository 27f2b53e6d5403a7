// Package sandbox emulates the Mighty Networks Admin API over real HTTP: an
// in-memory community that is the same for the same seed and clock, exact
// where the API is exact (paths, parameters, status codes) and unpleasant
// where it is unpleasant (query-string writes, a bot wall that answers HTML,
// writable fields that no response shows).
//
// [New] builds a [Sandbox], which is an [http.Handler]; [Start] puts a handler
// on a real listener. Faults ([Sandbox.Inject], [ParseFault]) make routes fail
// in the ways networks do. Everything a test wants to know about the other
// side of the wire is readable: [Sandbox.Requests] (what arrived),
// [Sandbox.Changes] (how often something was changed), [Sandbox.Outbox] (what
// was sent to people) and a few look-ups of the state itself.
//
// # Adding a route
//
// A route is one row in the file of its resource: method, path with its exact
// trailing slash, the query parameters and body fields it takes, its success
// code and its handler. The row is all that checking needs: unknown
// parameters, wrong types and missing values are answered before the handler
// runs. A handler gets the community under the right lock and returns a value
// to encode, a [listing] for a list, or an [apiError].
//
// The package imports nothing of this project, so that a misreading of the
// API cannot hide on both sides of a test.
package sandbox
