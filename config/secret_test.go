package config_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"log"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"text/template"

	"go.yaml.in/yaml/v4"

	"github.com/mcp-mighty/mcp-mighty/config"
)

func TestTrimmed(t *testing.T) {
	for _, damaged := range []string{
		key, " " + key + "\n", "\t" + key + "\r\n", key + `\n`, `\r\n` + key + `\r\n`, `"` + key + `"`, `'` + key + `'`, `"` + key, key + `'`, "`" + key + "`",
		`"'` + key + `'"`, `"` + key + `\n"` + "\n", "“" + key + "”", "\ufeff" + key, key + "\u200b",
		"Bearer " + key, "bearer\t" + key, "BEARER: " + key, `"Bearer ` + key + `"`, "Bearer Bearer " + key, `Bearer "` + key + `"`,
	} {
		if got := config.NewSecret(damaged).Reveal(); got != key {
			t.Errorf("NewSecret(%q) = %q", damaged, got)
		}
		secret, err := config.ParseSecret(damaged)
		if err != nil || secret.Reveal() != key {
			t.Errorf("ParseSecret(%q) = %q, %v", damaged, secret.Reveal(), err)
		}
	}
	for _, empty := range []string{"", " ", `""`, `"`, `'`, `\n`, `"\n"`, "Bearer", "Bearer ", `"Bearer "`, "\ufeff"} {
		if !config.NewSecret(empty).IsZero() || config.NewSecret(empty).Reveal() != "" {
			t.Errorf("NewSecret(%q) is not empty", empty)
		}
		if _, err := config.ParseSecret(empty); err == nil {
			t.Errorf("ParseSecret(%q) has no error", empty)
		}
	}
	// What only looks like damage stays.
	for _, whole := range []string{"bearerkey", "no\\nend", "a\"b", "n"} {
		if got := config.NewSecret(whole).Reveal(); got != whole {
			t.Errorf("NewSecret(%q) = %q", whole, got)
		}
	}
	for _, bad := range []string{"two words", "two\nlines", "tab\tin", "bell\a", "del\x7f", "zero\u200bwidth", "nbsp\u00a0in", "kéy", "bad\xffbyte"} {
		secret, err := config.ParseSecret(bad)
		if err == nil || !secret.IsZero() {
			t.Errorf("ParseSecret(%q) = %q", bad, secret.Reveal())
		} else if strings.Contains(err.Error(), bad) || strings.Contains(err.Error(), bad[:3]) {
			t.Errorf("ParseSecret(%q) shows it: %v", bad, err)
		}
	}
}

type (
	exported struct{ Token config.Secret }
	nested   struct {
		inner struct{ token config.Secret }
		ptr   *config.Secret
		m     map[string]config.Secret
		s     []config.Secret
		any   any
	}
	embedded struct{ config.Secret }
	failure  struct{ token config.Secret }
)

func (f failure) Error() string { return fmt.Sprintf("failed with %v", f.token) }

// holders are values with a key in every place that Go can print from.
func holders() map[string]any {
	secret := config.NewSecret(key)
	n := nested{ptr: &secret, m: map[string]config.Secret{"k": secret}, s: []config.Secret{secret}, any: secret}
	n.inner.token = secret
	ch := make(chan config.Secret, 1)
	ch <- secret
	var pointer = &secret
	return map[string]any{
		"value": secret, "pointer": &secret, "pointer to pointer": &pointer, "exported field": exported{secret}, "pointer to struct": &exported{secret},
		"unexported fields": n, "pointer to unexported fields": &n, "embedded": embedded{secret}, "array": [2]config.Secret{secret, secret},
		"slice": []config.Secret{secret}, "slice of pointers": []*config.Secret{&secret}, "any slice": []any{secret, n}, "map": map[string]config.Secret{"k": secret}, "map of any": map[any]any{1: secret},
		"function": secret.Reveal, "method value": secret.String, "channel": ch, "error": failure{secret}, "wrapped": fmt.Errorf("while: %w", failure{secret}), "joined": errors.Join(failure{secret}),
		"struct of the moment": struct{ a, B any }{secret, &secret}, "reflected": reflect.ValueOf(exported{secret}), "reflected unexported": reflect.ValueOf(n), "slog value": slog.AnyValue(secret),
	}
}

