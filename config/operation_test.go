package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcp-mighty/mcp-mighty/config"
)

func TestOperationDefaults(t *testing.T) {
	c := load(t, "", env{})
	got := []any{c.Audit, c.Privacy, c.Bulk, c.Answers, c.Requests, c.Directory, c.Protected}
	want := []any{
		config.Audit{Retention: 9600 * time.Hour}, config.Privacy{}, config.Bulk{MaxItems: 200}, config.Answers{MaxTokens: 20_000},
		config.Requests{PerMinute: 100, MaxWait: 15 * time.Second, CacheLists: 30 * time.Second, CacheSettings: 5 * time.Minute, WarnAt: 80},
		config.Directory{Keep: "file", MaxAge: 24 * time.Hour, RefreshRoles: []string{"local"}}, config.Protected{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOperationMistakes(t *testing.T) {
	const caller = "\ncallers: {m: {role: moderator, token: {env: M}}}"
	for file, want := range map[string]string{
		"audit: {retention: 0d}":                                `audit.retention (config.yaml:1): "0d" is out of range; use a length of time from 1d to 3650d, or forever`,
		"audit: {retention: 3651d}":                             `audit.retention (config.yaml:1): "3651d" is out of range; use a length of time from 1d to 3650d, or forever`,
		"audit: {retention: 99999d}":                            `audit.retention (config.yaml:1): "99999d" is out of range; use a length of time from 1d to 3650d, or forever`,
		"audit: {retention: always}":                            `audit.retention (config.yaml:1): "always" is not a length of time; write it with a unit, like 90s, 5m, 1h or 7d, from 1d to 3650d, or forever`,
		"audit: {retention: 1d12h}":                             `audit.retention (config.yaml:1): "1d12h" is not a length of time; write it with a unit, like 90s, 5m, 1h or 7d, from 1d to 3650d, or forever`,
		"audit: {retention: [1d]}":                              `audit.retention (config.yaml:1): it is one value, not a list`,
		"privacy: {mask: [email, phone]}":                       `privacy.mask (config.yaml:1): "phone" is not something that can be masked; use one of: email, name, location`,
		"privacy: {mask: emails}":                               `privacy.mask (config.yaml:1): "emails" is not something that can be masked (did you mean email?); use one of: email, name, location`,
		"answers: {max_tokens: 1999}":                           `answers.max_tokens (config.yaml:1): "1999" is not a whole number from 2000 to 100000`,
		"bulk: {max_items: 0}":                                  `bulk.max_items (config.yaml:1): "0" is not a whole number from 1 to 200`,
		"bulk: {max_items: 201}":                                `bulk.max_items (config.yaml:1): "201" is not a whole number from 1 to 200`,
		"bulk: {max_items: 1.5}":                                `bulk.max_items (config.yaml:1): "1.5" is not a whole number from 1 to 200`,
		"bulk: {max_items: +5}":                                 `bulk.max_items (config.yaml:1): "+5" is not a whole number from 1 to 200`,
		"bulk: {max_items: 017}":                                `bulk.max_items (config.yaml:1): "017" is not a whole number from 1 to 200`,
		"bulk: {max_items: 18446744073709551617}":               `bulk.max_items (config.yaml:1): "18446744073709551617" is not a whole number from 1 to 200`,
		"bulk: {max_items: [5]}":                                `bulk.max_items (config.yaml:1): it is one value, not a list`,
		"requests: {per_minute: 0}":                             `requests.per_minute (config.yaml:1): "0" is not a whole number from 1 to 10000`,
		"requests: {per_minute: 10001}":                         `requests.per_minute (config.yaml:1): "10001" is not a whole number from 1 to 10000`,
		"requests: {max_wait: 6m}":                              `requests.max_wait (config.yaml:1): "6m" is out of range; use a length of time from 0s to 5m`,
		"requests: {cache_lists: 61m}":                          `requests.cache_lists (config.yaml:1): "61m" is out of range; use a length of time from 0s to 1h`,
		"requests: {cache_settings: 2d}":                        `requests.cache_settings (config.yaml:1): "2d" is out of range; use a length of time from 0s to 24h`,
		"requests: {monthly_allowance: -1}":                     `requests.monthly_allowance (config.yaml:1): "-1" is not a whole number from 0 to 1000000000`,
		"requests: {warn_at: 80%}":                              `requests.warn_at (config.yaml:1): "80%" is not a whole number from 1 to 100`,
		"requests: {warn_at: 101}":                              `requests.warn_at (config.yaml:1): "101" is not a whole number from 1 to 100`,
		"requests: {warn_at: 0}":                                `requests.warn_at (config.yaml:1): "0" is not a whole number from 1 to 100`,
		"requests:\n  stop_at: 100":                             `requests.stop_at (config.yaml:2): it is a percentage of an allowance that is not known, so it would never stop anything; set requests.monthly_allowance too`,
		"requests: {stop_at: 5, monthly_allowance: x}":          `requests.monthly_allowance (config.yaml:1): "x" is not a whole number from 0 to 1000000000`,
		"requests: {monthly_allowance: 5, stop_at: 1001}":       `requests.stop_at (config.yaml:1): "1001" is not a whole number from 0 to 1000`,
		"requests: {price_per_thousand: 2.50}":                  `requests.price_per_thousand (config.yaml:1): "2.50" is not a whole number from 0 to 10000000`,
		"directory: {keep: disk}":                               `directory.keep (config.yaml:1): "disk" is not a way to keep the directory; use one of: file, memory, off`,
		"directory: {max_age: 32d}":                             `directory.max_age (config.yaml:1): "32d" is out of range; use a length of time from 1m to 31d`,
		"directory: {max_age: 30s}":                             `directory.max_age (config.yaml:1): "30s" is out of range; use a length of time from 1m to 31d`,
		"directory: {refresh_roles: [modrator]}" + caller:       `directory.refresh_roles (config.yaml:1): "modrator" is not the role of a caller (did you mean moderator?); use one of: local, moderator`,
		"directory: {refresh_roles: The Crew}":                  `directory.refresh_roles (config.yaml:1): "The Crew" cannot be a role; use a lower-case word, like moderator`,
		"protected: {tags: [\"a\\nb\"]}":                        `protected.tags (config.yaml:1): "a?b" cannot be a name or an id; use one line of at most 200 characters`,
		"protected: {badges: [" + key + "]}":                    `protected.badges (config.yaml:1): "***" looks like a key and not like a name or an id`,
		"audit: {retension: 1d}":                                `config.yaml:1: unknown key "retension" under audit (did you mean retention?); valid keys: retention`,
		"privacy: {masks: []}":                                  `config.yaml:1: unknown key "masks" under privacy (did you mean mask?); valid keys: mask`,
		"bulk: {maxitems: 1}":                                   `config.yaml:1: unknown key "maxitems" under bulk (did you mean max_items?); valid keys: max_items`,
		"requests: {perminute: 1}":                              `config.yaml:1: unknown key "perminute" under requests (did you mean per_minute?); valid keys: per_minute, max_wait, cache_lists, cache_settings, monthly_allowance, warn_at, stop_at, price_per_thousand`,
		"directory: {kep: off}":                                 `config.yaml:1: unknown key "kep" under directory (did you mean keep?); valid keys: keep, max_age, refresh_roles`,
		"protected: {tag: []}":                                  `config.yaml:1: unknown key "tag" under protected (did you mean tags?); valid keys: ids, emails, tags, badges`,
		"protected: {tags: [" + strings.Repeat("å", 201) + "]}": `protected.tags (config.yaml:1): "` + strings.Repeat("å", 60) + `…" cannot be a name or an id; use one line of at most 200 characters`,
	} {
		wantLines(t, file, want)
	}
	wantProblem(t, loadError(t, "", env{"MIGHTY_DIRECTORY_REFRESH_ROLES": "boss"}), config.Invalid, "directory.refresh_roles (MIGHTY_DIRECTORY_REFRESH_ROLES)", `"boss"`, "use one of: local")
	wantProblem(t, loadError(t, "", env{"MIGHTY_REQUESTS_STOP_AT": "1"}), config.Invalid, "requests.stop_at (MIGHTY_REQUESTS_STOP_AT)")
}

// An empty list of roles lets nobody refresh; no list lets those at the
// terminal.
func TestNobodyRefreshes(t *testing.T) {
	if roles := load(t, "directory: {refresh_roles: []}", env{}).Directory.RefreshRoles; roles == nil || len(roles) != 0 {
		t.Errorf("roles %#v", roles)
	}
	if roles := load(t, "directory: {refresh_roles: }", env{}).Directory.RefreshRoles; len(roles) != 1 {
		t.Errorf("roles %#v", roles)
	}
}
