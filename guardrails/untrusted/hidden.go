package untrusted

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// invisible reports whether a browser shows nothing of an element: it is never
// displayed, or an attribute or its own style hides it. Style sheets are not
// evaluated.
func invisible(name string, attrs []html.Attribute) bool {
	switch name {
	case "head", "script", "style", "template", "noscript", "title", "meta", "link", "base",
		"datalist", "param", "svg", "math", "canvas", "progress", "meter", "noembed", "noframes", "input":
		return true
	}
	open := false
	for _, a := range attrs {
		switch a.Key {
		case "hidden", "popover":
			return true
		case "aria-hidden":
			if strings.EqualFold(strings.TrimSpace(a.Val), "true") {
				return true
			}
		case "style":
			if hidingStyle(a.Val) {
				return true
			}
		case "open":
			open = true
		}
	}
	return name == "dialog" && !open
}

// offScreen is the distance, in pixels, from which a shift or a negative
// margin is taken as a way off the screen.
const offScreen = 500

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?(?:\*/|$)`)
	cssEscape  = regexp.MustCompile(`\\(?:([0-9A-Fa-f]{1,6})[ \t\r\n\f]?|([^0-9A-Fa-f\r\n\f]))`)
	cssNumber  = regexp.MustCompile(`^([+-]?[0-9]*\.?[0-9]+(?:e[+-]?[0-9]+)?)([a-z%]*)`)
	cssShift   = regexp.MustCompile(`(translate|scale)[a-z0-9]*\(([^)]*)\)`)
)

// hidingStyle reports whether an inline style makes its element invisible. One
// declaration that does is enough, even if a later one seems to undo it: a
// browser ignores a later one with a value that it does not know.
func hidingStyle(style string) bool {
	var clipped, tiny bool
	var colors, backgrounds []string
	for _, d := range parseStyle(style) {
		if hides(d.property, d.value) {
			return true
		}
		switch d.property {
		case "overflow", "overflow-x", "overflow-y":
			clipped = clipped || d.value == "hidden" || d.value == "clip"
		case "width", "height", "max-width", "max-height":
			n, unit, ok := length(d.value)
			tiny = tiny || ok && pixels(n, unit) <= 1
		case "color":
			colors = append(colors, d.value)
		case "background", "background-color":
			backgrounds = append(backgrounds, d.value)
		}
	}
	if clipped && tiny {
		return true
	}
	return slices.ContainsFunc(colors, func(c string) bool { return slices.Contains(backgrounds, c) })
}

// hides decides one declaration.
func hides(property, value string) bool {
	switch property {
	case "display", "mso-hide":
		return value == "none" || value == "all" || strings.Contains(value, "var(")
	case "visibility", "content-visibility":
		return value == "hidden" || value == "collapse" || strings.Contains(value, "var(")
	case "opacity":
		n, unit, ok := length(value)
		if unit == "%" {
			n /= 100
		}
		return ok && n < 0.1
	case "color", "-webkit-text-fill-color":
		return transparent(value)
	case "font-size", "zoom":
		n, unit, ok := length(value)
		if property == "zoom" || unit == "em" || unit == "rem" || unit == "%" {
			if unit == "%" {
				n /= 100
			}
			return ok && n < 0.15
		}
		return ok && pixels(n, unit) < 2
	case "font":
		for _, part := range strings.Fields(value) {
			size, _, _ := strings.Cut(part, "/")
			if n, unit, ok := length(size); ok && (n == 0 || unit != "" && pixels(n, unit) < 2) {
				return true
			}
		}
	case "left", "right", "top", "bottom", "text-indent", "margin", "margin-left", "margin-top", "margin-right", "inset":
		for _, part := range strings.Fields(value) {
			if n, unit, ok := length(part); ok && (pixels(n, unit) <= -offScreen ||
				property != "text-indent" && pixels(n, unit) >= 10*offScreen) {
				return true
			}
		}
	case "clip":
		return strings.HasPrefix(value, "rect(") && !strings.ContainsAny(value, "23456789a")
	case "clip-path":
		return strings.HasPrefix(value, "inset(50%") || strings.HasPrefix(value, "inset(100%") ||
			strings.HasPrefix(value, "circle(0")
	case "transform", "translate", "scale":
		return transformed(property, value)
	case "filter":
		return strings.Contains(value, "opacity(0)") || strings.Contains(value, "opacity(0%)")
	}
	return false
}

// transparent reports a colour without any opacity.
func transparent(color string) bool {
	switch {
	case color == "transparent":
		return true
	case strings.HasPrefix(color, "#"):
		return len(color) == 9 && color[7:] == "00" || len(color) == 5 && color[4] == '0'
	case strings.Contains(color, "/"):
		_, alpha, _ := strings.Cut(color, "/")
		n, _, ok := length(alpha)
		return ok && n == 0
	case strings.Count(color, ",") == 3:
		n, _, ok := length(color[strings.LastIndexByte(color, ',')+1:])
		return ok && n == 0
	}
	return false
}

// transformed reports a transformation that moves an element off the screen
// or shrinks it to nothing.
func transformed(property, value string) bool {
	if property != "transform" {
		value = property + "(" + value + ")"
	}
	for _, match := range cssShift.FindAllStringSubmatch(value, -1) {
		for _, part := range strings.FieldsFunc(match[2], func(r rune) bool { return r == ',' || r == ' ' }) {
			n, unit, ok := length(part)
			if !ok {
				continue
			}
			if match[1] == "scale" && n == 0 || match[1] == "translate" && pixels(n, unit) <= -offScreen {
				return true
			}
		}
	}
	return false
}

type declaration struct{ property, value string }

// parseStyle reads an inline style: names and values in lower case, without
// comments, escapes and priorities.
func parseStyle(style string) []declaration {
	style = cssComment.ReplaceAllString(style, "")
	style = cssEscape.ReplaceAllStringFunc(style, func(s string) string {
		if n, err := strconv.ParseUint(strings.TrimSpace(s[1:]), 16, 32); err == nil {
			return string(rune(n))
		}
		return s[1:]
	})
	var out []declaration
	for part := range strings.SplitSeq(strings.ToLower(style), ";") {
		property, value, ok := strings.Cut(part, ":")
		if !ok {
			continue
		}
		value, _, _ = strings.Cut(value, "!")
		value = strings.Join(strings.Fields(value), " ")
		value = strings.ReplaceAll(strings.ReplaceAll(value, ", ", ","), "/ ", "/")
		out = append(out, declaration{strings.TrimSpace(property), value})
	}
	return out
}

// length splits "12.5px" into its number and its unit.
func length(value string) (n float64, unit string, ok bool) {
	match := cssNumber.FindStringSubmatch(value)
	if match == nil {
		return 0, "", false
	}
	n, err := strconv.ParseFloat(match[1], 64)
	return n, match[2], err == nil
}

// pixels converts a length roughly; relative units are taken at the size of
// common text and a small window.
func pixels(n float64, unit string) float64 {
	switch unit {
	case "em", "rem", "ch", "ex", "pc":
		return n * 16
	case "vw", "vh", "vmin", "vmax", "%":
		return n * 6
	case "cm":
		return n * 38
	case "mm":
		return n * 4
	case "in":
		return n * 96
	}
	return n
}
