package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Options sets up a [Sandbox]. The zero value is a usable community.
type Options struct {
	// Members is how many people the member list holds, the key's owner
	// included. 0 (or less) means 250.
	Members int
	// Seed decides everything that looks random. 0 means 1.
	Seed uint64
	// NetworkID is the network's integer id. 0 means 4242.
	NetworkID uint64
	// Subdomain is the other name the network answers to. "" means
	// "harbour-makers".
	Subdomain string
	// Token is the API key that is accepted. "" means one derived from the
	// seed: "mn_" and 64 hexadecimal digits.
	Token string
	// Now is the clock: the community is built around the time it shows when
	// New is called, and writes are stamped with it. nil means time.Now. It
	// must be safe for concurrent use.
	Now func() time.Time
	// Faults are injected before the first request, in this order.
	Faults []Fault
	// DataMetaEnvelope answers lists as {data, meta}, the shape one page of
	// the vendor's prose shows, instead of {items, links}.
	DataMetaEnvelope bool
	// AllowGoUserAgent lets Go's default User-Agent ("Go-http-client/…")
	// through. By default it meets the bot wall, as a missing one does.
	AllowGoUserAgent bool
	// OtherNetworks are ids of networks that exist but belong to another key:
	// they answer 403, where any other id answers 404.
	OtherNetworks []uint64
}

// Sandbox is one emulated network. It is safe for concurrent use.
type Sandbox struct {
	token         string
	dataMeta      bool
	allowGoAgent  bool
	otherNetworks []uint64
	now           func() time.Time
	routes        []route

	Faults
	journal journal

	mu        sync.RWMutex // guards community and changes
	community *community
	changes   int
}

// New builds the community and returns the emulator serving it.
func New(options Options) *Sandbox {
	options = options.withDefaults()
	s := &Sandbox{
		token:         options.Token,
		dataMeta:      options.DataMetaEnvelope,
		allowGoAgent:  options.AllowGoUserAgent,
		otherNetworks: slices.Clone(options.OtherNetworks),
		now:           options.Now,
		routes:        routeTable(),
		community:     seedCommunity(options),
	}
	for _, f := range options.Faults {
		s.Inject(f)
	}
	return s
}

func (o Options) withDefaults() Options {
	if o.Members <= 0 {
		o.Members = 250
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.NetworkID == 0 {
		o.NetworkID = 4242
	}
	if o.Subdomain == "" {
		o.Subdomain = "harbour-makers"
	}
	if o.Token == "" {
		sum := sha256.Sum256(fmt.Appendf(nil, "sandbox key %d", o.Seed))
		o.Token = "mn_" + hex.EncodeToString(sum[:])
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Token returns the API key the sandbox accepts.
func (s *Sandbox) Token() string { return s.token }

// NetworkID returns the network's integer id.
func (s *Sandbox) NetworkID() uint64 { return s.community.network.id }

// Subdomain returns the name that may stand in place of the id.
func (s *Sandbox) Subdomain() string { return s.community.network.subdomain }

// OwnerID returns the member on whose behalf the key acts: a host.
func (s *Sandbox) OwnerID() uint64 { return s.community.owner }
