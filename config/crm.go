package config

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// DefaultCRMPace is the pause between two records that go to the CRM.
const DefaultCRMPace = 200 * time.Millisecond

// Export says where files with members go.
type Export struct {
	// Dir is the absolute folder of exported files; "" lets nothing be
	// exported.
	Dir string
}

// Upload says which files may be sent to the network.
type Upload struct {
	// Dir is the absolute folder that upload_asset reads from; "" is none.
	Dir string
}

// CRM is another system that is told about members.
type CRM struct {
	// URL is where records are posted; "" lets nothing be posted. Its path may
	// be all that keeps others out, so do not show more than its host.
	URL string
	// Pace is the pause between two records.
	Pace time.Duration
	// Fields maps the CRM's names of fields to those of a member. They are
	// spelled correctly but not known to exist. nil means that nothing was
	// chosen.
	Fields map[string]string

	token tokenSource
	env   func(string) (string, bool)
}

// ResolveToken reads the bearer token as [Profile.ResolveToken] does. Without
// one in the settings it returns an empty secret: the CRM needs none.
func (c CRM) ResolveToken(ctx context.Context) (Secret, error) {
	if c.token.kind == "" {
		return Secret{}, nil
	}
	return Profile{Name: "crm", token: c.token, env: c.env}.ResolveToken(ctx)
}

// crmURL understands where records are posted. The path and the query may be
// secrets, so no message shows them.
func crmURL(s string) (string, error) {
	const form = "use an https address, like https://crm.example.com/members"
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Opaque != "" || u.Host == "":
		return "", errors.New("this is not an address; " + form)
	case u.User != nil:
		return "", errors.New("it has a user name or a password in it; give a bearer token as crm.token, and " + form)
	case u.Fragment != "" || strings.Contains(s, "#"):
		return "", errors.New("it has a fragment; " + form)
	}
	origin, err := originOf(u, u.Scheme+"://"+u.Host, form, "people's data")
	if err != nil {
		return "", err
	}
	return origin + u.RequestURI(), nil
}

// crm reads the group of the file: its settings of the table, and the two that
// are mappings.
func (l *loader) crm(f field, path string, table []setting) {
	for _, member := range l.fields("crm", f.value, path) {
		switch member.name {
		case "token":
			l.c.CRM.token = l.fileToken("crm.token", member, path)
			l.c.sources["crm.token"] = member.at
		case "fields":
			l.crmFields(member, path)
		default:
			l.groupValue("crm", member, table)
		}
	}
}

var (
	crmField    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.:-]{0,99}$`)
	memberField = regexp.MustCompile(`^[a-z][a-z_]{0,39}$`)
)

func (l *loader) crmFields(f field, path string) {
	const setting = "crm.fields"
	fields := map[string]string{}
	for _, entry := range l.fields(setting, f.value, path) {
		value, err := rawValue(entry.value)
		switch {
		case err != nil:
		case !crmField.MatchString(entry.name):
			err = fmt.Errorf("%s is not the name of a field of the CRM; use letters, digits, _ . : and -", shown(entry.name))
		case value == nil || value.isList || !memberField.MatchString(strings.TrimSpace(value.text)):
			err = fmt.Errorf("%s needs the name of one member field, like email or first_name", shown(entry.name))
		default:
			fields[entry.name] = strings.TrimSpace(value.text)
		}
		if err != nil {
			l.invalid(setting, entry.at, err)
		}
	}
	if len(fields) > 0 {
		l.c.CRM.Fields = fields
		l.c.sources[setting] = f.at
	}
}

// environmentCRM takes the token that the environment has, over what the file
// says.
func (l *loader) environmentCRM() {
	const setting, name, nameOfFile = "crm.token", "MIGHTY_CRM_TOKEN", "MIGHTY_CRM_TOKEN_FILE"
	l.c.CRM.env = l.env
	_, hasToken := l.lookup(name)
	file, hasFile := l.lookup(nameOfFile)
	switch {
	case hasToken && hasFile:
		l.invalid(setting, name+", "+nameOfFile, errors.New("both are set; unset one of them"))
		return
	case hasToken:
		l.c.CRM.token = tokenSource{kind: tokenEnv, name: name, setting: setting, at: name}
	case hasFile:
		l.c.CRM.token = tokenSource{kind: tokenFile, name: l.dirs.expand(file), setting: setting, at: nameOfFile}
	default:
		return
	}
	l.c.sources[setting] = l.c.CRM.token.at
}
