package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// dirs knows where an operating system's users keep their files. It reads the
// environment that it is given and nothing else, so [os.UserConfigDir] is
// retold here.
type dirs struct {
	os   string
	home string
	env  func(string) (string, bool)
}

func newDirs(os, home string, env func(string) (string, bool)) dirs {
	d := dirs{os: os, home: home, env: env}
	if home == "" {
		if os == "windows" {
			d.home = d.get("USERPROFILE")
		} else {
			d.home = d.get("HOME")
		}
	}
	return d
}

func (d dirs) get(name string) string {
	value, _ := d.env(name)
	return value
}

// xdg returns a directory that a variable names, which counts only if it is
// absolute, or one below the home directory.
func (d dirs) xdg(name string, below ...string) string {
	if dir := d.get(name); filepath.IsAbs(dir) {
		return dir
	}
	if d.home == "" {
		return ""
	}
	return filepath.Join(append([]string{d.home}, below...)...)
}

// under joins, unless there is nothing to join to.
func under(dir string, names ...string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(append([]string{dir}, names...)...)
}

// configFile is the path of the default configuration file, "" if nobody's
// home is known.
func (d dirs) configFile() string {
	const program, name = "mcp-mighty", "config.yaml"
	switch d.os {
	case "windows":
		return under(d.get("AppData"), program, name)
	case "darwin", "ios":
		return under(d.home, "Library", "Application Support", program, name)
	}
	return under(d.xdg("XDG_CONFIG_HOME", ".config"), program, name)
}

// stateDir is the default directory of the state, "" if nobody's home is
// known.
func (d dirs) stateDir() string {
	const program = "mcp-mighty"
	switch d.os {
	case "windows":
		return under(d.get("LocalAppData"), program)
	case "darwin", "ios":
		if dir := d.get("XDG_STATE_HOME"); filepath.IsAbs(dir) {
			return under(dir, program)
		}
		return under(d.home, "Library", "Application Support", program)
	}
	return under(d.xdg("XDG_STATE_HOME", ".local", "state"), program)
}

// expand replaces a leading ~ by the home directory: a shell does so on the
// command line, nobody does in a file.
func (d dirs) expand(path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || d.home == "" || rest != "" && rest[0] != '/' && rest[0] != '\\' {
		return path
	}
	return filepath.Join(d.home, rest)
}

// setDir takes a directory. One that was typed as a flag may be relative;
// elsewhere that would be another directory each time, since hosts start
// programs in directories of their own choice.
func setDir(to *string, r raw, d dirs) error {
	return setText(to, r, func(path string) (string, error) {
		if path == "" {
			return "", errors.New("it names no directory; give an absolute path")
		}
		path = d.expand(path)
		switch {
		case filepath.IsAbs(path):
			return filepath.Clean(path), nil
		case strings.HasPrefix(r.source, "--"):
			path, err := filepath.Abs(path)
			if err != nil {
				return "", fmt.Errorf("cannot find the current directory: %s", plainError(err))
			}
			return path, nil
		}
		return "", fmt.Errorf("%s is not an absolute path; start it with / or ~", shown(path))
	})
}
