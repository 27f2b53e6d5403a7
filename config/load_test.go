package config_test

import (
	_ "embed"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcp-mighty/mcp-mighty/config"
)

//go:embed example.yaml
var example string

func TestDefaults(t *testing.T) {
	o := options(t, "", env{})
	c := mustLoad(t, o)
	if c.Mode != config.ReadOnly || c.HTTP.Addr != "" || c.HTTP.MaxBody != 1<<20 || c.HTTP.SessionIdle != 30*time.Minute ||
		c.Approval.Timeout != 10*time.Minute || c.Approval.LegacyWait != 2*time.Minute || c.Log.Level != slog.LevelInfo ||
		c.Timeouts.Try != 20*time.Second || c.Timeouts.Call != time.Minute ||
		c.Toolsets != nil || c.Tools != nil || c.ExcludeTools != nil || c.Protected.IDs != nil || c.Protected.Emails != nil {
		t.Errorf("defaults: %+v", c)
	}
	if c.File != "" || len(c.Profiles()) != 0 || c.Source("mode") != "default" {
		t.Errorf("nothing was set, yet: file %q, profiles %v, source of mode %q", c.File, c.Profiles(), c.Source("mode"))
	}
	if !strings.HasPrefix(c.StateDir, o.Home) || !filepath.IsAbs(c.StateDir) {
		t.Errorf("state directory %q is not below the home directory", c.StateDir)
	}
}

