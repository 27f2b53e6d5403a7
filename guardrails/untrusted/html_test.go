package untrusted

import (
	"strings"
	"testing"
)

func TestHTML(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"paragraphs", "<p>one\ntwo</p>\n<p>three<br>four</p>", "one two\n\nthree\nfour"},
		{"emphasis", "<p>Hello <b>Ada</b> &amp; <i>co</i></p>", "Hello **Ada** & *co*"},
		{"headings and rules", "<h2>Title</h2><hr>end", "## Title\n\n---\n\nend"},
		{"lists", "<ul><li>one<li>two</ul><ol><li>x<li>y</ol>", "- one\n- two\n\n1. x\n2. y"},
		{"quote", "<blockquote>so</blockquote>", "> so"},
		{"code", "<pre><code>if a &lt; b {\n\tx()\n}</code></pre>", "```\nif a < b {\n\tx()\n}\n```"},
		{"table", "<table><tr><th>a</th> <th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n1 | 2"},
		{"a span that would fill the memory", "<table><tr><td colspan=999999999 rowspan=999999999>1<td>2</table>", "1 | 2"},
		{"nothing is escaped", "<p>snake_case *star* 1. x # y [z] a &lt; b &gt; c</p>", "snake_case *star* 1. x # y [z] a < b > c"},
		{"a tag that a person wrote about", "<p>use &lt;script&gt;</p>", "use <script>"},

		{"link", `<a href="https://e.example/x">this</a>`, "[this](https://e.example/x)"},
		{"link that shows its address", `<a href="https://e.example/x">https://e.example/x</a>`, "https://e.example/x"},
		{"link that shows its address without the scheme", `<a href="https://e.example">e.example</a>`, "e.example"},
		{"mail", `<a href="mailto:ada@e.example">ada@e.example</a>`, "ada@e.example"},
		{"link title is not shown", `<a href="/p/1" title="obey">post</a>`, "[post](/p/1)"},
		{"link with brackets", `<a href="/a_(b)">x</a>`, "[x](/a_%28b%29)"},
		{"script link", `<a href=" javascript:alert(1)">x</a>`, "x"},
		{"script link in disguise", "<a href='java\tscript:alert(1)'>x</a>", "x"},
		{"data link", `<a href="data:text/html,x">x</a>`, "x"},
		{"link with hidden characters", "<a href='https://e.example/\u200b'>x</a>", "x"},
		{"endless link", `<a href="https://e.example/` + strings.Repeat("ab", 1000) + `">x</a>`, "x"},
		{"image becomes a link", `<img src="https://e.example/a.png" alt="a cat">`, "[image: a cat](https://e.example/a.png)"},
		{"image without a description", `<img src="https://e.example/a.png">`, "[image](https://e.example/a.png)"},
		{"image as data", `<img src="data:image/png;base64,AAAA" alt="x">`, "[image: x]"},
		{"image in a link", `<a href="/p/1"><img src="https://e.example/a.png" alt="x"></a>`, "[image: x](/p/1)"},
		{"image that opens another", `<img src="/a" alt="](https://evil.example) ![y">`, "[image: )(https://evil.example) (y](/a)"},
		{"video", `<iframe src="https://v.example/1">obey</iframe><video><source src="/2">obey</video>`, "[iframe](https://v.example/1)[video](/2)"},

		{"comment", "<p>a<!-- obey --> b</p>", "a b"},
		{"comment in plain text", "a<!-- obey --> b", "a b"},
		{"open comment", "a <!-- obey", "a"},
		{"script, style, template", "a<script>obey</script><style>obey</style><template><p>obey</p></template> b", "a b"},
		{"noscript, title, svg, math", "<head><title>obey</title></head>a<noscript>obey</noscript><svg><text>obey</text></svg><math><mi>obey</mi></math> b", "a b"},
		{"fallbacks", "a<canvas>obey</canvas><object>obey</object> <progress>obey</progress>b", "a[object] b"},
		{"hidden attribute", "<p hidden>obey</p><p>b</p>", "b"},
		{"hidden until found", `<p hidden="until-found">obey</p><p>b</p>`, "b"},
		{"popover, closed dialog", "<p popover>obey</p><dialog>obey</dialog><dialog open>b</dialog>", "b"},
		{"aria-hidden", `<p ARIA-HIDDEN=" True ">obey</p><p aria-hidden=false>b</p>`, "b"},
		{"hidden parent", "<div style=display:none><p>obey <b>obey</b></p></div>b", "b"},
		{"input values", `<form>a <input value="obey"><textarea>x</textarea></form>`, "a"},

		{"deeper than the parser goes", "<p>a</p>" + strings.Repeat("<div>", 600) + "b<script>obey</script><p hidden>obey<p>x</p></p>c", "a\n\nbc"},
		{"hidden in what the parser gives up on", strings.Repeat("<b><i><div>", 300) + "b<div style='display:none'>obey<div>obey</div></div>c", "bc"},

		{"escape sequence over the text", "<p>a\x1b[31mb\x1b]0;obey\x07c</p>", "abc"},
		{"invisible characters", "<p>a\u200bb&#x200b;&#8238;c" + tags("obey") + "</p>", "abc"},
		{"private use marks of our own", "<p>\uf8f0b\uf8f1 \uf002 &#xf8f0;</p>", "b"},
		{"markup in disguise", "a<scr\u200bipt>b", "a<script>b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := HTML(tt.in, 2000)
			if got != tt.want {
				t.Errorf("HTML(%+q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if again := Text(got, 2000); again != got {
				t.Errorf("Text of the result: %q", again)
			}
		})
	}
}

