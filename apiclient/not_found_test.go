package apiclient_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
)

// TestOnlyTheAPISaysNotFound: a 404 that the API did not write says nothing
// about the target, and must not prove that it is gone.
func TestOnlyTheAPISaysNotFound(t *testing.T) {
	for contentType, test := range map[string]struct {
		body string
		want apiclient.Kind
	}{
		"application/json": {`{"error":"Member not found"}`, apiclient.NotFound},
		"text/plain":       {"404 page not found", apiclient.BadResponse},
		"text/html":        {"<html>not found</html>", apiclient.BadResponse},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(test.body))
		}))
		client, err := apiclient.New(apiclient.Options{BaseURL: server.URL, Network: "1", Token: config.NewSecret("mn_x"), Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Members().Get(t.Context(), 7); apiclient.KindOf(err) != test.want {
			t.Errorf("%s: %v is %s, want %s", contentType, err, apiclient.KindOf(err), test.want)
		}
		client.Close()
		server.Close()
	}
}
