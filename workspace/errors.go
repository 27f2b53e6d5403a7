package workspace

import (
	"encoding/json"
	"net/http"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// readProblem reads {"error": {"code", "message", "status", "request_id"}}.
func readProblem(body []byte) apiclient.Said {
	var problem struct {
		Error struct {
			Code      string `json:"code"`
			Message   string `json:"message"`
			RequestID string `json:"request_id"`
		} `json:"error"`
	}
	// A field of another type than expected leaves the others readable.
	_ = json.Unmarshal(body, &problem)
	said := apiclient.Said{Text: problem.Error.Message, RequestID: problem.Error.RequestID}
	switch {
	case said.Text == "":
		said.Text = problem.Error.Code
	case problem.Error.Code != "":
		said.Text = problem.Error.Code + ": " + said.Text
	}
	return said
}

// fault sorts the refusals that the transport's own rules leave over.
func fault(status int) (apiclient.Kind, string) {
	switch status {
	case http.StatusForbidden, http.StatusPaymentRequired:
		return apiclient.NotAllowed, "the workspace does not allow this"
	case http.StatusNotFound, http.StatusGone:
		return apiclient.NotFound, "nothing was found there"
	case http.StatusConflict, http.StatusPreconditionFailed:
		return apiclient.Conflict, "the target's present state forbids this"
	case http.StatusBadRequest, http.StatusUnprocessableEntity,
		http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType:
		return apiclient.Validation, "the workspace refused the values"
	}
	return apiclient.BadResponse, "the API refused in a way this client does not know"
}

// advice replaces the advice that speaks of networks.
func advice(e *apiclient.Error) string {
	switch e.Kind {
	case apiclient.KeyRejected:
		return "The workspace's API key must be replaced by the operator: make a new one in the workspace's settings and configure it " +
			"(workspace.token, MIGHTY_WORKSPACE_TOKEN). A network's key does not work here. Repeating with the same key will not help."
	case apiclient.NotAllowed:
		return "Repeating will not help: the key's owner may not do this in the workspace. The operator can use the key of an admin."
	case apiclient.NotFound:
		return "Check the configured address of the workspace API (workspace.api_url, MIGHTY_WORKSPACE_API_URL)."
	case apiclient.OutcomeUnknown:
		return "Do not repeat it yet: the user may exist and the invitation may have been mailed. " +
			"List the workspace's users with status pending and look for this e-mail address; repeat only if it is not among them."
	}
	return ""
}
