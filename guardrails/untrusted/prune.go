package untrusted

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxAlt  = 300  // characters of an image's description
	maxHref = 1000 // bytes of a link; a longer one is a payload, not an address
)

// prune takes out of a parsed document what a browser would not show, and
// rewrites what Markdown would turn into something active.
func prune(n *html.Node) {
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		switch child.Type {
		case html.TextNode:
			child.Data = hideAngles.Replace(cleanNode(child.Data))
		case html.ElementNode:
			if invisible(child.Data, child.Attr) {
				n.RemoveChild(child)
				break
			}
			prune(child)
			rewrite(n, child)
		case html.DocumentNode:
			prune(child)
		default:
			n.RemoveChild(child)
		}
		child = next
	}
}

// cleanNode takes private-use characters out of the text of one node: the
// converter and [hideAngles] use some as marks. All else waits for [clean],
// which sees the neighbours.
func cleanNode(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Co, r) {
			return -1
		}
		return r
	}, s)
}

// rewrite replaces an element of parent by a plainer one.
func rewrite(parent, n *html.Node) {
	switch n.DataAtom {
	case atom.A:
		rewriteLink(parent, n)
	case atom.Img:
		label := "image"
		if alt := unbracket.Replace(Line(attr(n, "alt"), maxAlt)); alt != "" {
			label += ": " + alt
		}
		replace(parent, n, embedded(parent, label, attr(n, "src")))
	case atom.Iframe, atom.Video, atom.Audio, atom.Embed, atom.Object:
		src := attr(n, "src")
		if src == "" {
			src = attr(n, "data")
		}
		for child := n.FirstChild; child != nil && src == ""; child = child.NextSibling {
			if child.DataAtom == atom.Source {
				src = attr(child, "src")
			}
		}
		replace(parent, n, embedded(parent, n.Data, src))
	case atom.Td, atom.Th:
		if hasElementAfter(n) {
			n.AppendChild(text(" | "))
		}
	case atom.Tr, atom.Caption:
		n.AppendChild(&html.Node{Type: html.ElementNode, Data: "br", DataAtom: atom.Br})
	case atom.Source:
		// Its address is read when its parent's turn comes.
	default:
		// Attributes have nothing to say in Markdown, apart from the start of a
		// list and the language of a code block, which are not worth the risk.
		n.Attr = nil
	}
}

// rewriteLink keeps links that lead somewhere. A link that shows its own
// address is written once.
func rewriteLink(parent, n *html.Node) {
	href := address(attr(n, "href"))
	shown := strings.TrimSpace(content(n))
	if href == "" || shown == "" || sameAddress(shown, href) {
		for n.FirstChild != nil {
			child := n.FirstChild
			n.RemoveChild(child)
			parent.InsertBefore(child, n)
		}
		parent.RemoveChild(n)
		return
	}
	n.Attr = []html.Attribute{{Key: "href", Val: href}}
}

// sameAddress reports whether a link shows the address that it leads to.
func sameAddress(shown, href string) bool {
	href = strings.TrimPrefix(href, "mailto:")
	return shown == href || "https://"+shown == href || "http://"+shown == href
}

// address returns href if a person could follow it: an absolute web or mail
// address or a path, without anything that does something by itself.
func address(href string) string {
	href = strings.TrimSpace(href)
	if href == "" || len(href) > maxHref || Line(href, len(href)) != href {
		return ""
	}
	u, err := url.Parse(href)
	if err != nil {
		return ""
	}
	switch u.Scheme {
	case "", "http", "https", "mailto", "tel":
		return strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20", "(", "%28", ")", "%29").Replace(href)
	}
	return ""
}

// unbracket keeps a description from closing the brackets around it.
var unbracket = strings.NewReplacer("[", "(", "]", ")")

// embedded builds the stand-in for something embedded in the page: a link
// where there is an address, words where there is none or where a link stands
// around it already.
func embedded(parent *html.Node, label, src string) *html.Node {
	label = hideAngles.Replace(label)
	for n := parent; n != nil; n = n.Parent {
		if n.DataAtom == atom.A {
			return text(label)
		}
	}
	href := address(src)
	if href == "" {
		return text("[" + label + "]")
	}
	link := &html.Node{
		Type: html.ElementNode, Data: "a", DataAtom: atom.A,
		Attr: []html.Attribute{{Key: "href", Val: href}},
	}
	link.AppendChild(text(label))
	return link
}

func hasElementAfter(n *html.Node) bool {
	for n = n.NextSibling; n != nil; n = n.NextSibling {
		if n.Type == html.ElementNode {
			return true
		}
	}
	return false
}

func text(s string) *html.Node { return &html.Node{Type: html.TextNode, Data: s} }

func replace(parent, old, new *html.Node) {
	parent.InsertBefore(new, old)
	parent.RemoveChild(old)
}

// content returns the text of a node and all below it.
func content(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		b.WriteString(content(child))
	}
	return b.String()
}

func attr(n *html.Node, key string) string {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key && a.Namespace == "" })
	if i < 0 {
		return ""
	}
	return n.Attr[i].Val
}
