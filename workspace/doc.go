// Package workspace is a typed client of the vendor's second Admin API, which
// knows the users of a workspace: the people who administer it, not the
// members of a community.
//
//	client, err := workspace.New(workspace.Options{Token: key, Version: "1.0"})
//	page, err := client.ListUsers(ctx, workspace.ListOptions{Status: workspace.StatusPending})
//
// It imports apiclient for the transport chain ([apiclient.Line]), for the
// meter in the context, and for [apiclient.Error]: what is true of a lost
// answer, a breaker or a counted request is true of both APIs, and two copies
// of it would drift apart. Nothing else of that package is used; the resources
// of the two APIs have nothing to do with each other.
//
// Every error that leaves a method is an [*apiclient.Error], with the API's
// own request id where it told one. Only reads are repeated; a write whose
// answer was lost is reported as [apiclient.OutcomeUnknown].
package workspace
