package config

import "strings"

// raw is a value before it is understood: text, or a list from a flag or a
// sequence of the file.
type raw struct {
	text   string
	list   []string
	isList bool
	source string
}

// A setting is one thing that an operator can set, in all its ways. Networks,
// the workspace, the mappings under crm, the policy and people are not in the
// table: see profile.go, workspace.go, crm.go, policy_file.go and people.go.
type setting struct {
	key   string // in the file, groups before a dot
	env   string
	flag  string
	given func(Overrides) (raw, bool) // nil if there is no flag
	set   func(*loader, raw) error
}

func one(value *string) (raw, bool) {
	if value == nil {
		return raw{}, false
	}
	return raw{text: *value}, true
}

func many(values []string) (raw, bool) {
	return raw{list: values, isList: true}, values != nil
}

// settings is the table of everything that can be set, in the order of the
// example file.
func settings() []setting {
	return []setting{
		{
			key: "network", env: "MIGHTY_NETWORK", flag: "--network",
			given: func(o Overrides) (raw, bool) { return one(o.Network) },
			set:   func(l *loader, r raw) error { return setText(&l.c.Network, r, profileName) },
		},
		{
			key: "mode", env: "MIGHTY_MODE", flag: "--mode",
			given: func(o Overrides) (raw, bool) { return one(o.Mode) },
			set:   func(l *loader, r raw) error { return setMode(&l.c.Mode, r) },
		},
		{
			key: "toolsets", env: "MIGHTY_TOOLSETS", flag: "--toolsets",
			given: func(o Overrides) (raw, bool) { return many(o.Toolsets) },
			set:   func(l *loader, r raw) error { return setList(&l.c.Toolsets, r, toolName) },
		},
		{
			key: "tools", env: "MIGHTY_TOOLS", flag: "--tools",
			given: func(o Overrides) (raw, bool) { return many(o.Tools) },
			set:   func(l *loader, r raw) error { return setList(&l.c.Tools, r, toolName) },
		},
		{
			key: "exclude_tools", env: "MIGHTY_EXCLUDE_TOOLS", flag: "--exclude-tools",
			given: func(o Overrides) (raw, bool) { return many(o.ExcludeTools) },
			set:   func(l *loader, r raw) error { return setList(&l.c.ExcludeTools, r, toolName) },
		},
		{
			key: "state_dir", env: "MIGHTY_STATE_DIR", flag: "--state-dir",
			given: func(o Overrides) (raw, bool) { return one(o.StateDir) },
			set:   func(l *loader, r raw) error { return setDir(&l.c.StateDir, r, l.dirs) },
		},
		{
			key: "http.addr", env: "MIGHTY_HTTP_ADDR", flag: "--http",
			given: func(o Overrides) (raw, bool) { return one(o.HTTPAddr) },
			set:   func(l *loader, r raw) error { return setText(&l.c.HTTP.Addr, r, listenAddress) },
		},
		{
			key: "http.allowed_origins", env: "MIGHTY_ALLOWED_ORIGINS", flag: "--allowed-origins",
			given: func(o Overrides) (raw, bool) { return many(o.AllowedOrigins) },
			set:   func(l *loader, r raw) error { return setList(&l.c.HTTP.AllowedOrigins, r, webOrigin) },
		},
		{
			key: "http.allowed_hosts", env: "MIGHTY_ALLOWED_HOSTS", flag: "--allowed-hosts",
			given: func(o Overrides) (raw, bool) { return many(o.AllowedHosts) },
			set:   func(l *loader, r raw) error { return setList(&l.c.HTTP.AllowedHosts, r, hostName) },
		},
		{
			key: "http.behind_proxy", env: "MIGHTY_HTTP_BEHIND_PROXY",
			set: func(l *loader, r raw) error { return setBool(&l.c.HTTP.BehindProxy, r) },
		},
		{
			key: "http.max_body", env: "MIGHTY_HTTP_MAX_BODY",
			set: func(l *loader, r raw) error { return setSize(&l.c.HTTP.MaxBody, r) },
		},
		{
			key: "http.session_idle", env: "MIGHTY_HTTP_SESSION_IDLE",
			set: func(l *loader, r raw) error { return setDuration(&l.c.HTTP.SessionIdle, r, "1m", "24h") },
		},
		{
			key: "approval.timeout", env: "MIGHTY_APPROVAL_TIMEOUT",
			set: func(l *loader, r raw) error { return setDuration(&l.c.Approval.Timeout, r, "10s", "24h") },
		},
		{
			key: "approval.legacy_wait", env: "MIGHTY_APPROVAL_LEGACY_WAIT",
			set: func(l *loader, r raw) error { return setDuration(&l.c.Approval.LegacyWait, r, "1s", "1h") },
		},
		{
			key: "log.level", env: "MIGHTY_LOG_LEVEL", flag: "--log-level",
			given: func(o Overrides) (raw, bool) { return one(o.LogLevel) },
			set:   func(l *loader, r raw) error { return setLevel(&l.c.Log.Level, r) },
		},
		{
			key: "protected.ids", env: "MIGHTY_PROTECTED_IDS",
			set: func(l *loader, r raw) error { return setIDs(&l.c.Protected.IDs, r) },
		},
		{
			key: "protected.emails", env: "MIGHTY_PROTECTED_EMAILS",
			set: func(l *loader, r raw) error { return setList(&l.c.Protected.Emails, r, emailAddress) },
		},
		{
			key: "protected.tags", env: "MIGHTY_PROTECTED_TAGS",
			set: func(l *loader, r raw) error { return setList(&l.c.Protected.Tags, r, label) },
		},
		{
			key: "protected.badges", env: "MIGHTY_PROTECTED_BADGES",
			set: func(l *loader, r raw) error { return setList(&l.c.Protected.Badges, r, label) },
		},
		{
			key: "timeouts.try", env: "MIGHTY_TRY_TIMEOUT",
			set: func(l *loader, r raw) error { return setDuration(&l.c.Timeouts.Try, r, "1s", "5m") },
		},
		{
			key: "timeouts.call", env: "MIGHTY_CALL_TIMEOUT",
			set: func(l *loader, r raw) error { return setDuration(&l.c.Timeouts.Call, r, "1s", "1h") },
		},
		{
			key: "export.dir", env: "MIGHTY_EXPORT_DIR",
			set: func(l *loader, r raw) error { return setDir(&l.c.Export.Dir, r, l.dirs) },
		},
		{
			key: "upload.dir", env: "MIGHTY_UPLOAD_DIR",
			set: func(l *loader, r raw) error { return setDir(&l.c.Upload.Dir, r, l.dirs) },
		},
		{
			key: "crm.url", env: "MIGHTY_CRM_URL",
			set: func(l *loader, r raw) error { return setText(&l.c.CRM.URL, r, crmURL) },
		},
		{
			key: "crm.pace", env: "MIGHTY_CRM_PACE",
			set: func(l *loader, r raw) error { return setDuration(&l.c.CRM.Pace, r, "0s", "1m") },
		},
		{
			key: "audit.retention", env: "MIGHTY_AUDIT_RETENTION",
			set: func(l *loader, r raw) error { return setRetention(&l.c.Audit.Retention, r) },
		},
		{
			key: "privacy.mask", env: "MIGHTY_PRIVACY_MASK",
			set: func(l *loader, r raw) error { return setMask(&l.c.Privacy.Mask, r) },
		},
		{
			key: "bulk.max_items", env: "MIGHTY_BULK_MAX_ITEMS",
			set: func(l *loader, r raw) error { return setInt(&l.c.Bulk.MaxItems, r, 1, 200) },
		},
		{
			key: "answers.max_tokens", env: "MIGHTY_ANSWER_TOKENS",
			set: func(l *loader, r raw) error { return setInt(&l.c.Answers.MaxTokens, r, 2_000, 100_000) },
		},
		{
			key: "requests.per_minute", env: "MIGHTY_REQUESTS_PER_MINUTE",
			set: func(l *loader, r raw) error { return setInt(&l.c.Requests.PerMinute, r, 1, 10000) },
		},
		{
			key: "requests.max_wait", env: "MIGHTY_REQUESTS_MAX_WAIT",
			set: func(l *loader, r raw) error { return setDuration(&l.c.Requests.MaxWait, r, "0s", "5m") },
		},
		{
			key: "requests.cache_lists", env: "MIGHTY_CACHE_LISTS",
			set: func(l *loader, r raw) error { return setDuration(&l.c.Requests.CacheLists, r, "0s", "1h") },
		},
		{
			key: "requests.cache_settings", env: "MIGHTY_CACHE_SETTINGS",
			set: func(l *loader, r raw) error { return setDuration(&l.c.Requests.CacheSettings, r, "0s", "24h") },
		},
		{
			key: "requests.monthly_allowance", env: "MIGHTY_MONTHLY_ALLOWANCE",
			set: func(l *loader, r raw) error { return setInt(&l.c.Requests.MonthlyAllowance, r, 0, 1_000_000_000) },
		},
		{
			key: "requests.warn_at", env: "MIGHTY_REQUESTS_WARN_AT",
			set: func(l *loader, r raw) error { return setInt(&l.c.Requests.WarnAt, r, 1, 100) },
		},
		{
			key: "requests.stop_at", env: "MIGHTY_REQUESTS_STOP_AT",
			set: func(l *loader, r raw) error { return setInt(&l.c.Requests.StopAt, r, 0, 1000) },
		},
		{
			key: "requests.price_per_thousand", env: "MIGHTY_REQUESTS_PRICE_PER_THOUSAND",
			set: func(l *loader, r raw) error { return setInt(&l.c.Requests.PricePerThousand, r, 0, 10_000_000) },
		},
		{
			key: "directory.keep", env: "MIGHTY_DIRECTORY_KEEP",
			set: func(l *loader, r raw) error {
				return setWord(&l.c.Directory.Keep, r, "a way to keep the directory", []string{KeepFile, KeepMemory, KeepOff})
			},
		},
		{
			key: "directory.max_age", env: "MIGHTY_DIRECTORY_MAX_AGE",
			set: func(l *loader, r raw) error { return setDuration(&l.c.Directory.MaxAge, r, "1m", "31d") },
		},
		{
			key: "directory.refresh_roles", env: "MIGHTY_DIRECTORY_REFRESH_ROLES",
			set: func(l *loader, r raw) error { return setList(&l.c.Directory.RefreshRoles, r, roleWord) },
		},
	}
}

// keysUnder lists the names that the file may have in a group, or at its top
// if group is "".
func keysUnder(table []setting, group string) []string {
	var names []string
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, s := range table {
		top, rest, nested := strings.Cut(s.key, ".")
		switch {
		case group == "":
			add(top)
			if top == "network" {
				add("networks")
			}
		case nested && top == group:
			add(rest)
		}
	}
	switch group {
	case "":
		for _, name := range []string{"workspace", "policy", "callers", "approvers"} {
			add(name)
		}
	case "crm":
		add("token")
		add("fields")
	}
	return names
}
