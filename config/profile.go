package config

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Profile is one network: which it is, where its API is, and where its key is
// found. The key itself is read when it is needed, by [Profile.ResolveToken].
type Profile struct {
	// Name is the operator's name for it.
	Name string
	// ID is the network's integer id or its subdomain; "" if neither is set.
	ID string
	// APIURL is scheme://host[:port] of the Admin API.
	APIURL string

	token tokenSource
	env   func(string) (string, bool)
}

var (
	subdomain = regexp.MustCompile(`^[a-z][a-z0-9-]+$`)
	envName   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// networkID understands the id of a network.
func networkID(s string) (string, error) {
	_, err := strconv.ParseUint(s, 10, 64)
	if positive.MatchString(s) && err == nil || subdomain.MatchString(s) && len(s) <= 63 && !keyLike.MatchString(s) {
		return s, nil
	}
	return "", fmt.Errorf("%s is not a network; use its number, like 4242, or its subdomain, like harbour", shownURL(s))
}

// networks reads the profiles of the file.
func (l *loader) networks(f field, path string) {
	for _, entry := range l.fields("networks", f.value, path) {
		name, err := profileName(entry.name)
		if err != nil {
			l.invalid("networks", entry.at, err)
			continue
		}
		p := Profile{Name: name, APIURL: DefaultAPIURL, env: l.env}
		setting := "networks." + name
		for _, member := range l.fields(setting, entry.value, path) {
			switch member.name {
			case "id":
				l.profileValue(&p.ID, setting+".id", member, networkID)
			case "api_url":
				l.profileValue(&p.APIURL, setting+".api_url", member, apiURL)
			case "token":
				p.token = l.fileToken(setting+".token", member, path)
			default:
				l.unknown(setting, member, []string{"id", "token", "api_url"})
			}
		}
		if p.ID == "" && !l.has(setting+".id") {
			l.invalid(setting+".id", entry.at, errors.New("the network has no id; give its number, like 4242, or its subdomain, like harbour"))
		}
		l.c.profiles[name] = p
	}
}

// has reports whether a setting has a problem already.
func (l *loader) has(setting string) bool {
	return slices.ContainsFunc(l.problems, func(p Problem) bool { return p.Setting == setting })
}

func (l *loader) profileValue(to *string, setting string, f field, check func(string) (string, error)) {
	value, err := rawValue(f.value)
	if err == nil && value != nil {
		err = setText(to, *value, check)
	}
	if err != nil {
		l.invalid(setting, f.at, err)
		return
	}
	l.c.sources[setting] = f.at
}

const tokenForms = "{env: VARIABLE}, {file: PATH} or {keychain: NAME}"

// fileToken reads where a profile's key is. No message quotes a value: a key
// that was written here by mistake would be in it.
func (l *loader) fileToken(setting string, f field, path string) tokenSource {
	if value, err := rawValue(f.value); err == nil && value != nil {
		l.invalid(setting, f.at, errors.New("a key is never in this file; say where it is, as "+tokenForms+", and make a new key if this file is shared"))
		return tokenSource{}
	}
	var source tokenSource
	for _, member := range l.fields(setting, f.value, path) {
		kind := tokenKind(member.name)
		if !slices.Contains([]tokenKind{tokenEnv, tokenFile, tokenKeychain}, kind) {
			l.problem(Problem{Kind: Unknown, Setting: setting, Source: member.at, Message: "unknown key; say where the key is, as " + tokenForms})
			continue
		}
		if source.kind != "" {
			l.invalid(setting, member.at, errors.New("it names two places; use one of "+tokenForms))
			return source
		}
		value, err := rawValue(member.value)
		if err == nil && value != nil && value.isList {
			err = errList
		}
		if err == nil && (value == nil || strings.TrimSpace(value.text) == "") {
			err = errors.New("it is empty; use " + tokenForms)
		}
		if err == nil {
			source, err = l.tokenPlace(kind, strings.TrimSpace(value.text), path)
		}
		if err != nil {
			l.invalid(setting+"."+member.name, member.at, err)
			return tokenSource{}
		}
		source.setting, source.at = setting, member.at
	}
	return source
}

// tokenPlace checks the name of a variable, a file or a keychain entry.
func (l *loader) tokenPlace(kind tokenKind, name, configPath string) (tokenSource, error) {
	if keyLike.MatchString(name) {
		return tokenSource{}, fmt.Errorf("this looks like a key and not like the name of %s; a key is never in this file", kind.what())
	}
	switch kind {
	case tokenEnv:
		if !envName.MatchString(name) {
			return tokenSource{}, errors.New("this is not the name of an environment variable; use letters, digits and _, like HARBOUR_TOKEN")
		}
	case tokenFile:
		if name = l.dirs.expand(name); !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(configPath), name)
		}
	}
	return tokenSource{kind: kind, name: name}, nil
}