// No way of printing shows any part of the key.
func TestNeverPrinted(t *testing.T) {
	for name, v := range holders() {
		t.Run(name, func(t *testing.T) {
			check := func(how, out string) {
				t.Helper()
				if strings.Contains(out, "0123456789abcdef") || strings.Contains(strings.ToLower(out), fmt.Sprintf("%x", key[:6])) || strings.Contains(out, key[:6]) {
					t.Errorf("%s shows the key: %s", how, out)
				}
			}
			for _, verb := range "vTtbcdoOqxXUeEfFgGsp" {
				for _, flags := range []string{"", "+", "#", "-", " ", "0", "70", ".3", "+#", "# "} {
					format := "%" + flags + string(verb)
					check(format, fmt.Sprintf(format, v))
				}
			}
			check("Sprint", fmt.Sprint(v))
			check("Sprintln", fmt.Sprintln(v, v))
			check("Errorf", fmt.Errorf("x %v %w", v, errors.Join()).Error())
			for _, format := range []string{"no verb", "%!", "%z", "%[2]v", "%*d"} {
				check(format, fmt.Sprintf(format, v))
			}

			for how, encode := range map[string]func() ([]byte, error){
				"json":        func() ([]byte, error) { return json.Marshal(v) },
				"json indent": func() ([]byte, error) { return json.MarshalIndent(v, "", " ") },
				"json in any": func() ([]byte, error) { return json.Marshal(map[string]any{"k": v}) },
				"xml":         func() ([]byte, error) { return xml.Marshal(v) },
				"yaml":        func() ([]byte, error) { return yaml.Marshal(v) },
				"gob": func() ([]byte, error) {
					var b bytes.Buffer
					err := gob.NewEncoder(&b).Encode(v)
					return b.Bytes(), err
				},
				"text template": func() ([]byte, error) {
					var b bytes.Buffer
					err := template.Must(template.New("").Parse(`{{.}} {{printf "%#v" .}} {{html .}} {{js .}} {{urlquery .}}`)).Execute(&b, v)
					return b.Bytes(), err
				},
				"html template": func() ([]byte, error) {
					var b bytes.Buffer
					err := htmltemplate.Must(htmltemplate.New("").Parse(`<a title="{{.}}" href="/?{{.}}" onclick="f({{.}})">{{.}}</a><script>x = {{.}}</script>`)).Execute(&b, v)
					return b.Bytes(), err
				},
			} {
				out, err := func() (out []byte, err error) {
					defer func() {
						if r := recover(); r != nil {
							err = fmt.Errorf("%v", r) // some encoders panic on channels and functions
						}
					}()
					return encode()
				}()
				check(how, string(out))
				check(how+" error", fmt.Sprint(err))
			}

			for how, handler := range map[string]func(*bytes.Buffer) slog.Handler{
				"slog text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
				"slog json": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
			} {
				var b bytes.Buffer
				logger := slog.New(handler(&b))
				logger.With("with", v).WithGroup("g").Info("m", "v", v, slog.Group("h", "v", v), slog.Any("list", []any{v}))
				check(how, b.String())
			}
			var b bytes.Buffer
			log.New(&b, "", 0).Print(v)
			check("log", b.String())
			func() {
				defer func() { check("panic", fmt.Sprint(recover())) }()
				panic(v)
			}()
		})
	}
}

// What can be shown is shown as ***, so that a log reader sees that there is a
// key.
func TestShownAsHidden(t *testing.T) {
	secret := config.NewSecret(key)
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
		if got := fmt.Sprintf(format, secret); got != "***" {
			t.Errorf("%s: %q", format, got)
		}
	}
	if out, err := json.Marshal(exported{secret}); err != nil || string(out) != `{"Token":"***"}` {
		t.Errorf("json: %s, %v", out, err)
	}
	if out, err := xml.Marshal(exported{secret}); err != nil || string(out) != `<exported><Token>***</Token></exported>` {
		t.Errorf("xml: %s, %v", out, err)
	}
	if out, err := yaml.Marshal(exported{secret}); err != nil || !strings.Contains(string(out), "***") {
		t.Errorf("yaml: %s, %v", out, err)
	}
	if err := gob.NewEncoder(&bytes.Buffer{}).Encode(secret); err == nil {
		t.Error("gob took it; the other side could read it")
	}
	// An empty secret looks the same: its length tells nothing.
	if got := fmt.Sprint(config.Secret{}); got != "***" {
		t.Errorf("empty: %q", got)
	}
}

// A configuration can be printed as a whole, with all that it leads to.
func TestConfigNeverPrintsKeys(t *testing.T) {
	e := env{"MIGHTY_NETWORK_ID": "1", "MIGHTY_API_TOKEN": key, "A_TOKEN": key}
	c := load(t, "networks: {a: {id: 1, token: {env: A_TOKEN}}}", e)
	p, err := c.Profile("")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.ResolveToken(t.Context()); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, v := range []any{c, *c, p, &p, []any{c, p}} {
		fmt.Fprintf(&b, "%v %+v %#v %s %q %x\n", v, v, v, v, v, v)
		out, err := json.Marshal(v)
		fmt.Fprintln(&b, string(out), err)
		yml, err := yaml.Marshal(v)
		fmt.Fprintln(&b, string(yml), err)
		slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "v", v)
		slog.New(slog.NewTextHandler(&b, nil)).Info("m", "v", v)
	}
	if strings.Contains(b.String(), key[3:12]) || strings.Contains(b.String(), fmt.Sprintf("%x", key[3:9])) {
		t.Error("the key is printed")
	}
}
