package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"

	"github.com/zalando/go-keyring"
)

// KeychainService is the name under which the keychain of the operating system
// keeps this program's keys. The name of the entry is the account.
const KeychainService = "mcp-mighty"

// maxTokenFile bounds a file with a key, in bytes.
const maxTokenFile = 16 << 10

type tokenKind string

const (
	tokenEnv      tokenKind = "env"
	tokenFile     tokenKind = "file"
	tokenKeychain tokenKind = "keychain"
)

func (k tokenKind) what() string {
	switch k {
	case tokenEnv:
		return "an environment variable"
	case tokenFile:
		return "a file"
	}
	return "an entry of the keychain"
}

// tokenSource says where a key is. The zero value says that nobody said.
type tokenSource struct {
	kind tokenKind
	name string

	setting string // the setting that says so
	at      string // and its place
}

// TokenSource says where the key is found, for a person to read; "" if nobody
// said.
func (p Profile) TokenSource() string {
	switch p.token.kind {
	case tokenEnv:
		return "environment variable " + p.token.name
	case tokenFile:
		return "file " + p.token.name
	case tokenKeychain:
		return "keychain entry " + p.token.name + " of " + KeychainService
	}
	return ""
}

// ResolveToken reads the key from where the profile says that it is. It reads
// again on each call, so that a changed key is found. A keychain may ask its
// user first and is waited for until ctx is done. The error is an [*Error] of
// kind [NoToken] that says what to do, and never contains the key.
func (p Profile) ResolveToken(ctx context.Context) (Secret, error) {
	if err := ctx.Err(); err != nil {
		return Secret{}, p.noToken(fmt.Sprintf("it was not read: %s", err))
	}
	var text string
	var err error
	switch p.token.kind {
	case tokenEnv:
		text, err = p.fromEnv()
	case tokenFile:
		text, err = readToken(p.token.name)
	case tokenKeychain:
		text, err = p.fromKeychain(ctx)
	default:
		return Secret{}, p.noToken(fmt.Sprintf("the network %q has no key; make one in its admin settings and set %s", p.Name, p.howToSet()))
	}
	if err != nil {
		return Secret{}, p.noToken(err.Error())
	}
	secret, err := ParseSecret(text)
	if err != nil {
		return Secret{}, p.noToken(fmt.Sprintf("the key in the %s %s", p.TokenSource(), err))
	}
	return secret, nil
}

// howToSet tells the two kinds of profile apart.
func (p Profile) howToSet() string {
	if p.Name == DefaultProfile {
		return "MIGHTY_API_TOKEN or MIGHTY_API_TOKEN_FILE"
	}
	return "its token to " + tokenForms
}

func (p Profile) noToken(message string) error {
	setting := p.token.setting
	if setting == "" {
		setting = "networks." + p.Name + ".token"
	}
	return &Error{Problems: []Problem{{Kind: NoToken, Setting: setting, Source: p.token.at, Message: message}}}
}

// check reports whether the key can be found, without asking a keychain.
func (p Profile) check() error {
	if p.token.kind == tokenKeychain {
		return nil
	}
	_, err := p.ResolveToken(context.Background())
	return err
}

func (p Profile) fromEnv() (string, error) {
	text, ok := p.env(p.token.name)
	if !ok || text == "" {
		return "", fmt.Errorf("the environment variable %s is not set; set it to the key", p.token.name)
	}
	return text, nil
}

// readToken reads a file that only its owner can read.
func readToken(path string) (string, error) {
	fail := func(format string, args ...any) (string, error) {
		return "", fmt.Errorf("the file %s %s", strconv.Quote(path), fmt.Sprintf(format, args...))
	}
	// What opens as a pipe or a device could wait for ever.
	info, err := os.Stat(path)
	if err != nil {
		return fail("cannot be read: %s", plainError(err))
	}
	if !info.Mode().IsRegular() {
		return fail("is not a plain file; give a file that holds the key and nothing else")
	}
	f, err := os.Open(path)
	if err != nil {
		return fail("cannot be read: %s", plainError(err))
	}
	defer f.Close()
	// Of the opened file: the path may lead to another one by now.
	if info, err = f.Stat(); err != nil {
		return fail("cannot be read: %s", plainError(err))
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return fail("can be read or changed by others (mode %04o), so the key in it was not used; run `chmod 600 %s` (in a container, mount it with mode 0400)", mode, path)
	}
	content, err := io.ReadAll(io.LimitReader(f, maxTokenFile+1))
	if err != nil {
		return fail("cannot be read: %s", plainError(err))
	}
	if len(content) > maxTokenFile {
		return fail("is too large to hold a key")
	}
	return string(content), nil
}

// fromKeychain asks the keychain of the operating system, which may ask its
// user. It cannot be called off: when ctx ends the wait, the question stays
// open until the user or the keychain ends it, and its answer is dropped.
func (p Profile) fromKeychain(ctx context.Context) (string, error) {
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := keyring.Get(KeychainService, p.token.name)
		answers <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", fmt.Errorf("the keychain did not answer in time: %w; it may show a dialog that waits for its password", ctx.Err())
	case a := <-answers:
		switch {
		case a.err == nil:
			return a.text, nil
		case errors.Is(a.err, keyring.ErrNotFound):
			return "", fmt.Errorf("the keychain has no entry %s for %s; add it with `%s`", p.token.name, KeychainService, keychainCommand(runtime.GOOS, p.token.name))
		case errors.Is(a.err, keyring.ErrUnsupportedPlatform):
			return "", errors.New("this system has no keychain that can be used; use {env: VARIABLE} or {file: PATH}")
		}
		return "", fmt.Errorf("the keychain cannot be read: %s; where there is no desktop session, use {env: VARIABLE} or {file: PATH}", keyLike.ReplaceAllString(a.err.Error(), hidden))
	}
}

// keychainCommand is what adds an entry; each asks for the key itself, so that
// it is in no shell history.
func keychainCommand(goos, name string) string {
	switch goos {
	case "darwin":
		return "security add-generic-password -s " + KeychainService + " -a " + name + " -w"
	case "windows":
		return "cmdkey /generic:" + KeychainService + ":" + name + " /user:" + name + " /pass"
	}
	return "secret-tool store --label=" + KeychainService + " service " + KeychainService + " username " + name
}
