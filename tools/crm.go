package tools

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
)

// CRMOptions describe another system that is told about members.
type CRMOptions struct {
	// URL takes one record by POST: https, or plain http on this machine. Its
	// path may be a secret; only its origin is ever shown.
	URL string
	// Token returns the bearer token; an empty one is not sent. nil is none.
	// A failure is not kept, so that a token which appears later is found.
	Token func(ctx context.Context) (config.Secret, error)
	// Pace is the pause between two records.
	Pace time.Duration
	// Fields maps the names in a record to member fields; empty takes the usual
	// ones under their own names.
	Fields map[string]string
	// Invented says that the members do not exist. They are then sent to this
	// machine only.
	Invented bool
	// Version goes into the User-Agent.
	Version string
	// Transport puts requests on the wire; nil is one of its own.
	Transport http.RoundTripper
	// Sleep waits until d is over or ctx is done, and returns ctx's error then;
	// nil waits on a timer.
	Sleep func(ctx context.Context, d time.Duration) error
}

// CRM posts records. Use [NewCRM]; it is safe for concurrent use.
type CRM struct {
	o      CRMOptions
	url    *url.URL
	fields []crmField
	client *http.Client
	own    *http.Transport // nil if it was given

	mu     sync.Mutex // guards what follows
	secret config.Secret
}

// crmField is a member field under the CRM's name for it.
type crmField struct {
	name string
	memberField
}

// What is always in a record: the member's id, by which the CRM can tell that
// a record is about somebody it knows, and the network that the id belongs to.
const (
	crmMember  = "member_id"
	crmNetwork = "network"
)

const (
	crmTimeout = 20 * time.Second
	// maxCRMAnswer bounds what is read of an answer, in bytes.
	maxCRMAnswer = 16 << 10
)

// NewCRM checks the options; it sends nothing. Its errors are for operators,
// and show neither the URL nor the token.
func NewCRM(o CRMOptions) (*CRM, error) {
	u, err := url.Parse(o.URL)
	switch {
	case err != nil || u.Host == "" || u.User != nil:
		return nil, errors.New("crm.url: this is not an address without user name")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u)):
		return nil, errors.New("crm.url: it must be https (plain http is for this machine alone)")
	}
	if len(o.Fields) == 0 {
		o.Fields = map[string]string{}
		for _, name := range usualFields()[1:] { // the id is there anyway
			o.Fields[name] = name
		}
	}
	crm := &CRM{o: o, url: u}
	for _, name := range slices.Sorted(maps.Keys(o.Fields)) {
		if name == crmMember || name == crmNetwork {
			return nil, fmt.Errorf("crm.fields: %s is in every record already; choose another name", name)
		}
		field, err := chosenFields([]string{o.Fields[name]})
		if err != nil {
			return nil, fmt.Errorf("crm.fields: %w", err)
		}
		crm.fields = append(crm.fields, crmField{name, field[0]})
	}
	if crm.o.Sleep == nil {
		crm.o.Sleep = sleep
	}
	transport := o.Transport
	if transport == nil {
		crm.own = &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true,
			MaxIdleConns: 2, IdleConnTimeout: 90 * time.Second, MaxResponseHeaderBytes: 64 << 10,
		}
		transport = crm.own
	}
	crm.client = &http.Client{
		Transport: transport, Timeout: crmTimeout,
		// Wherever it leads, it was not the operator who chose that.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return crm, nil
}

// Close releases idle connections.
func (crm *CRM) Close() {
	if crm.own != nil {
		crm.own.CloseIdleConnections()
	}
}