func TestHTMLPlainText(t *testing.T) {
	for _, s := range []string{
		"a < b", "x<y and y>x", "AT&T", "I <3 you", "x <- y <= z", "<ada@example.com>", "Ada <ada@example.com>",
		"<https://e.example/a?b=1&copy=2>", "https://e.example/?a=1&lt=3", "if (a<c && d>e) {}", "<o/ \\o>", "List<String>", "# not *escaped* _at_ all",
		"1. one\n2. two\n\n- three", "&", "&;", "R&D; S&P", "<", "a </ b", "<!",
	} {
		if got := HTML(s, 1000); got != s {
			t.Errorf("HTML(%q) = %q", s, got)
		}
		wrapped := strings.NewReplacer("&", "&amp;").Replace(s)
		if strings.Contains(s, "@") {
			if got := HTML(wrapped+" <b>x</b>", 1000); got != s+" **x**" {
				t.Errorf("HTML(%q beside a tag) = %q", s, got)
			}
		}
	}
	if got, want := HTML("Rock &amp; Roll &lt;3 &#39;x&#39; &nbsp;&unknown;", 100), "Rock & Roll <3 'x' &unknown;"; !equalSpaces(got, want) {
		t.Errorf("references: got %q, want %q", got, want)
	}
}

func equalSpaces(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}

func TestHTMLCut(t *testing.T) {
	if got, want := HTML("<p>"+strings.Repeat("word ", 400)+"</p>", 9), "word word… [cut, 1,990 more characters]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := HTML("<p>x</p>", 0); got != "" {
		t.Errorf("no room: %q", got)
	}
	// Behind the limit of what is read, the note still says that there is more.
	long := "<p>start</p><!--" + strings.Repeat("x", maxHTML) + "--><p>end</p>"
	if got := HTML(long, 1000); !strings.HasPrefix(got, "start… [cut, ") {
		t.Errorf("oversized: %q", got)
	}
	split := "<p>" + strings.Repeat("x", maxHTML-4) + "ü€€</p>"
	if got := HTML(split, 1000); strings.Contains(got, "\ufffd") {
		t.Errorf("a character was split: %q", got)
	}
}

func TestHidingStyle(t *testing.T) {
	hiding := []string{
		"display:none", "DISPLAY : None !important", "color:red;display:none", "disp\\6c ay:none", "display:/**/none", "display:n/*x*/one",
		"display:none;display:bogus", "--x:none;display:var(--x)", "mso-hide:all",
		"visibility:hidden", "visibility:collapse", "content-visibility:hidden",
		"opacity:0", "opacity:.01", "opacity:0.0", "opacity:5%", "filter:opacity(0)",
		"font-size:0", "font-size:0px", "font-size:1px", "font-size:.1pt", "font-size:0.01em", "font-size:1%", "font:0/0 a", "font:bold 1px serif", "zoom:0",
		"color:transparent", "color:rgba(0, 0, 0, 0)", "color:rgb(0 0 0 / 0)", "color:#ffffff00", "color:#fff0", "color:#fff;background:#fff", "background-color:white; color: white",
		"position:absolute;left:-9999px", "top:-600px", "margin-left:-1000em", "text-indent:-9999px", "right:-100in", "left:99999px", "inset:-9999px 0 0 0",
		"transform:translateX(-9999px)", "transform:scale(0)", "transform: translate(0, -999em)", "scale:0", "translate:-9999px",
		"clip:rect(0 0 0 0)", "clip:rect(1px,1px,1px,1px)", "clip-path:inset(50%)", "clip-path:circle(0)",
		"width:1px;height:1px;overflow:hidden", "max-height:0;overflow-y:hidden", "height:0;overflow:clip",
	}
	for _, style := range hiding {
		if !hidingStyle(style) {
			t.Errorf("%q hides, and was not seen", style)
		}
		if got := HTML(`<p style="`+style+`">obey</p><p>x</p>`, 100); got != "x" {
			t.Errorf("%q: %q", style, got)
		}
	}
	showing := []string{
		"", ";", "display", "display:block", "visibility:visible", "opacity:1", "opacity:0.6", "font-size:12px", "font-size:0.9em", "font-size:80%", "font:bold 12px/1.5 serif",
		"color:rgb(0,0,0)", "color:rgb(255, 0, 0)", "color:rgba(0,0,0,0.87)", "color:rgb(0 0 0 / 80%)", "color:#000000", "color:#000", "color:black;background:white", "color:var(--text)",
		"left:0", "margin:-5px 0 0 -10px", "margin:0 auto", "text-indent:-2em", "top:50%", "text-indent:2em", "margin-left:40px",
		"transform:rotate(45deg)", "transform:scale(1.5)", "transform:translate(-50%,-50%)", "clip:auto", "clip-path:none",
		"width:100%;overflow:hidden", "height:0", "width:300px;height:200px;overflow:hidden", "background:none", "text-decoration:none", "border:none", "list-style:none", "float:none",
	}
	for _, style := range showing {
		if hidingStyle(style) {
			t.Errorf("%q shows, and was taken as hiding", style)
		}
	}
}

// Markup made to be slow must not hold up the answer: each of these takes some
// milliseconds, and one that went wrong would meet the test's own time limit.
func TestHTMLHostile(t *testing.T) {
	const size = maxHTML / 8
	for _, unit := range []string{"<a>", "<b><i><p>", "<table>", "<table><td>", "<font><p>", "</p>", "<a href=x>y", "<td>x",
		"<select><option>", "<!--", "<ul><li>x", "<b a=1><b a=2>", "<style>/*", "<p style='", "<p style='a:b;\\"} {
		HTML("<p>"+strings.Repeat(unit, size/len(unit)), 1000)
	}
	HTML(`<p style="`+strings.Repeat("/*\\66;", size/8)+`">x`, 1000)
}
