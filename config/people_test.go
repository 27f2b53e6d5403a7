package config_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zalando/go-keyring"

	"github.com/mcp-mighty/mcp-mighty/config"
)

const (
	benToken    = "ben-token-0123456789"
	mariaToken  = "maria-token-987654321"
	olgaSecret  = "olga-secret-5550123456"
	shortSecret = "fifteen-letters"
)

func peopleEnv() env { return env{"BEN": benToken, "MARIA": mariaToken, "OLGA": olgaSecret} }

func TestPeople(t *testing.T) {
	c := load(t, "", env{})
	if len(c.Callers()) != 0 || len(c.Approvers()) != 0 {
		t.Errorf("callers %v, approvers %v", c.Callers(), c.Approvers())
	}
	if len(load(t, "callers:\napprovers: {}\n", env{}).Callers()) != 0 {
		t.Error("callers out of nothing")
	}
	o := options(t, "callers:\n  zoe: {token: {env: Z}}\n  maria: {role: moderator, token: {env: MARIA}}\n  chat-ops.2: {token: {file: ops.key}}\n"+
		"approvers:\n  olga: {secret: {env: OLGA}}\n  ada: {secret: {keychain: ada}}\n", env{})
	c = mustLoad(t, o)
	var got []string
	for _, caller := range c.Callers() {
		got = append(got, caller.Name+" "+caller.Role)
	}
	for _, approver := range c.Approvers() {
		got = append(got, approver.Name)
	}
	if diff := cmp.Diff([]string{"chat-ops.2 caller", "maria moderator", "zoe caller", "ada", "olga"}, got); diff != "" {
		t.Error(diff)
	}
	for setting, line := range map[string]string{"callers.maria.token": ":3", "callers.maria.role": ":3", "approvers.olga.secret": ":6"} {
		if c.Source(setting) != o.Path+line {
			t.Errorf("%s from %s", setting, c.Source(setting))
		}
	}
	// What is handed out is a copy.
	c.Callers()[0], c.Approvers()[0] = config.Caller{}, config.Approver{}
	if c.Callers()[0].Name == "" || c.Approvers()[0].Name == "" {
		t.Error("the settings were changed from outside")
	}
}

func TestResolveOnePerson(t *testing.T) {
	e := peopleEnv()
	e["MARIA"] = ` "Bearer ` + mariaToken + `\n" `
	c := load(t, people, e)
	maria, olga := c.Callers()[1], c.Approvers()[0]
	if secret, err := maria.ResolveToken(t.Context()); err != nil || secret.Reveal() != mariaToken {
		t.Errorf("%v", err)
	}
	if secret, err := olga.ResolveSecret(t.Context()); err != nil || secret.Reveal() != olgaSecret {
		t.Errorf("%v", err)
	}
	e["MARIA"], e["OLGA"] = shortSecret, `"`+shortSecret+`"`
	for setting, resolve := range map[string]func(context.Context) (config.Secret, error){
		"callers.maria.token": maria.ResolveToken, "approvers.olga.secret": olga.ResolveSecret,
	} {
		secret, err := resolve(t.Context())
		wantProblem(t, err, config.NoToken, setting, "config.yaml:", "too short", "at least 16 characters", "openssl")
		if !secret.IsZero() || strings.Contains(err.Error(), shortSecret) {
			t.Errorf("%s: %v", setting, err)
		}
	}
	delete(e, "MARIA")
	_, err := maria.ResolveToken(t.Context())
	wantProblem(t, err, config.NoToken, "callers.maria.token", "MARIA is not set")
	e["MARIA"] = strings.Repeat("x", 16)
	if _, err := maria.ResolveToken(t.Context()); err != nil {
		t.Errorf("16 characters: %v", err)
	}
}

// A person's credential is found in the three ways of a network's key.
func TestResolveCredentialPlaces(t *testing.T) {
	keyring.MockInit()
	if err := keyring.Set(config.KeychainService, "olga", olgaSecret); err != nil {
		t.Fatal(err)
	}
	o := options(t, "callers: {ben: {token: {env: BEN}}, maria: {token: {file: maria.key}}}\napprovers: {olga: {secret: {keychain: olga}}}", peopleEnv())
	write(t, filepath.Join(filepath.Dir(o.Path), "maria.key"), mariaToken+"\n", 0o600)
	c := mustLoad(t, o)
	callers, err := c.ResolveCallers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if maria, ok := callers.Find(mariaToken); !ok || maria.Name != "maria" {
		t.Errorf("%q, %v", maria.Name, ok)
	}
	approvers, err := c.ResolveApprovers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if olga, ok := approvers.Find(olgaSecret); !ok || olga.Name != "olga" {
		t.Errorf("%q, %v", olga.Name, ok)
	}
}