// environmentProfile takes the network that the environment describes: by
// MIGHTY_NETWORK_ID, or by adding to the file's profile of the default name.
// MIGHTY_API_URL goes over the address of every profile.
func (l *loader) environmentProfile() {
	p, exists := l.c.profiles[DefaultProfile]
	id, hasID := l.lookup("MIGHTY_NETWORK_ID")
	_, hasToken := l.lookup("MIGHTY_API_TOKEN")
	file, hasFile := l.lookup("MIGHTY_API_TOKEN_FILE")
	l.lonelyToken(hasToken || hasFile, exists || hasID)
	if exists || hasID {
		if !exists {
			p = Profile{Name: DefaultProfile, APIURL: DefaultAPIURL}
		}
		p.env = l.env
		const setting = "networks." + DefaultProfile
		if hasID {
			if err := setText(&p.ID, raw{text: id}, networkID); err != nil {
				l.invalid(setting+".id", "MIGHTY_NETWORK_ID", err)
			} else {
				l.c.sources[setting+".id"] = "MIGHTY_NETWORK_ID"
			}
		}
		switch {
		case hasToken && hasFile:
			l.invalid(setting+".token", "MIGHTY_API_TOKEN, MIGHTY_API_TOKEN_FILE", errors.New("both are set; unset one of them"))
		case hasToken:
			p.token = tokenSource{kind: tokenEnv, name: "MIGHTY_API_TOKEN", setting: setting + ".token", at: "MIGHTY_API_TOKEN"}
		case hasFile:
			p.token = tokenSource{kind: tokenFile, name: l.dirs.expand(file), setting: setting + ".token", at: "MIGHTY_API_TOKEN_FILE"}
		}
		l.c.profiles[DefaultProfile] = p
	}
	if text, ok := l.lookup("MIGHTY_API_URL"); ok {
		var address string
		if err := setText(&address, raw{text: text}, apiURL); err != nil {
			l.invalid("api_url", "MIGHTY_API_URL", err)
		}
		for name, p := range l.c.profiles {
			p.APIURL = address
			l.c.profiles[name] = p
			l.c.sources["networks."+name+".api_url"] = "MIGHTY_API_URL"
		}
	}
}

// lonelyToken remembers a key in the environment that belongs to no network,
// for the message that no network is chosen.
func (l *loader) lonelyToken(has, taken bool) { l.c.lonely = has && !taken }

// chooseNetwork settles which profile is used where none is asked for: the
// one that a flag or MIGHTY_NETWORK names; the one that MIGHTY_NETWORK_ID
// defines; the one that the file names; the only one.
func (l *loader) chooseNetwork() {
	c := l.c
	source := c.Source("network")
	if _, ok := l.lookup("MIGHTY_NETWORK_ID"); ok && source != "--network" && source != "MIGHTY_NETWORK" {
		c.Network = DefaultProfile
		c.sources["network"] = "MIGHTY_NETWORK_ID"
		return
	}
	if c.Network != "" {
		if _, ok := c.profiles[c.Network]; !ok {
			p := c.noNetwork(c.Network)
			p.Source = source
			l.problem(p)
		}
		return
	}
	_, hasDefault := c.profiles[DefaultProfile]
	switch {
	case len(c.profiles) == 1:
		c.Network = c.Profiles()[0]
	case hasDefault:
		c.Network = DefaultProfile
	}
}

// noNetwork says that a profile does not exist, or that none is chosen.
func (c *Config) noNetwork(name string) Problem {
	p := Problem{Kind: NoNetwork, Setting: "network"}
	names := strings.Join(c.Profiles(), ", ")
	switch {
	case name != "" && names != "":
		p.Message = fmt.Sprintf("there is no network %s%s; networks: %s", shown(name), DidYouMean(name, c.Profiles()), names)
	case name != "":
		p.Message = fmt.Sprintf("there is no network %s, nor any other; define it under networks in %s", shown(name), cmp.Or(c.File, "the configuration file"))
	case names != "":
		p.Message = "none is chosen; use --network, MIGHTY_NETWORK or network in the file with one of: " + names
	case c.lonely:
		p.Message = "there is a key but no network for it; set MIGHTY_NETWORK_ID to the network's number or subdomain"
	default:
		p.Message = "no network is configured; set MIGHTY_NETWORK_ID and MIGHTY_API_TOKEN, or define one under networks in the configuration file"
	}
	return p
}
