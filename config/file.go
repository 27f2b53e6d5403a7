package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxConfigFile bounds the configuration file, in bytes.
const maxConfigFile = 1 << 20

func readConfigFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxConfigFile+1))
	if err == nil && len(content) > maxConfigFile {
		err = errors.New("it is larger than 1 MiB")
	}
	return content, err
}

// plainError is an error of the file system without the path, which the
// message around it has.
func plainError(err error) string {
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.As(err, &path):
		return path.Err.Error()
	}
	return err.Error()
}

// A field is one key of a mapping in the file, with its value and its place.
type field struct {
	name  string
	value *yaml.Node
	at    string // file:line
}

// parse reads the settings of a YAML file.
func (l *loader) parse(path string, content []byte, table []setting) {
	documents, err := parseYAML(content)
	if err != nil {
		at, message := path, keyLike.ReplaceAllString(err.Error(), hidden)
		if found := yamlLine.FindStringSubmatch(message); found != nil {
			at, message = path+":"+found[1], found[2]
		}
		l.problem(Problem{Kind: BadFile, Source: at, Message: "this is not valid YAML: " + strings.Join(strings.Fields(message), " ")})
		return
	}
	if len(documents) > 1 {
		l.problem(Problem{Kind: BadFile, Source: place(path, documents[1]), Message: "a second document begins; keep all settings in one"})
		return
	}
	for _, document := range documents {
		for _, f := range l.fields("", document, path) {
			switch f.name {
			case "networks":
				l.networks(f, path)
			case "workspace":
				l.workspace(f, path)
			case "crm":
				l.crm(f, path, table)
			case "policy":
				l.policy(f, path)
			case "callers":
				l.callers(f, path)
			case "approvers":
				l.approvers(f, path)
			default:
				l.fileSetting(f, path, table)
			}
		}
	}
}

// yamlLine takes the place out of the library's message.
var yamlLine = regexp.MustCompile(`^yaml: line (\d+): (.*)$`)

// parseYAML returns the documents of a file that have anything in them.
func parseYAML(content []byte) (documents []*yaml.Node, err error) {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var document yaml.Node
		switch err := decoder.Decode(&document); {
		case errors.Is(err, io.EOF):
			return documents, nil
		case err != nil:
			return nil, err
		}
		if len(document.Content) == 1 && !isNull(document.Content[0]) {
			documents = append(documents, document.Content[0])
		}
	}
}

// isNull reports whether a key has no value.
func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// fileSetting takes one key of the file's top, which is a setting or a group
// of settings.
func (l *loader) fileSetting(f field, path string, table []setting) {
	group := false
	for _, s := range table {
		if s.key == f.name && !strings.Contains(s.key, ".") {
			l.fileValue(s, f)
			return
		}
		group = group || strings.HasPrefix(s.key, f.name+".")
	}
	if !group {
		l.unknown("", f, keysUnder(table, ""))
		return
	}
	for _, member := range l.fields(f.name, f.value, path) {
		l.groupValue(f.name, member, table)
	}
}

// groupValue takes one setting of a group.
func (l *loader) groupValue(group string, f field, table []setting) {
	for _, s := range table {
		if s.key == group+"."+f.name {
			l.fileValue(s, f)
			return
		}
	}
	l.unknown(group, f, keysUnder(table, group))
}

// fileValue takes the value of one setting. A key without a value says
// nothing.
func (l *loader) fileValue(s setting, f field) {
	value, err := rawValue(f.value)
	if err != nil {
		l.invalid(s.key, f.at, err)
		return
	}
	if value == nil {
		return
	}
	value.source = f.at
	l.set(s, *value)
}

// unknown reports a key that does not exist, with those that do.
func (l *loader) unknown(group string, f field, valid []string) {
	where := ""
	if group != "" {
		where = " under " + group
	}
	l.problem(Problem{Kind: Unknown, Source: f.at, Message: fmt.Sprintf("unknown key %s%s%s; valid keys: %s",
		shown(f.name), where, DidYouMean(f.name, valid), strings.Join(valid, ", "))})
}

// fields returns the keys of a mapping. What is not a mapping is a problem,
// except for nothing at all; so is a key that comes twice.
func (l *loader) fields(setting string, n *yaml.Node, path string) []field {
	if isNull(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		l.problem(Problem{Kind: Invalid, Setting: setting, Source: place(path, n), Message: "it must be a mapping, one \"key: value\" on each line"})
		return nil
	}
	seen := map[string]bool{}
	var out []field
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		name, err := rawValue(key)
		if err != nil || name == nil || name.isList {
			l.problem(Problem{Kind: Invalid, Setting: setting, Source: place(path, key), Message: "a key must be a plain word"})
			continue
		}
		if seen[name.text] {
			l.problem(Problem{Kind: BadFile, Source: place(path, key), Message: fmt.Sprintf("the key %s is there twice; keep one", shown(name.text))})
			continue
		}
		seen[name.text] = true
		out = append(out, field{name: name.text, value: n.Content[i+1], at: place(path, key)})
	}
	return out
}

// rawValue reads a scalar or a list of scalars as it is written: 0644 stays
// 0644. nil is no value.
func rawValue(n *yaml.Node) (*raw, error) {
	switch {
	case n.Anchor != "" || n.Kind == yaml.AliasNode || n.Style&yaml.TaggedStyle != 0 || n.Tag == "!!merge":
		return nil, errors.New("anchors, aliases, tags and merges are not understood here; write the value itself")
	case isNull(n):
		return nil, nil
	case n.Kind == yaml.ScalarNode:
		return &raw{text: n.Value}, nil
	case n.Kind == yaml.MappingNode:
		return nil, errors.New("it is a mapping where one value or a list is wanted")
	}
	list := []string{}
	for _, item := range n.Content {
		value, err := rawValue(item)
		if err != nil {
			return nil, err
		}
		if value == nil {
			continue
		}
		if value.isList {
			return nil, errors.New("it is a list inside a list; use one list")
		}
		list = append(list, value.text)
	}
	return &raw{list: list, isList: true}, nil
}

// place is file:line of a node.
func place(path string, n *yaml.Node) string { return fmt.Sprintf("%s:%d", path, n.Line) }