func TestCredentials(t *testing.T) {
	c := load(t, people, peopleEnv())
	callers, err := c.ResolveCallers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	approvers, err := c.ResolveApprovers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]string{benToken: "ben caller", mariaToken: "maria moderator"} {
		if caller, ok := callers.Find(token); !ok || caller.Name+" "+caller.Role != want {
			t.Errorf("%+v, %v", caller, ok)
		}
	}
	if olga, ok := approvers.Find(olgaSecret); !ok || olga.Name != "olga" {
		t.Errorf("%+v, %v", olga, ok)
	}
	// A token is no secret for approvals, nor the other way round, and nearly
	// right is wrong.
	for _, wrong := range []string{"", olgaSecret, mariaToken + " ", " " + mariaToken, strings.ToUpper(mariaToken), mariaToken[1:], "Bearer " + mariaToken} {
		if caller, ok := callers.Find(wrong); ok || caller.Name != "" {
			t.Errorf("%q is %s", wrong, caller.Name)
		}
	}
	for _, wrong := range []string{"", mariaToken, benToken, olgaSecret + "\x00"} {
		if approver, ok := approvers.Find(wrong); ok || approver.Name != "" {
			t.Errorf("%q is %s", wrong, approver.Name)
		}
	}
	if _, ok := (config.Credentials[config.Caller]{}).Find(""); ok {
		t.Error("the zero value knows somebody")
	}
	none, err := load(t, "", env{}).ResolveCallers(t.Context())
	if _, ok := none.Find(""); ok || err != nil {
		t.Errorf("nobody: %v, %v", ok, err)
	}
}

func TestSharedCredentials(t *testing.T) {
	for name, tt := range map[string]struct {
		env   env
		parts []string
	}{
		"two callers":              {env{"BEN": mariaToken, "MARIA": mariaToken, "OLGA": olgaSecret}, []string{"callers.maria.token", "config.yaml:4", "the same as callers.ben.token"}},
		"written differently":      {env{"BEN": mariaToken, "MARIA": "Bearer " + mariaToken, "OLGA": olgaSecret}, []string{"callers.maria.token", "the same as callers.ben.token"}},
		"a caller and an approver": {env{"BEN": benToken, "MARIA": mariaToken, "OLGA": mariaToken}, []string{"approvers.olga.secret", "config.yaml:5", "the same as callers.maria.token"}},
		"one is missing":           {env{"BEN": benToken, "MARIA": mariaToken}, []string{"approvers.olga.secret", "OLGA is not set"}},
		"one is short":             {env{"BEN": shortSecret, "MARIA": mariaToken, "OLGA": olgaSecret}, []string{"callers.ben.token", "too short"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := load(t, people, tt.env)
			callers, err := c.ResolveCallers(t.Context())
			wantProblem(t, err, config.NoToken, tt.parts...)
			if strings.Contains(err.Error(), mariaToken) || strings.Contains(err.Error(), shortSecret) {
				t.Errorf("a token is shown: %v", err)
			}
			_, err = c.ResolveApprovers(t.Context())
			wantProblem(t, err, config.NoToken, tt.parts...)
			if _, ok := callers.Find(mariaToken); ok {
				t.Error("somebody can sign in")
			}
		})
	}
	const two = "approvers: {ada: {secret: {env: OLGA}}, olga: {secret: {env: OLGA}}}"
	_, err := load(t, two, peopleEnv()).ResolveApprovers(t.Context())
	wantProblem(t, err, config.NoToken, "approvers.olga.secret", "the same as approvers.ada.secret")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = load(t, two, peopleEnv()).Approvers()[0].ResolveSecret(ctx)
	wantProblem(t, err, config.NoToken, "approvers.ada.secret", "canceled")
}

