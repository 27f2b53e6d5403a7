package config_test

import (
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/config"
)

const twoNetworks = `networks:
  harbour: {id: 4242, token: {env: HARBOUR_TOKEN}}
  pier: {id: old-pier, token: {env: PIER_TOKEN}, api_url: "https://API.example:8443/"}
`

func TestProfiles(t *testing.T) {
	c := load(t, "network: pier\n"+twoNetworks, env{})
	for name, want := range map[string]config.Profile{
		"":        {Name: "pier", ID: "old-pier", APIURL: "https://api.example:8443"},
		"pier":    {Name: "pier", ID: "old-pier", APIURL: "https://api.example:8443"},
		"harbour": {Name: "harbour", ID: "4242", APIURL: config.DefaultAPIURL},
	} {
		got, err := c.Profile(name)
		if err != nil || got.Name != want.Name || got.ID != want.ID || got.APIURL != want.APIURL {
			t.Errorf("Profile(%q) = %+v, %v", name, got, err)
		}
	}
	_, err := c.Profile("harbor")
	wantProblem(t, err, config.NoNetwork, `"harbor"`, "did you mean harbour?", "harbour, pier")
}

// Which network is used where none is asked for.
func TestChoice(t *testing.T) {
	const oneNetwork = "networks: {harbour: {id: 4242}}\n"
	const withDefault = "networks: {harbour: {id: 4242}, default: {id: 7}}\n"
	tests := []struct {
		name, file string
		env        env
		flag       string
		want, id   string
		source     string
	}{
		{"nothing", "", env{}, "", "", "", "default"},
		{"the only one", oneNetwork, env{}, "", "harbour", "4242", "default"},
		{"several", twoNetworks, env{}, "", "", "", "default"},
		{"one called default", withDefault, env{}, "", "default", "7", "default"},
		{"by the file", "network: harbour\n" + withDefault, env{}, "", "harbour", "4242", "config.yaml:1"},
		{"by MIGHTY_NETWORK", "network: harbour\n" + twoNetworks, env{"MIGHTY_NETWORK": "pier"}, "", "pier", "old-pier", "MIGHTY_NETWORK"},
		{"by a flag", "network: harbour\n" + twoNetworks, env{"MIGHTY_NETWORK": "harbour"}, "pier", "pier", "old-pier", "--network"},
		{"by MIGHTY_NETWORK_ID", "", env{"MIGHTY_NETWORK_ID": " 99 "}, "", "default", "99", "MIGHTY_NETWORK_ID"},
		{"MIGHTY_NETWORK_ID over the file", "network: harbour\n" + twoNetworks, env{"MIGHTY_NETWORK_ID": "99"}, "", "default", "99", "MIGHTY_NETWORK_ID"},
		{"MIGHTY_NETWORK over MIGHTY_NETWORK_ID", twoNetworks, env{"MIGHTY_NETWORK_ID": "99", "MIGHTY_NETWORK": "pier"}, "", "pier", "old-pier", "MIGHTY_NETWORK"},
		{"a flag over MIGHTY_NETWORK_ID", twoNetworks, env{"MIGHTY_NETWORK_ID": "99"}, "pier", "pier", "old-pier", "--network"},
		{"MIGHTY_NETWORK_ID over the one called default", withDefault, env{"MIGHTY_NETWORK_ID": "'99'"}, "", "default", "99", "MIGHTY_NETWORK_ID"},
		{"an empty variable", oneNetwork, env{"MIGHTY_NETWORK_ID": ""}, "", "harbour", "4242", "default"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := options(t, tt.file, tt.env)
			if tt.flag != "" {
				o.Flags.Network = &tt.flag
			}
			c := mustLoad(t, o)
			if c.Network != tt.want || !strings.HasSuffix(c.Source("network"), tt.source) {
				t.Errorf("network %q from %q, want %q from %q", c.Network, c.Source("network"), tt.want, tt.source)
			}
			p, err := c.Profile("")
			if tt.want == "" {
				if err == nil {
					t.Errorf("profile %+v, want an error", p)
				}
			} else if err != nil || p.ID != tt.id {
				t.Errorf("profile %+v, %v; want id %s", p, err, tt.id)
			}
		})
	}
}

func TestNetworkIDs(t *testing.T) {
	for _, id := range []string{"1", "4242", "18446744073709551615", "harbour", "a1", "old-pier-2"} {
		c := load(t, "networks: {a: {id: "+id+"}}", env{"MIGHTY_NETWORK_ID": id})
		for _, name := range []string{"a", "default"} {
			if p, err := c.Profile(name); err != nil || p.ID != id {
				t.Errorf("%s: %+v, %v", id, p, err)
			}
		}
	}
	for _, id := range []string{"0", "-1", "+1", "007", "1.5", "1e3", "0x1f", "1_000", "18446744073709551616", "a", "A", "Harbour", "harbour.mn.co",
		"https://harbour.mn.co", "-pier", "1pier", "a/b", "a b", "häfen", key, "a" + strings.Repeat("0123456789abcdef", 3), strings.Repeat("a", 64)} {
		wantProblem(t, loadError(t, "", env{"MIGHTY_NETWORK_ID": id}), config.Invalid, "networks.default.id", "MIGHTY_NETWORK_ID", "4242", "harbour")
		wantProblem(t, loadError(t, "networks:\n  a:\n    id: '"+id+"'", env{}), config.Invalid, "networks.a.id", "config.yaml:3")
	}
	wantProblem(t, loadError(t, "networks:\n  a: {token: {env: X}}", env{}), config.Invalid, "networks.a.id", "config.yaml:2", "no id")
	wantProblem(t, loadError(t, "networks:\n  'a b': {id: 1}", env{}), config.Invalid, "networks", "config.yaml:2", `"a b"`)
}

