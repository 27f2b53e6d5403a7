package config

import (
	"context"
	"errors"
	"strings"
)

// DefaultWorkspaceURL is where the API of workspaces is. Its path belongs to
// the client.
const DefaultWorkspaceURL = "https://api.admin.io"

// Workspace is the second Admin API, which knows the users of a workspace. It
// is off unless its key is configured.
type Workspace struct {
	// APIURL is scheme://host[:port].
	APIURL string

	token tokenSource
	env   func(string) (string, bool)
}

// On reports whether the workspace is configured: somebody said where its key
// is.
func (w Workspace) On() bool { return w.token.kind != "" }

// TokenSource says where the key is found, for a person to read; "" if nobody
// said.
func (w Workspace) TokenSource() string { return w.profile().TokenSource() }

// ResolveToken reads the key as [Profile.ResolveToken] does.
func (w Workspace) ResolveToken(ctx context.Context) (Secret, error) {
	return w.profile().ResolveToken(ctx)
}

// profile is the workspace as far as its key goes, which is found in the same
// ways as that of a network.
func (w Workspace) profile() Profile {
	return Profile{Name: "workspace", APIURL: w.APIURL, token: w.token, env: w.env}
}

// workspaceURL is [apiURL] for the address as the vendor writes it, with the
// API's version at the end.
func workspaceURL(s string) (string, error) {
	if short, found := strings.CutSuffix(strings.TrimSuffix(s, "/"), "/v3"); found {
		s = short
	}
	return apiURL(s)
}

// workspace reads the group of the file.
func (l *loader) workspace(f field, path string) {
	w := &l.c.Workspace
	for _, member := range l.fields("workspace", f.value, path) {
		switch member.name {
		case "api_url":
			l.profileValue(&w.APIURL, "workspace.api_url", member, workspaceURL)
		case "token":
			w.token = l.fileToken("workspace.token", member, path)
			l.c.sources["workspace.token"] = member.at
		default:
			l.unknown("workspace", member, []string{"api_url", "token"})
		}
	}
}

// environmentWorkspace takes what the environment says of the workspace, over
// what the file does.
func (l *loader) environmentWorkspace() {
	const setting, name, nameOfFile, address = "workspace.token", "MIGHTY_WORKSPACE_TOKEN", "MIGHTY_WORKSPACE_TOKEN_FILE", "MIGHTY_WORKSPACE_API_URL"
	w := &l.c.Workspace
	w.env = l.env
	_, hasToken := l.lookup(name)
	file, hasFile := l.lookup(nameOfFile)
	switch {
	case hasToken && hasFile:
		l.invalid(setting, name+", "+nameOfFile, errors.New("both are set; unset one of them"))
	case hasToken:
		w.token = tokenSource{kind: tokenEnv, name: name, setting: setting, at: name}
	case hasFile:
		w.token = tokenSource{kind: tokenFile, name: l.dirs.expand(file), setting: setting, at: nameOfFile}
	}
	if hasToken || hasFile {
		l.c.sources[setting] = w.token.at
	}
	if text, ok := l.lookup(address); ok {
		if err := setText(&w.APIURL, raw{text: text}, workspaceURL); err != nil {
			l.invalid("workspace.api_url", address, err)
			return
		}
		l.c.sources["workspace.api_url"] = address
	}
}
