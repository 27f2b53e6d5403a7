package sandbox

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Snapshot returns the whole state of the community, one line for each value,
// so that two states can be compared. Left out are times, the counters that
// ids are given out from, and what was sent to people.
func (s *Sandbox) Snapshot() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var d dump
	d.walk("", reflect.ValueOf(s.community))
	return d.lines
}

// dump walks values, also those that only this package sees.
type dump struct {
	lines []string
	seen  map[uintptr]string
}

func (d *dump) walk(path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		d.pointer(path, v)
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if field.Type != reflect.TypeFor[stamp]() && !strings.HasPrefix(field.Name, "last") && field.Name != "outbox" && field.Name != "notable" {
				d.walk(path+"."+field.Name, v.Field(i))
			}
		}
	case reflect.Map:
		keys := map[string]reflect.Value{}
		for _, key := range v.MapKeys() {
			keys[fmt.Sprint(key)] = key
		}
		for _, name := range slices.Sorted(maps.Keys(keys)) {
			d.walk(path+"["+name+"]", v.MapIndex(keys[name]))
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Pointer {
			for i := range v.Len() {
				d.walk(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
			}
			return
		}
		if v.Len() > 0 {
			d.lines = append(d.lines, fmt.Sprintf("%s = %v", path, v))
		}
	default:
		d.lines = append(d.lines, fmt.Sprintf("%s = %v", path, v))
	}
}

// pointer walks what is pointed to once, and from then on names it.
func (d *dump) pointer(path string, v reflect.Value) {
	if v.IsNil() {
		return
	}
	if first, before := d.seen[v.Pointer()]; before {
		d.lines = append(d.lines, path+" is "+first)
		return
	}
	if d.seen == nil {
		d.seen = map[uintptr]string{}
	}
	d.seen[v.Pointer()] = path
	d.walk(path, v.Elem())
}
