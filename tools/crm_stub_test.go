package tools_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// crmToken is what the stub is told to expect.
const crmToken = "crm-token-1234567890"

// crmStub is a CRM over real HTTP. It keeps records by member id, as a CRM
// does, and remembers what it was asked.
type crmStub struct {
	*httptest.Server
	// answer, if set, answers in place of the stub.
	answer func(w http.ResponseWriter, member uint64, nth int) (done bool)

	mu      sync.Mutex
	records map[uint64]map[string]any
	order   []uint64
	asked   []*http.Request
	slept   []time.Duration
}

func newCRMStub(t testing.TB) *crmStub {
	t.Helper()
	stub := &crmStub{records: map[uint64]map[string]any{}}
	stub.Server = httptest.NewServer(http.HandlerFunc(stub.serve))
	t.Cleanup(stub.Close)
	return stub
}

func (c *crmStub) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var record map[string]any
	_ = json.Unmarshal(body, &record)
	id, _ := record["member_id"].(float64)
	c.mu.Lock()
	c.asked = append(c.asked, r)
	nth := len(c.asked)
	c.mu.Unlock()
	if c.answer != nil && c.answer(w, uint64(id), nth) {
		return
	}
	c.mu.Lock()
	c.records[uint64(id)] = record
	c.order = append(c.order, uint64(id))
	c.mu.Unlock()
	w.WriteHeader(http.StatusCreated)
}

// received returns the members in the order in which their records came.
func (c *crmStub) received() []uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.order)
}

// options are those of a CRM client for the stub, whose pauses take no time.
func (c *crmStub) options() tools.CRMOptions {
	return tools.CRMOptions{
		URL: c.URL + "/hooks/very-secret-path", Pace: 250 * time.Millisecond,
		Token: func(context.Context) (config.Secret, error) { return config.NewSecret(crmToken), nil },
		Sleep: func(ctx context.Context, d time.Duration) error {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.slept = append(c.slept, d)
			return ctx.Err()
		},
	}
}

func (c *crmStub) client(t testing.TB, change ...func(*tools.CRMOptions)) *tools.CRM {
	t.Helper()
	o := c.options()
	for _, change := range change {
		change(&o)
	}
	crm, err := tools.NewCRM(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(crm.Close)
	return crm
}

// exportDir and crm are where members may go in a test.
func (s *sandboxed) exportDir(o setup) string {
	if o.exportDir != nil {
		return *o.exportDir
	}
	return s.t.TempDir()
}

func (s *sandboxed) crm(o setup) *tools.CRM {
	if o.crm != nil || o.withoutCRM {
		return o.crm
	}
	return newCRMStub(s.t).client(s.t)
}

func goodArgumentsExport() map[string]map[string]any {
	return map[string]map[string]any{
		"export_members":      {"format": "ndjson"},
		"sync_members_to_crm": {"member_type": "limited"},
	}
}
