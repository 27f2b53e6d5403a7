package untrusted

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"golang.org/x/net/html"
)

// maxHTML is how many bytes of HTML are read. The parser's work grows faster
// than its input on hostile markup; no post comes near this size.
const maxHTML = 256 << 10

// HTML returns the body of a post, a comment or a bio as readable text in the
// manner of Markdown. What a browser would not show is taken out first:
// comments, scripts, styles, templates, and elements that are hidden,
// transparent, without size or moved off the screen. Images become links, so
// that no reader of the result loads one. Then the rules of [Text] apply, with
// the same max.
//
// A text without tags passes as it is ("a < b", "AT&T"), character references
// like &amp; resolved.
//
// HTML is not idempotent, since resolving "&lt;b&gt;" yields "<b>"; its result
// passes [Text] unchanged.
func HTML(s string, max int) string {
	if max < 1 {
		return ""
	}
	if !looksLikeHTML(s) {
		if strings.IndexByte(s, '&') >= 0 {
			s = reference.ReplaceAllStringFunc(s, html.UnescapeString)
		}
		return Text(s, max)
	}
	rest := 0
	if len(s) > maxHTML {
		at := maxHTML
		for at > 0 && !utf8.RuneStart(s[at]) {
			at--
		}
		s, rest = s[:at], utf8.RuneCountInString(s[at:])
	}
	return cutText(clean(readable(s), false), max, rest)
}

// reference matches complete character references only: "?a=1&copy=2" in an
// address holds none.
var reference = regexp.MustCompile(`&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});`)

// tag matches the beginning of a tag of HTML, a comment or a declaration. It
// asks for a name that HTML knows, so that "<3", "x<y" and "<ada@example.com>"
// stay text.
var tag = regexp.MustCompile(`(?i)<(?:!--|!doctype\b|/?(?:` +
	`a|abbr|address|article|aside|audio|b|big|blockquote|body|br|button|canvas|caption|center|cite|code|` +
	`col|colgroup|dd|del|details|dfn|dialog|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|` +
	`h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|math|menu|meta|` +
	`nav|noscript|object|ol|optgroup|option|p|picture|pre|q|ruby|s|samp|script|section|select|small|source|` +
	`span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|` +
	`tr|tt|u|ul|var|video|wbr)(?:[\s/>]|$))`)

// looseAngle matches a "<" that HTML would take for an unknown tag while a
// person meant a mail address or a link between angle brackets.
var looseAngle = regexp.MustCompile(`<([A-Za-z][A-Za-z0-9.+_-]*(?:@|://))`)

// looksLikeHTML reports whether s holds a tag that HTML knows or a comment, so
// that a reader of the page would not see s as it is written.
func looksLikeHTML(s string) bool {
	return strings.IndexByte(s, '<') >= 0 && tag.MatchString(s)
}

// readable turns HTML into text. Markup that the parser or the converter
// gives up on (it nests too deep) is read by its tokens alone.
func readable(s string) string {
	out, err := convert(looseAngle.ReplaceAllString(s, "&lt;$1"))
	if err != nil {
		out = tokens(s)
	}
	// A "!" that happens to stand before a link would make an image of it.
	return strings.ReplaceAll(out, "![", "! [")
}

// convert parses, prunes and renders. The libraries panic on some malformed
// input; no panic leaves this package.
func convert(s string) (out string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("reading HTML: %v", r)
		}
	}()
	doc, err := html.ParseWithOptions(strings.NewReader(s), html.ParseOptionEnableScripting(false))
	if err != nil {
		return "", fmt.Errorf("reading HTML: %w", err)
	}
	prune(doc)
	conv := converter.NewConverter(
		// Escapes make Markdown exact and text hard to read; this is for reading.
		converter.WithEscapeMode(converter.EscapeModeDisabled),
		converter.WithPlugins(base.NewBasePlugin(), commonmark.NewCommonmarkPlugin(
			commonmark.WithHorizontalRule("---"),
			commonmark.WithListEndComment(false),
			commonmark.WithLinkEmptyHrefBehavior(commonmark.LinkBehaviorSkip),
			commonmark.WithLinkEmptyContentBehavior(commonmark.LinkBehaviorSkip),
		)),
	)
	markdown, err := conv.ConvertNode(doc)
	if err != nil {
		return "", fmt.Errorf("rendering HTML: %w", err)
	}
	return angles.Replace(string(markdown)), nil
}

// The converter writes "<" and ">" of a text as character references, which
// nobody wants to read. They travel as private-use characters, which the
// cleaned text nodes cannot hold.
const openAngle, closeAngle = "\uF8F0", "\uF8F1"

var (
	hideAngles = strings.NewReplacer("<", openAngle, ">", closeAngle)
	angles     = strings.NewReplacer(openAngle, "<", closeAngle, ">")
)

// tokens returns the text between the tags, without the content of elements
// that hold no text and without anything inside a hidden element.
func tokens(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	hidden, depth := "", 0 // the element being skipped, and how often it is open
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String()
		}
		token := z.Token()
		switch {
		case hidden != "":
			if token.Data == hidden && kind == html.StartTagToken {
				depth++
			}
			if token.Data == hidden && kind == html.EndTagToken {
				depth--
			}
			if depth == 0 {
				hidden = ""
			}
		case kind == html.TextToken:
			b.WriteString(token.Data)
		case kind == html.StartTagToken && !void(token.Data) && invisible(token.Data, token.Attr):
			hidden, depth = token.Data, 1
		case kind == html.StartTagToken || kind == html.EndTagToken || kind == html.SelfClosingTagToken:
			if block(token.Data) {
				b.WriteByte('\n')
			}
		}
	}
}

// void reports an element that has no end tag.
func void(name string) bool {
	switch name {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr":
		return true
	}
	return false
}

// block reports an element that stands on lines of its own.
func block(name string) bool {
	switch name {
	case "p", "div", "br", "li", "ul", "ol", "tr", "table", "blockquote", "pre", "section", "article",
		"h1", "h2", "h3", "h4", "h5", "h6", "hr":
		return true
	}
	return false
}
