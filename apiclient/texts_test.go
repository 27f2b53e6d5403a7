package apiclient

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// answerTexts reads the texts of all types of answers out of the source: every
// exported struct with names for JSON that is not what we send.
func answerTexts(t *testing.T) map[string][]string {
	t.Helper()
	texts := map[string][]string{}
	named := map[string]bool{"string": true, "any": true} // types that are texts
	for range 2 {                                         // a field may stand before its type
		texts = map[string][]string{}
		readTexts(t, texts, named)
	}
	return texts
}

func readTexts(t *testing.T, texts map[string][]string, named map[string]bool) {
	t.Helper()
	sources, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range sources {
		if !strings.HasSuffix(source.Name(), ".go") || strings.HasSuffix(source.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), source.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if base, ok := spec.Type.(*ast.Ident); ok && named[base.Name] {
				named[spec.Name.Name] = true
			}
			if !spec.Name.IsExported() || strings.HasSuffix(spec.Name.Name, "Create") || strings.HasSuffix(spec.Name.Name, "Update") {
				return true
			}
			fields, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			for _, field := range fields.Fields.List {
				if name := wireName(field); name != "" && name != "-" && holdsText(field.Type, named) {
					texts[spec.Name.Name] = append(texts[spec.Name.Name], name)
				}
			}
			return true
		})
	}
}

func wireName(field *ast.Field) string {
	if field.Tag == nil {
		return ""
	}
	name, _, _ := strings.Cut(reflect.StructTag(strings.Trim(field.Tag.Value, "`")).Get("json"), ",")
	return name
}

// holdsText tells fields of text, of lists of text, and of anything whose type
// says less than that it holds none.
func holdsText(of ast.Expr, named map[string]bool) bool {
	switch e := of.(type) {
	case *ast.Ident:
		return named[e.Name]
	case *ast.StarExpr:
		return holdsText(e.X, named)
	case *ast.ArrayType:
		return holdsText(e.Elt, named)
	case *ast.MapType, *ast.InterfaceType:
		return true
	}
	return false
}

// TestEveryTextHasAWriter fails for a new text until somebody has said who
// writes it, and for an entry without a text.
func TestEveryTextHasAWriter(t *testing.T) {
	found, listed := answerTexts(t), Texts()
	count := 0
	for name, fields := range found {
		for _, field := range fields {
			if count++; listed[name][field] == 0 {
				t.Errorf("nobody says who writes %s.%s: put it into Texts", name, field)
			}
		}
	}
	for name, fields := range listed {
		for field := range fields {
			if !slices.Contains(found[name], field) {
				t.Errorf("Texts has %s.%s, and the API has not", name, field)
			}
		}
	}
	if types := len(slices.Collect(maps.Keys(found))); types < 25 || count < 90 {
		t.Errorf("found %d texts of %d types only: this test no longer looks", count, types)
	}
}
