package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
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
	value ast.Node
	at    string // file:line
}

// parse reads the settings of a YAML file.
func (l *loader) parse(path string, content []byte, table []setting) {
	file, err := parseYAML(content)
	if err != nil {
		// The library's own message quotes the lines around the mistake, which
		// may hold a key.
		at, message := path, "it cannot be parsed"
		if syntax := yaml.Error(nil); errors.As(err, &syntax) {
			message = keyLike.ReplaceAllString(syntax.GetMessage(), hidden)
			if token := syntax.GetToken(); token != nil && token.Position != nil {
				at = fmt.Sprintf("%s:%d", path, token.Position.Line)
			}
		}
		l.problem(Problem{Kind: BadFile, Source: at, Message: "this is not valid YAML: " + strings.Join(strings.Fields(message), " ")})
		return
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.NullType || doc.Body.Type() == ast.CommentType {
			continue
		}
		if body != nil {
			l.problem(Problem{Kind: BadFile, Source: place(path, doc.Body), Message: "a second document begins; keep all settings in one"})
			return
		}
		body = doc.Body
	}
	for _, f := range l.fields("", body, path) {
		if f.name == "networks" {
			l.networks(f, path)
			continue
		}
		l.fileSetting(f, path, table)
	}
}

// parseYAML is the library's parser without its panics.
func parseYAML(content []byte) (file *ast.File, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("it cannot be parsed")
		}
	}()
	return parser.ParseBytes(content, 0)
}

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
members:
	for _, member := range l.fields(f.name, f.value, path) {
		for _, s := range table {
			if s.key == f.name+"."+member.name {
				l.fileValue(s, member)
				continue members
			}
		}
		l.unknown(f.name, member, keysUnder(table, f.name))
	}
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
		shown(f.name), where, didYouMean(f.name, valid), strings.Join(valid, ", "))})
}

// fields returns the keys of a mapping. What is not a mapping is a problem,
// except for nothing at all.
func (l *loader) fields(setting string, n ast.Node, path string) []field {
	var pairs []*ast.MappingValueNode
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return nil
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		l.problem(Problem{Kind: Invalid, Setting: setting, Source: place(path, n), Message: "it must be a mapping, one \"key: value\" on each line"})
		return nil
	}
	out := make([]field, 0, len(pairs))
	for _, pair := range pairs {
		name, err := rawValue(pair.Key)
		if err != nil || name == nil || name.isList {
			l.problem(Problem{Kind: Invalid, Setting: setting, Source: place(path, pair.Key), Message: "a key must be a plain word"})
			continue
		}
		out = append(out, field{name: name.text, value: pair.Value, at: place(path, pair.Key)})
	}
	return out
}

// rawValue reads a scalar or a list of scalars as it is written: 0644 stays
// 0644. nil is no value.
func rawValue(n ast.Node) (*raw, error) {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return nil, nil
	case *ast.StringNode:
		return &raw{text: n.Value}, nil
	case *ast.LiteralNode:
		return &raw{text: n.Value.Value}, nil
	case *ast.SequenceNode:
		list := []string{}
		for _, item := range n.Values {
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
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return &raw{text: n.GetToken().Value}, nil
	case *ast.MappingNode, *ast.MappingValueNode:
		return nil, errors.New("it is a mapping where one value or a list is wanted")
	}
	return nil, errors.New("anchors, aliases, tags and merges are not understood here; write the value itself")
}

// place is file:line of a node.
func place(path string, n ast.Node) string {
	if token := n.GetToken(); token != nil && token.Position != nil {
		return fmt.Sprintf("%s:%d", path, token.Position.Line)
	}
	return path
}