func TestPeopleMistakes(t *testing.T) {
	const forms = "{env: VARIABLE}, {file: PATH} or {keychain: NAME}"
	for file, want := range map[string]string{
		"callers: [maria]":                                            `callers (config.yaml:1): it must be a mapping, one "key: value" on each line`,
		"approvers: olga":                                             `approvers (config.yaml:1): it must be a mapping, one "key: value" on each line`,
		"caller: {}":                                                  `config.yaml:1: unknown key "caller" (did you mean callers?); valid keys: network, networks, mode, toolsets, tools, exclude_tools, state_dir, http, approval, log, protected, timeouts, export, upload, crm, audit, privacy, bulk, answers, requests, directory, workspace, policy, callers, approvers`,
		"callers:\n  maria: ":                                         `callers.maria.token (config.yaml:2): there is no token; say where it is, as ` + forms,
		"callers:\n  maria: {token: }":                                `callers.maria.token (config.yaml:2): there is no token; say where it is, as ` + forms,
		"approvers:\n  olga: {}":                                      `approvers.olga.secret (config.yaml:2): there is no secret; say where it is, as ` + forms,
		"callers: {maria: {role: boss, token: {}}}":                   `callers.maria.token (config.yaml:1): there is no token; say where it is, as ` + forms,
		"callers: {maria: " + mariaToken + "}":                        `callers.maria (config.yaml:1): it must be a mapping, one "key: value" on each line`,
		"callers: {maria: {token: " + mariaToken + "}}":               `callers.maria.token (config.yaml:1): a key is never in this file; say where it is, as ` + forms + `, and make a new key if this file is shared`,
		"approvers: {olga: {secret: " + olgaSecret + "}}":             `approvers.olga.secret (config.yaml:1): a key is never in this file; say where it is, as ` + forms + `, and make a new key if this file is shared`,
		"callers: {maria: {token: {var: A}}}":                         `callers.maria.token (config.yaml:1): unknown key; say where the key is, as ` + forms,
		"callers: {maria: {token: {env: A, file: b}}}":                `callers.maria.token (config.yaml:1): it names two places; use one of ` + forms,
		"callers: {maria: {token: {env: A}, rol: a}}":                 `config.yaml:1: unknown key "rol" under callers.maria (did you mean role?); valid keys: role, token`,
		"callers: {maria: {secret: {env: A}}}":                        `config.yaml:1: unknown key "secret" under callers.maria; valid keys: role, token`,
		"approvers: {olga: {role: a, secret: {env: A}}}":              `config.yaml:1: unknown key "role" under approvers.olga; valid keys: secret`,
		"approvers: {olga: {secrets: {env: A}}}":                      `config.yaml:1: unknown key "secrets" under approvers.olga (did you mean secret?); valid keys: secret`,
		"callers: {Maria: {token: {env: A}}}":                         `callers (config.yaml:1): "Maria" cannot be the name of a person; use lower-case letters, digits, '.', '_' and '-', like maria`,
		"approvers: {'a b': {secret: {env: A}}}":                      `approvers (config.yaml:1): "a b" cannot be the name of a person; use lower-case letters, digits, '.', '_' and '-', like maria`,
		"callers: {" + key[:40] + ": {token: {env: A}}}":              `callers (config.yaml:1): "***" cannot be the name of a person; use lower-case letters, digits, '.', '_' and '-', like maria`,
		"callers: {local: {token: {env: A}}}":                         `callers (config.yaml:1): local stands for whoever needs no token; use another name`,
		"callers: {stdio: {token: {env: A}}}":                         `callers (config.yaml:1): stdio stands for whoever needs no token; use another name`,
		"approvers: {local: {secret: {env: A}}}":                      `approvers (config.yaml:1): local stands for whoever needs no token; use another name`,
		"callers: {maria: {role: local, token: {env: A}}}":            `callers.maria.role (config.yaml:1): local is the role of whoever needs no token; use another word, like moderator`,
		"callers: {maria: {role: , token: {env: A}}}":                 `callers.maria.role (config.yaml:1): it is empty; give it a value, or leave the key out`,
		"callers: {maria: {role: Boss, token: {env: A}}}":             `callers.maria.role (config.yaml:1): "Boss" cannot be a role; use a lower-case word, like moderator`,
		"callers: {maria: {role: [a, b], token: {env: A}}}":           `callers.maria.role (config.yaml:1): it is one value, not a list`,
		"callers: {maria: {role: " + key[:40] + ", token: {env: A}}}": `callers.maria.role (config.yaml:1): "***" cannot be a role; use a lower-case word, like moderator`,
		"callers:\n  a: {token: {env: A}}\n  a: {token: {env: B}}":    `config.yaml:3: the key "a" is there twice; keep one`,
	} {
		wantLines(t, file, want)
	}
}

// Nothing that people lead to can be printed.
func TestPeopleAreNeverPrintedWithSecrets(t *testing.T) {
	c := load(t, people, peopleEnv())
	callers, err := c.ResolveCallers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	approvers, err := c.ResolveApprovers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	maria, _ := callers.Find(mariaToken)
	for _, v := range []any{*c, c, c.Callers(), c.Approvers(), callers, &approvers, maria} {
		text, _ := json.Marshal(v)
		out := string(text) + fmt.Sprintf("%v %+v %#v %s %x", v, v, v, v, v)
		for _, secret := range []string{benToken, mariaToken, olgaSecret} {
			if strings.Contains(out, secret) || strings.Contains(out, fmt.Sprintf("%x", secret)) {
				t.Errorf("%T shows %s", v, secret)
			}
		}
	}
}

func TestPeopleOfTheExample(t *testing.T) {
	c := load(t, example, env{})
	callers, approvers := c.Callers(), c.Approvers()
	if len(callers) != 2 || callers[0].Name != "chat-ops" || callers[0].Role != config.DefaultRole || callers[1].Role != "moderator" ||
		len(approvers) != 1 || approvers[0].Name != "olga" {
		t.Errorf("callers %+v, approvers %+v", callers, approvers)
	}
}