// The example loads without problems, and what it calls defaults are the
// defaults.
func TestExample(t *testing.T) {
	o := options(t, example, env{"HARBOUR_TOKEN": key})
	c := mustLoad(t, o)
	if err := c.Check(); err != nil {
		t.Errorf("Check: %v", err)
	}
	d := load(t, "", env{})
	want := *d
	want.File, want.Network, want.StateDir = o.Path, "harbour", filepath.Join(o.Home, ".local/state/mcp-mighty")
	want.Toolsets, want.Tools, want.ExcludeTools = []string{"members", "posts"}, []string{"get_network"}, []string{"delete_member"}
	want.HTTP.Addr, want.HTTP.AllowedOrigins, want.HTTP.AllowedHosts = "127.0.0.1:8765", []string{"https://desk.example.com"}, []string{}
	want.Protected.IDs, want.Protected.Emails = []uint64{}, []string{"ada@example.com"}
	want.Protected.Tags, want.Protected.Badges, want.Privacy.Mask = []string{}, []string{}, []string{}
	want.Policy = c.Policy // see TestPolicyOfTheExample
	want.Upload.Dir = filepath.Join(o.Home, "mighty-uploads")
	want.Export.Dir, want.CRM.URL = filepath.Join(o.Home, "mighty-exports"), "https://crm.example.com/members"
	want.CRM.Fields = map[string]string{"email": "email", "given_name": "first_name", "family_name": "last_name", "joined_on": "created_at"}
	if diff := cmp.Diff(asJSON(t, want), asJSON(t, *c)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"harbour", "lighthouse"}, c.Profiles()); diff != "" {
		t.Error(diff)
	}
	harbour, err := c.Profile("")
	if err != nil || harbour.Name != "harbour" || harbour.ID != "4242" || harbour.APIURL != config.DefaultAPIURL {
		t.Errorf("harbour: %+v, %v", harbour, err)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every setting works in the file, in the environment and as a flag, in rising
// precedence, and is explained in the example with its variable and its flag.
func TestPrecedence(t *testing.T) {
	lists := func(o *config.Overrides, name string) *[]string {
		return map[string]*[]string{"toolsets": &o.Toolsets, "tools": &o.Tools, "exclude_tools": &o.ExcludeTools,
			"http.allowed_origins": &o.AllowedOrigins, "http.allowed_hosts": &o.AllowedHosts}[name]
	}
	tests := []struct {
		key, env, flag string
		values         [3]string // for file, environment and flag
		get            func(*config.Config) any
		want           [3]any
	}{
		{"network", "MIGHTY_NETWORK", "--network", [3]string{"a", "b", "c"},
			func(c *config.Config) any { return c.Network }, [3]any{"a", "b", "c"}},
		{"mode", "MIGHTY_MODE", "--mode", [3]string{"preview", "live", "read-only"},
			func(c *config.Config) any { return c.Mode }, [3]any{config.Preview, config.Live, config.ReadOnly}},
		{"toolsets", "MIGHTY_TOOLSETS", "--toolsets", [3]string{"a, b,a,,", "b", "c"},
			func(c *config.Config) any { return c.Toolsets }, [3]any{[]string{"a", "b"}, []string{"b"}, []string{"c"}}},
		{"tools", "MIGHTY_TOOLS", "--tools", [3]string{"a", "b", "c"},
			func(c *config.Config) any { return c.Tools }, [3]any{[]string{"a"}, []string{"b"}, []string{"c"}}},
		{"exclude_tools", "MIGHTY_EXCLUDE_TOOLS", "--exclude-tools", [3]string{"a", "b", "c"},
			func(c *config.Config) any { return c.ExcludeTools }, [3]any{[]string{"a"}, []string{"b"}, []string{"c"}}},
		{"state_dir", "MIGHTY_STATE_DIR", "--state-dir", [3]string{"/a", "/b/../c", "/d"},
			func(c *config.Config) any { return c.StateDir }, [3]any{"/a", "/c", "/d"}},
		{"http.addr", "MIGHTY_HTTP_ADDR", "--http", [3]string{"127.0.0.1:1", "[::1]:2", ":3"},
			func(c *config.Config) any { return c.HTTP.Addr }, [3]any{"127.0.0.1:1", "[::1]:2", ":3"}},
		{"http.allowed_origins", "MIGHTY_ALLOWED_ORIGINS", "--allowed-origins", [3]string{"https://A.example", "http://b.example:8", "https://c.example"},
			func(c *config.Config) any { return c.HTTP.AllowedOrigins }, [3]any{[]string{"https://a.example"}, []string{"http://b.example:8"}, []string{"https://c.example"}}},
		{"http.behind_proxy", "MIGHTY_HTTP_BEHIND_PROXY", "", [3]string{"true", "false", ""},
			func(c *config.Config) any { return c.HTTP.BehindProxy }, [3]any{true, false, nil}},
		{"http.allowed_hosts", "MIGHTY_ALLOWED_HOSTS", "--allowed-hosts", [3]string{"A.example", "b.example:8", "[::1]:5"},
			func(c *config.Config) any { return c.HTTP.AllowedHosts }, [3]any{[]string{"a.example"}, []string{"b.example:8"}, []string{"[::1]:5"}}},
		{"http.max_body", "MIGHTY_HTTP_MAX_BODY", "", [3]string{"65536", "2 MiB"},
			func(c *config.Config) any { return c.HTTP.MaxBody }, [3]any{int64(65536), int64(2 << 20)}},
		{"http.session_idle", "MIGHTY_HTTP_SESSION_IDLE", "", [3]string{"5m", "1h30m"},
			func(c *config.Config) any { return c.HTTP.SessionIdle }, [3]any{5 * time.Minute, 90 * time.Minute}},
		{"approval.timeout", "MIGHTY_APPROVAL_TIMEOUT", "", [3]string{"1m", "2m"},
			func(c *config.Config) any { return c.Approval.Timeout }, [3]any{time.Minute, 2 * time.Minute}},
		{"approval.legacy_wait", "MIGHTY_APPROVAL_LEGACY_WAIT", "", [3]string{"1m", "90s"},
			func(c *config.Config) any { return c.Approval.LegacyWait }, [3]any{time.Minute, 90 * time.Second}},
		{"log.level", "MIGHTY_LOG_LEVEL", "--log-level", [3]string{"WARN", "error", "debug"},
			func(c *config.Config) any { return c.Log.Level }, [3]any{slog.LevelWarn, slog.LevelError, slog.LevelDebug}},
		{"protected.ids", "MIGHTY_PROTECTED_IDS", "", [3]string{"7", "8,18446744073709551615"},
			func(c *config.Config) any { return c.Protected.IDs }, [3]any{[]uint64{7}, []uint64{8, 1<<64 - 1}}},
		{"protected.emails", "MIGHTY_PROTECTED_EMAILS", "", [3]string{"Ada@Example.com", "b@example.com,c@example.com"},
			func(c *config.Config) any { return c.Protected.Emails }, [3]any{[]string{"ada@example.com"}, []string{"b@example.com", "c@example.com"}}},
		{"timeouts.try", "MIGHTY_TRY_TIMEOUT", "", [3]string{"5s", "6s"},
			func(c *config.Config) any { return c.Timeouts.Try }, [3]any{5 * time.Second, 6 * time.Second}},
		{"timeouts.call", "MIGHTY_CALL_TIMEOUT", "", [3]string{"50s", "40s"},
			func(c *config.Config) any { return c.Timeouts.Call }, [3]any{50 * time.Second, 40 * time.Second}},
		{"export.dir", "MIGHTY_EXPORT_DIR", "", [3]string{"/a/../e", "/f"},
			func(c *config.Config) any { return c.Export.Dir }, [3]any{"/e", "/f"}},
		{"upload.dir", "MIGHTY_UPLOAD_DIR", "", [3]string{"/a/../u", "/v"},
			func(c *config.Config) any { return c.Upload.Dir }, [3]any{"/u", "/v"}},
		{"crm.url", "MIGHTY_CRM_URL", "", [3]string{"https://Crm.example/In?k=1", "http://127.0.0.1:8/x"},
			func(c *config.Config) any { return c.CRM.URL }, [3]any{"https://crm.example/In?k=1", "http://127.0.0.1:8/x"}},
		{"crm.pace", "MIGHTY_CRM_PACE", "", [3]string{"1s", "0s"},
			func(c *config.Config) any { return c.CRM.Pace }, [3]any{time.Second, time.Duration(0)}},
		{"protected.tags", "MIGHTY_PROTECTED_TAGS", "", [3]string{"Founding Members, 7", "Ældste,9"},
			func(c *config.Config) any { return c.Protected.Tags }, [3]any{[]string{"Founding Members", "7"}, []string{"Ældste", "9"}}},
		{"protected.badges", "MIGHTY_PROTECTED_BADGES", "", [3]string{"Host", "🌱 New"},
			func(c *config.Config) any { return c.Protected.Badges }, [3]any{[]string{"Host"}, []string{"🌱 New"}}},
		{"audit.retention", "MIGHTY_AUDIT_RETENTION", "", [3]string{"30d", "forever"},
			func(c *config.Config) any { return c.Audit.Retention }, [3]any{30 * 24 * time.Hour, time.Duration(0)}},
		{"privacy.mask", "MIGHTY_PRIVACY_MASK", "", [3]string{"email, name", "location"},
			func(c *config.Config) any { return c.Privacy.Mask }, [3]any{[]string{config.MaskEmail, config.MaskName}, []string{config.MaskLocation}}},
		{"bulk.max_items", "MIGHTY_BULK_MAX_ITEMS", "", [3]string{"1", "199"},
			func(c *config.Config) any { return c.Bulk.MaxItems }, [3]any{1, 199}},
		{"answers.max_tokens", "MIGHTY_ANSWER_TOKENS", "", [3]string{"2000", "100000"},
			func(c *config.Config) any { return c.Answers.MaxTokens }, [3]any{2_000, 100_000}},
		{"requests.per_minute", "MIGHTY_REQUESTS_PER_MINUTE", "", [3]string{"1", "10000"},
			func(c *config.Config) any { return c.Requests.PerMinute }, [3]any{1, 10000}},
		{"requests.max_wait", "MIGHTY_REQUESTS_MAX_WAIT", "", [3]string{"0s", "5m"},
			func(c *config.Config) any { return c.Requests.MaxWait }, [3]any{time.Duration(0), 5 * time.Minute}},
		{"requests.cache_lists", "MIGHTY_CACHE_LISTS", "", [3]string{"0s", "1h"},
			func(c *config.Config) any { return c.Requests.CacheLists }, [3]any{time.Duration(0), time.Hour}},
		{"requests.cache_settings", "MIGHTY_CACHE_SETTINGS", "", [3]string{"0s", "1d"},
			func(c *config.Config) any { return c.Requests.CacheSettings }, [3]any{time.Duration(0), 24 * time.Hour}},
		{"requests.monthly_allowance", "MIGHTY_MONTHLY_ALLOWANCE", "", [3]string{"5000", "0"},
			func(c *config.Config) any { return c.Requests.MonthlyAllowance }, [3]any{5000, 0}},
		{"requests.warn_at", "MIGHTY_REQUESTS_WARN_AT", "", [3]string{"1", "100"},
			func(c *config.Config) any { return c.Requests.WarnAt }, [3]any{1, 100}},
		{"requests.stop_at", "MIGHTY_REQUESTS_STOP_AT", "", [3]string{"1000", "0"},
			func(c *config.Config) any { return c.Requests.StopAt }, [3]any{1000, 0}},
		{"requests.price_per_thousand", "MIGHTY_REQUESTS_PRICE_PER_THOUSAND", "", [3]string{"250", "0"},
			func(c *config.Config) any { return c.Requests.PricePerThousand }, [3]any{250, 0}},
		{"directory.keep", "MIGHTY_DIRECTORY_KEEP", "", [3]string{"memory", "off"},
			func(c *config.Config) any { return c.Directory.Keep }, [3]any{config.KeepMemory, config.KeepOff}},
		{"directory.max_age", "MIGHTY_DIRECTORY_MAX_AGE", "", [3]string{"1m", "31d"},
			func(c *config.Config) any { return c.Directory.MaxAge }, [3]any{time.Minute, 31 * 24 * time.Hour}},
		{"directory.refresh_roles", "MIGHTY_DIRECTORY_REFRESH_ROLES", "", [3]string{"local, helper", "helper"},
			func(c *config.Config) any { return c.Directory.RefreshRoles }, [3]any{[]string{config.LocalRole, "helper"}, []string{"helper"}}},
	}
	const networks = "networks: {a: {id: 1}, b: {id: 2}, c: {id: 3}}\n"
	for _, tt := range tests {
		t.Run(tt.key, func(t *testing.T) {
			if runtime.GOOS == "windows" && (tt.key == "state_dir" || tt.key == "export.dir" || tt.key == "upload.dir") {
				t.Skip("paths of another kind")
			}
			text := networks + tt.key + ": '" + tt.values[0] + "'\n"
			if group, name, nested := strings.Cut(tt.key, "."); nested {
				text = networks + group + ":\n  " + name + ": '" + tt.values[0] + "'\n"
			}
			text += "callers: {m: {role: helper, token: {env: M}}}\n"
			e := env{}
			if tt.key == "requests.stop_at" {
				e["MIGHTY_MONTHLY_ALLOWANCE"] = "5000"
			}
			o := options(t, text, e)
			check := func(c *config.Config, want any, source string) {
				t.Helper()
				if diff := cmp.Diff(want, tt.get(c)); diff != "" {
					t.Errorf("from %s: %s", source, diff)
				}
				if !strings.HasSuffix(c.Source(tt.key), source) {
					t.Errorf("source %q, want %q", c.Source(tt.key), source)
				}
			}
			line := ":2"
			if strings.Contains(tt.key, ".") {
				line = ":3"
			}
			check(mustLoad(t, o), tt.want[0], o.Path+line)
			e[tt.env] = `"` + tt.values[1] + `" `
			check(mustLoad(t, o), tt.want[1], tt.env)
			if tt.flag != "" {
				if list := lists(&o.Flags, tt.key); list != nil {
					*list = []string{tt.values[2]}
				} else {
					*map[string]**string{"network": &o.Flags.Network, "mode": &o.Flags.Mode, "state_dir": &o.Flags.StateDir,
						"http.addr": &o.Flags.HTTPAddr, "log.level": &o.Flags.LogLevel}[tt.key] = ptr(tt.values[2])
				}
				check(mustLoad(t, o), tt.want[2], tt.flag)
			}
			e[tt.env] = ""
			o.Flags = config.Overrides{}
			check(mustLoad(t, o), tt.want[0], o.Path+line)

			_, name, nested := strings.Cut(tt.key, ".")
			if !nested {
				name = tt.key
			}
			comment := tt.env
			if tt.flag != "" {
				comment += ", " + tt.flag
			}
			if !regexp.MustCompile(`(?m)^ *# ` + comment + `\n *` + name + `:`).MatchString(example) {
				t.Errorf("example.yaml does not explain %s with %q above it", tt.key, comment)
			}
		})
	}
}

// An empty list is a choice: it takes what the file chose away again.
func TestEmptyList(t *testing.T) {
	o := options(t, "toolsets: [members]\ntools: []\n", env{})
	o.Flags.Toolsets = []string{}
	c := mustLoad(t, o)
	if c.Toolsets == nil || len(c.Toolsets) != 0 || c.Tools == nil || len(c.Tools) != 0 || c.ExcludeTools != nil {
		t.Errorf("toolsets %#v, tools %#v, exclude %#v", c.Toolsets, c.Tools, c.ExcludeTools)
	}
}

func TestConfigFilePlaces(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "mine.yaml"), "mode: live\n", 0o600)
	other := write(t, filepath.Join(dir, "other.yaml"), "mode: preview\n", 0o600)
	missing := filepath.Join(dir, "missing.yaml")
	e := env{}
	get := func(o config.LoadOptions) (*config.Config, error) {
		o.Env, o.Home = e.lookup, dir
		return config.Load(o)
	}

	c, err := get(config.LoadOptions{Path: path, PathSet: true})
	if err != nil || c.Mode != config.Live || c.File != path {
		t.Errorf("named: %+v, %v", c, err)
	}
	if c, err = get(config.LoadOptions{Path: "~/mine.yaml", PathSet: true}); err != nil || c.Mode != config.Live {
		t.Errorf("from the home directory: %+v, %v", c, err)
	}
	e["MIGHTY_CONFIG"] = other
	if c, err = get(config.LoadOptions{}); err != nil || c.Mode != config.Preview {
		t.Errorf("by MIGHTY_CONFIG: %+v, %v", c, err)
	}
	if c, err = get(config.LoadOptions{Path: path, PathSet: true}); err != nil || c.Mode != config.Live {
		t.Errorf("a flag over MIGHTY_CONFIG: %+v, %v", c, err)
	}
	e["MIGHTY_CONFIG"] = missing
	_, err = get(config.LoadOptions{})
	wantProblem(t, err, config.BadFile, "MIGHTY_CONFIG", missing, "no such file")
	delete(e, "MIGHTY_CONFIG")
	_, err = get(config.LoadOptions{Path: missing, PathSet: true})
	wantProblem(t, err, config.BadFile, "--config", missing, "no such file")
	_, err = get(config.LoadOptions{PathSet: true})
	wantProblem(t, err, config.BadFile, "--config", "path")
	_, err = get(config.LoadOptions{Path: dir, PathSet: true})
	wantProblem(t, err, config.BadFile, "--config", "not a file")
	_, err = get(config.LoadOptions{Path: dir})
	wantProblem(t, err, config.BadFile, dir, "not a file")
	if c, err = get(config.LoadOptions{Path: missing}); err != nil || c.File != "" {
		t.Errorf("a missing default file: %+v, %v", c, err)
	}
	large := write(t, filepath.Join(dir, "large.yaml"), strings.Repeat("# x\n", 1<<19), 0o600)
	_, err = get(config.LoadOptions{Path: large, PathSet: true})
	wantProblem(t, err, config.BadFile, "larger than 1 MiB")
}