func loopback(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// origin is what may be shown of the address.
func (crm *CRM) origin() string { return crm.url.Scheme + "://" + crm.url.Host }

// mapping says in words what goes where.
func (crm *CRM) mapping() string {
	texts := []string{crmMember, crmNetwork}
	for _, f := range crm.fields {
		texts = append(texts, f.name+" from "+f.memberField.name)
	}
	return strings.Join(texts, ", ")
}

// record makes a member's record. What is empty is left out: the API tells no
// address of some members, and the CRM may know it.
func (crm *CRM) record(network string, m *apiclient.Member) ([]byte, error) {
	record := map[string]any{crmMember: uint64(m.ID), crmNetwork: network}
	for _, f := range crm.fields {
		if value := f.value(m); !unset(value) {
			record[f.name] = value
		}
	}
	return encode(record)
}

// token returns the bearer token. Its error is an [Obstacle].
func (crm *CRM) token(ctx context.Context) (config.Secret, error) {
	if crm.o.Token == nil {
		return config.Secret{}, nil
	}
	crm.mu.Lock()
	defer crm.mu.Unlock()
	if !crm.secret.IsZero() {
		return crm.secret, nil
	}
	secret, err := crm.o.Token(ctx)
	if err != nil {
		return config.Secret{}, &Obstacle{Message: "The CRM's token is missing: " + err.Error() + "."}
	}
	crm.secret = secret
	return secret, nil
}

// crmError is a record that did not arrive for sure.
type crmError struct {
	reason string
	// unknown: it may have arrived.
	unknown bool
	// final: the next one will fail too.
	final bool
}

func (e *crmError) Error() string { return e.reason }

// post sends one record, once. Its error is a [*crmError] without secrets.
func (crm *CRM) post(ctx context.Context, token config.Secret, record []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, crm.url.String(), bytes.NewReader(record))
	if err != nil {
		return &crmError{reason: "the request could not be made", final: true}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "mcp-mighty/"+crm.o.Version)
	if !token.IsZero() {
		request.Header.Set("Authorization", "Bearer "+token.Reveal())
	}
	response, err := crm.client.Do(request)
	if err != nil {
		return crmFailure(err)
	}
	defer response.Body.Close()
	// Read also where nobody wants it, so that the connection can be used again.
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxCRMAnswer+1))
	return crm.verdict(response, body, token)
}

// crmFailure tells why there was no answer. The library's own words are not
// used: they repeat the address.
func crmFailure(err error) *crmError {
	var (
		timeout interface{ Timeout() bool }
		dial    *net.OpError
		lookup  *net.DNSError
		cert    *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &cert):
		return &crmError{reason: "the certificate of the CRM's server is not valid", final: true}
	case errors.As(err, &lookup), errors.As(err, &dial) && dial.Op == "dial":
		return &crmError{reason: "the CRM's server cannot be reached"}
	case errors.As(err, &timeout) && timeout.Timeout():
		return &crmError{reason: "the CRM did not answer in time", unknown: true}
	}
	return &crmError{reason: "the connection broke before the CRM answered", unknown: true}
}

// verdict reads an answer's status.
func (crm *CRM) verdict(response *http.Response, body []byte, token config.Secret) error {
	status := response.StatusCode
	failed := &crmError{reason: fmt.Sprintf("HTTP %d", status)}
	switch {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 400:
		failed.reason += ": it points elsewhere, which was not followed; crm.url must be the final address"
		failed.final = true
		return failed
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		failed.reason += ": the CRM does not accept the token (crm.token)"
		failed.final = true
	case status == http.StatusTooManyRequests:
		failed.reason += ": the CRM wants fewer requests; the operator can set a longer crm.pace"
		failed.final = true
	case status == http.StatusNotFound, status == http.StatusGone, status == http.StatusMethodNotAllowed:
		failed.reason += ": there is nothing at crm.url that takes records"
		failed.final = true
	case status >= 500:
		failed.unknown = true
	}
	if said := crm.said(body, token); said != "" {
		failed.reason += ": " + said
	}
	return failed
}

// said is the beginning of what the CRM says of a failure, without what it may
// repeat of our secrets. Where it says a lot, nothing: half of a secret at the
// end would not be noticed.
func (crm *CRM) said(body []byte, token config.Secret) string {
	if len(body) > maxCRMAnswer {
		return ""
	}
	text := string(body)
	var object map[string]any
	if json.Unmarshal(body, &object) == nil {
		for _, name := range []string{"message", "error", "detail", "title"} {
			if message, ok := object[name].(string); ok && message != "" {
				text = message
				break
			}
		}
	}
	// Cleaned first: that may put together what invisible characters held
	// apart.
	text = untrusted.Line(text, maxCRMAnswer)
	for _, secret := range []string{token.Reveal(), crm.url.RequestURI(), crm.url.Path, crm.url.RawQuery} {
		if len(secret) >= 6 {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return line(text)
}
