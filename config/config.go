// Package config reads what an operator can set: a YAML file, environment
// variables and flags, in rising precedence. It checks every value before the
// program does anything, keeps keys out of whatever gets printed, and says in
// one line what is wrong, where it was set, and what would be right.
//
// The package reads no environment by itself and holds no state: everything
// comes in by [LoadOptions]. example.yaml explains each setting.
package config

import (
	"log/slog"
	"maps"
	"slices"
	"time"
)

// Mode says how far tools may go.
type Mode string

// The modes.
const (
	ReadOnly Mode = "read-only" // tools that change something are not offered
	Preview  Mode = "preview"   // a write says what it would do, and does nothing
	Live     Mode = "live"      // writes happen, after the approvals they need
)

// The defaults of a [Config].
const (
	DefaultAPIURL          = "https://api.mn.co"
	DefaultMode            = ReadOnly
	DefaultMaxBody         = 1 << 20 // bytes
	DefaultSessionIdle     = 30 * time.Minute
	DefaultApprovalTimeout = 10 * time.Minute
	DefaultLegacyWait      = 2 * time.Minute
	DefaultTryTimeout      = 20 * time.Second
	DefaultCallTimeout     = time.Minute
)

// DefaultProfile is the name of the profile that MIGHTY_NETWORK_ID defines.
const DefaultProfile = "default"

// Config is everything an operator has set, with the defaults for the rest.
// Get one from [Load]; treat it as read-only then. It holds no key, so that it
// can be printed.
type Config struct {
	// File is the path of the configuration file that was read, "" if there is
	// none.
	File string
	// Named says that the file is one that --config or MIGHTY_CONFIG names.
	Named bool
	// Network names the profile to use where none is asked for; "" if there is
	// none to choose, or several and no choice. See [Config.Check].
	Network string
	// Mode is how far tools may go.
	Mode Mode

	// Toolsets, Tools and ExcludeTools choose what is offered. Names are
	// spelled correctly but not known to exist; the catalogue checks that. nil
	// means that nothing was chosen.
	Toolsets     []string
	Tools        []string
	ExcludeTools []string

	// StateDir is the absolute directory of the audit trail, the approvals and
	// the member directory. It need not exist yet.
	StateDir string

	HTTP      HTTP
	Approval  Approval
	Log       Log
	Protected Protected
	Timeouts  Timeouts
	Workspace Workspace
	Export    Export
	Upload    Upload
	CRM       CRM
	Policy    Policy
	Audit     Audit
	Privacy   Privacy
	Bulk      Bulk
	Answers   Answers
	Requests  Requests
	Directory Directory

	callers   []Caller
	approvers []Approver
	profiles  map[string]Profile
	// sources says for each setting that is not at its default where it was
	// set.
	sources map[string]string
	// lonely: a key is in the environment, and no profile takes it.
	lonely bool
}

// HTTP says how the HTTP transports are served.
type HTTP struct {
	// Addr is host:port to listen on; "" serves stdio only.
	Addr string
	// AllowedOrigins are web origins (https://host[:port]) whose pages may use
	// the server.
	AllowedOrigins []string
	// AllowedHosts are names (host or host:port) that a request may be
	// addressed to besides the loopback names.
	AllowedHosts []string
	// BehindProxy: a proxy in front of the server brings TLS and is the only way
	// to it. It allows addresses other than loopback, and needs callers.
	BehindProxy bool
	// MaxBody bounds a request's body, in bytes.
	MaxBody int64
	// SessionIdle is how long a session lives without a sign of its client.
	SessionIdle time.Duration
}

// Approval says how long a person may take to answer.
type Approval struct {
	// Timeout is how long a signed question can be answered.
	Timeout time.Duration
	// LegacyWait is how long a question may hold up the call, as it does with
	// clients of the older protocol.
	LegacyWait time.Duration
}

// Log says what is logged.
type Log struct {
	Level slog.Level
}

// Protected lists people who cannot be banned, deleted, removed or demoted, in
// addition to the owner of the key.
type Protected struct {
	IDs    []uint64 // member ids
	Emails []string // in lower case
	// Tags and Badges protect the members who have them: names as they were
	// written, or ids.
	Tags, Badges []string
}

// Timeouts bound the requests to the Admin API.
type Timeouts struct {
	// Try bounds one request, Call a tool's call with all its requests.
	Try, Call time.Duration
}

// Source says where a setting was set, for a person to read: "MIGHTY_MODE",
// "--mode", "/etc/config.yaml:12", or "default". key is the setting's name in
// the file, like "http.addr".
func (c *Config) Source(key string) string {
	if source, ok := c.sources[key]; ok {
		return source
	}
	return "default"
}

// Profiles returns the names of the networks, sorted.
func (c *Config) Profiles() []string { return slices.Sorted(maps.Keys(c.profiles)) }

// Profile returns the network of that name, or the one that [Config.Network]
// chooses if name is "". The error is an [*Error] of kind [NoNetwork] and
// lists the names that there are.
func (c *Config) Profile(name string) (Profile, error) {
	if name == "" {
		name = c.Network
	}
	if profile, ok := c.profiles[name]; ok {
		return profile, nil
	}
	return Profile{}, &Error{Problems: []Problem{c.noNetwork(name)}}
}

// Check reports whether the chosen network can be used: it exists, and its key
// can be found. It asks no keychain, since that can open a dialog. The error
// is an [*Error] with problems of kind [NoNetwork] or [NoToken]. A program that
// can do something useful without the network may carry on; each call will
// meet the same problem.
func (c *Config) Check() error {
	profile, err := c.Profile("")
	if err != nil {
		return err
	}
	return profile.check()
}