// The places of files follow the customs of each system.
func TestDirectories(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("paths of another kind")
	}
	home := t.TempDir()
	xdg := t.TempDir()
	for _, tt := range []struct {
		os            string
		env           env
		config, state string
	}{
		{"linux", env{}, home + "/.config/mcp-mighty", home + "/.local/state/mcp-mighty"},
		{"linux", env{"XDG_CONFIG_HOME": xdg + "/c", "XDG_STATE_HOME": xdg + "/s"}, xdg + "/c/mcp-mighty", xdg + "/s/mcp-mighty"},
		{"freebsd", env{"XDG_CONFIG_HOME": "relative", "XDG_STATE_HOME": "relative"}, home + "/.config/mcp-mighty", home + "/.local/state/mcp-mighty"},
		{"darwin", env{}, home + "/Library/Application Support/mcp-mighty", home + "/Library/Application Support/mcp-mighty"},
		{"darwin", env{"XDG_STATE_HOME": xdg + "/s"}, home + "/Library/Application Support/mcp-mighty", xdg + "/s/mcp-mighty"},
		{"windows", env{"AppData": xdg + "/r", "LocalAppData": xdg + "/l"}, xdg + "/r/mcp-mighty", xdg + "/l/mcp-mighty"},
	} {
		if err := os.MkdirAll(tt.config, 0o700); err != nil {
			t.Fatal(err)
		}
		path := write(t, filepath.Join(tt.config, "config.yaml"), "mode: live\n", 0o600)
		tt.env["HOME"], tt.env["USERPROFILE"] = home, home
		c := mustLoad(t, config.LoadOptions{Env: tt.env.lookup, OS: tt.os})
		if c.File != path || c.StateDir != tt.state || c.Mode != config.Live {
			t.Errorf("%s: file %q, want %q; state %q, want %q", tt.os, c.File, path, c.StateDir, tt.state)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	// The default place is the one that the standard library knows.
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("HOME", home)
	standard, err := os.UserConfigDir()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(standard, "mcp-mighty"), 0o700); err != nil {
		t.Fatal(err)
	}
	path := write(t, filepath.Join(standard, "mcp-mighty", "config.yaml"), "mode: live\n", 0o600)
	if c := mustLoad(t, config.LoadOptions{}); c.File != path {
		t.Errorf("file %q, want %q", c.File, path)
	}
	// Without a home directory, the state needs a place of its own.
	_, err = config.Load(config.LoadOptions{Env: env{}.lookup})
	wantProblem(t, err, config.Invalid, "state_dir", "MIGHTY_STATE_DIR")
	if _, err = config.Load(config.LoadOptions{Env: env{"MIGHTY_STATE_DIR": home}.lookup}); err != nil {
		t.Errorf("with a state directory: %v", err)
	}
}

func TestStateDirFlagMayBeRelative(t *testing.T) {
	o := options(t, "", env{})
	o.Flags.StateDir = ptr("state")
	want, _ := filepath.Abs("state")
	if c := mustLoad(t, o); c.StateDir != want {
		t.Errorf("state directory %q, want %q", c.StateDir, want)
	}
}

func TestCallCoversTry(t *testing.T) {
	c := load(t, "timeouts: {try: 3m}", env{})
	if c.Timeouts.Call != 3*time.Minute {
		t.Errorf("call %s, want that it follows try", c.Timeouts.Call)
	}
	err := loadError(t, "timeouts: {try: 30s}", env{"MIGHTY_CALL_TIMEOUT": "10s"})
	wantProblem(t, err, config.Invalid, "timeouts.call", "MIGHTY_CALL_TIMEOUT", "30s", "config.yaml:1", "at least")
}