func TestNoNetwork(t *testing.T) {
	check := func(file string, e env, parts ...string) {
		t.Helper()
		wantProblem(t, load(t, file, e).Check(), config.NoNetwork, parts...)
	}
	check("", env{}, "MIGHTY_NETWORK_ID", "MIGHTY_API_TOKEN")
	check("", env{"MIGHTY_API_TOKEN": key}, "there is a key but no network", "MIGHTY_NETWORK_ID")
	check(twoNetworks, env{}, "none is chosen", "--network", "harbour, pier")
	// A name that does not exist is a mistake at once.
	wantProblem(t, loadError(t, twoNetworks, env{"MIGHTY_NETWORK": "harbor"}), config.NoNetwork, "MIGHTY_NETWORK", "did you mean harbour?", "harbour, pier")
	wantProblem(t, loadError(t, "network: harbour", env{}), config.NoNetwork, "config.yaml:1", `"harbour"`, "under networks")
	// A key for a network of the file may have the common name.
	if err := load(t, "networks: {a: {id: 1, token: {env: MIGHTY_API_TOKEN}}}", env{"MIGHTY_API_TOKEN": key}).Check(); err != nil {
		t.Errorf("the common name for a key of the file: %v", err)
	}
}

func TestAPIURL(t *testing.T) {
	for address, want := range map[string]string{
		"https://api.mn.co":      "https://api.mn.co",
		"https://API.mn.co/":     "https://api.mn.co",
		"HTTPS://api.mn.co:8443": "https://api.mn.co:8443",
		"https://[2001:db8::1]":  "https://[2001:db8::1]",
		"http://localhost:8080":  "http://localhost:8080",
		"http://LOCALHOST":       "http://localhost",
		"http://127.0.0.1:1":     "http://127.0.0.1:1",
		"http://127.9.8.7":       "http://127.9.8.7",
		"http://[::1]:80":        "http://[::1]:80",
	} {
		c := load(t, "networks: {a: {id: 1, api_url: '"+address+"'}, b: {id: 2}}", env{})
		if p, err := c.Profile("a"); err != nil || p.APIURL != want {
			t.Errorf("%s: %q, %v", address, p.APIURL, err)
		}
		// The variable is for all networks.
		c = load(t, "networks: {a: {id: 1, api_url: 'https://other.example'}}", env{"MIGHTY_API_URL": address, "MIGHTY_NETWORK_ID": "2"})
		for _, name := range []string{"a", "default"} {
			if p, err := c.Profile(name); err != nil || p.APIURL != want {
				t.Errorf("%s from the environment for %s: %q, %v", address, name, p.APIURL, err)
			}
		}
		if source := c.Source("networks.a.api_url"); source != "MIGHTY_API_URL" {
			t.Errorf("source %q", source)
		}
	}
	for _, address := range []string{
		"http://api.mn.co", "http://127.0.0.1.evil.example", "http://localhost.evil.example", "http://10.0.0.1", "http://0.0.0.0", "http://[::]",
		"http://[::ffff:127.0.0.1]", "http://[::1%25lo]", "https://*.mn.co", "https://[fe80::1%25lo]", "http://2130706433", "http://0177.0.0.1", "http://127.1", "ftp://api.mn.co", "api.mn.co", "//api.mn.co", "https:api.mn.co", "https://",
		"https://:443", "https://api.mn.co/admin", "https://api.mn.co//", "https://api.mn.co?x=1", "https://api.mn.co?", "https://api.mn.co#x", "https://api.mn.co#",
		"https://api.mn.co:0", "https://api.mn.co:", "https://api.mn.co:99999", "https://api.mn.co:x", "https://a b.example", "https://api.mn.co\\@evil.example", "unix:///x",
	} {
		wantProblem(t, loadError(t, "", env{"MIGHTY_API_URL": address}), config.Invalid, "api_url", "MIGHTY_API_URL", "https")
		if strings.ContainsAny(address, "\\") {
			continue
		}
		wantProblem(t, loadError(t, "networks:\n  a:\n    id: 1\n    api_url: '"+address+"'", env{}), config.Invalid, "networks.a.api_url", "config.yaml:4")
	}
	for _, address := range []string{"https://user:hunter2@api.mn.co", "https://hunter2@api.mn.co/x?y", "http://user:hunter2@[bad", "hunter2@api.mn.co"} {
		err := loadError(t, "", env{"MIGHTY_API_URL": address})
		wantProblem(t, err, config.Invalid, "MIGHTY_API_URL")
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the password is shown: %v", err)
		}
	}
}
