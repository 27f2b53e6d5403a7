package config

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// LoadOptions says where the settings come from. The zero value reads the
// default file and the process's environment.
type LoadOptions struct {
	// Path is the configuration file. With PathSet the operator has named it,
	// and it must exist; without, it stands for the default path, and may be
	// missing. "" without PathSet is mcp-mighty/config.yaml in the user's
	// configuration directory. MIGHTY_CONFIG names a file too, for programs
	// that are not given PathSet.
	Path    string
	PathSet bool
	// Env looks up an environment variable; nil is [os.LookupEnv].
	Env func(name string) (string, bool)
	// Flags are the flags that were given.
	Flags Overrides
	// Home is the user's home directory; "" takes it from the environment.
	Home string
	// OS is the operating system (as in [runtime.GOOS]) whose customs decide
	// where files live; "" is the running one.
	OS string
}

// Overrides are the flags that were given. nil means that one was not; an
// empty list means that it was given empty.
type Overrides struct {
	Network        *string  // --network NAME
	Mode           *string  // --mode MODE
	Toolsets       []string // --toolsets A,B
	Tools          []string // --tools A,B
	ExcludeTools   []string // --exclude-tools A,B
	StateDir       *string  // --state-dir PATH
	HTTPAddr       *string  // --http ADDR
	AllowedOrigins []string // --allowed-origins A,B
	AllowedHosts   []string // --allowed-hosts A,B
	LogLevel       *string  // --log-level LEVEL
}

// A loader collects settings and problems.
type loader struct {
	c        *Config
	env      func(string) (string, bool)
	dirs     dirs
	problems []Problem
	// peopleWrong: some of them are about callers or approvers.
	peopleWrong bool
}

// Load reads and checks the settings: defaults, then the file, then the
// environment, then the flags. A list replaces the list below it. An
// environment variable that is set and empty counts as not set.
//
// The error is an [*Error] with every mistake that was found. That a network
// or a key is missing is no error here, since a program can do some things
// without: ask [Config.Check].
func Load(o LoadOptions) (*Config, error) {
	if o.Env == nil {
		o.Env = os.LookupEnv
	}
	if o.OS == "" {
		o.OS = runtime.GOOS
	}
	l := &loader{
		env:  o.Env,
		dirs: newDirs(o.OS, o.Home, o.Env),
		c: &Config{
			Mode:      DefaultMode,
			HTTP:      HTTP{MaxBody: DefaultMaxBody, SessionIdle: DefaultSessionIdle},
			Approval:  Approval{Timeout: DefaultApprovalTimeout, LegacyWait: DefaultLegacyWait},
			Timeouts:  Timeouts{Try: DefaultTryTimeout, Call: DefaultCallTimeout},
			Workspace: Workspace{APIURL: DefaultWorkspaceURL},
			CRM:       CRM{Pace: DefaultCRMPace},
			Policy:    Policy{Limits: DefaultLimits()},
			Audit:     Audit{Retention: DefaultRetention},
			Bulk:      Bulk{MaxItems: DefaultBulkItems},
			Answers:   Answers{MaxTokens: DefaultAnswerTokens},
			Requests: Requests{PerMinute: DefaultRequestsPerMinute, MaxWait: DefaultMaxWait,
				CacheLists: DefaultCacheLists, CacheSettings: DefaultCacheSettings, WarnAt: DefaultWarnAt},
			Directory: Directory{Keep: KeepFile, MaxAge: DefaultDirectoryAge, RefreshRoles: []string{LocalRole}},
			profiles:  map[string]Profile{},
			sources:   map[string]string{},
		},
	}
	table := settings()
	l.file(o, table)
	for _, s := range table {
		if text, ok := l.lookup(s.env); ok {
			l.set(s, raw{text: text, source: s.env})
		}
	}
	l.environmentProfile()
	l.environmentWorkspace()
	l.environmentCRM()
	for _, s := range table {
		if s.given == nil {
			continue
		}
		if value, ok := s.given(o.Flags); ok {
			value.source = s.flag
			l.set(s, value)
		}
	}
	l.finish()
	if len(l.problems) > 0 {
		return nil, &Error{Problems: l.problems}
	}
	return l.c, nil
}

// lookup reads an environment variable; one that is set to nothing is not set.
// Some programs that read .env files leave the quotes on.
func (l *loader) lookup(name string) (string, bool) {
	value, _ := l.env(name)
	value = strings.TrimSpace(value)
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		value = strings.TrimSpace(value[1 : n-1])
	}
	return value, value != ""
}

// set takes one value of one setting.
func (l *loader) set(s setting, value raw) {
	if err := s.set(l, value); err != nil {
		l.invalid(s.key, value.source, err)
		return
	}
	l.c.sources[s.key] = value.source
}

func (l *loader) invalid(key, source string, err error) {
	l.problem(Problem{Kind: Invalid, Setting: key, Source: source, Message: err.Error()})
}

func (l *loader) problem(p Problem) { l.problems = append(l.problems, p) }

// file reads the configuration file, if there is one.
func (l *loader) file(o LoadOptions, table []setting) {
	path, named, source := o.Path, o.PathSet, "--config"
	if !named {
		if fromEnv, ok := l.lookup("MIGHTY_CONFIG"); ok {
			path, named, source = fromEnv, true, "MIGHTY_CONFIG"
		}
	}
	switch {
	case named && path == "":
		l.problem(Problem{Kind: BadFile, Source: source, Message: "names no file; give the path of a configuration file"})
		return
	case path == "":
		if path = l.dirs.configFile(); path == "" {
			return
		}
	}
	path = l.dirs.expand(path)
	content, err := readConfigFile(path)
	switch {
	case err == nil:
		l.c.File, l.c.Named = path, named
		l.parse(path, content, table)
	case errors.Is(err, os.ErrNotExist) && !named:
	default:
		if !named {
			source = ""
		}
		l.problem(Problem{Kind: BadFile, Source: source, Message: "cannot read the configuration file " + strconv.Quote(path) + ": " + plainError(err)})
	}
}

// finish decides what depends on several settings.
func (l *loader) finish() {
	c := l.c
	if c.StateDir == "" {
		if c.StateDir = l.dirs.stateDir(); c.StateDir == "" {
			l.invalid("state_dir", "", errors.New("there is no home directory to keep the state in; set MIGHTY_STATE_DIR to a directory"))
		}
	}
	if c.Timeouts.Call < c.Timeouts.Try {
		const key = "timeouts.call"
		if source := c.Source(key); source == "default" {
			c.Timeouts.Call = c.Timeouts.Try
		} else {
			l.invalid(key, source, fmt.Errorf("%s is shorter than timeouts.try (%s, %s), which it has to cover; use at least %[2]s",
				c.Timeouts.Call, c.Timeouts.Try, c.Source("timeouts.try")))
		}
	}
	l.checkPolicy()
	l.checkRequests()
	l.chooseNetwork()
}
