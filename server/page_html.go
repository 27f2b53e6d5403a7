package server

import (
	"fmt"
	"strconv"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// What is written here is the page, as calls that escape every text and every
// attribute. Only the page's own style and script are put in as they are.

func bdi(text string) g.Node { return g.El("bdi", g.Text(text)) }

// document is the whole page.
func (v view) document() g.Node {
	title := v.Title + " · mcp-mighty"
	if len(v.Waiting) > 0 {
		title = fmt.Sprintf("(%d) %s", len(v.Waiting), title)
	}
	if v.Alert != "" {
		title = "Not done: " + title
	}
	return h.Doctype(h.HTML(h.Lang("en"),
		h.Head(
			h.Meta(h.Charset("utf-8")),
			h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")),
			h.Meta(h.Name("color-scheme"), h.Content("light dark")),
			h.Meta(h.Name("robots"), h.Content("noindex")),
			h.TitleEl(g.Text(title)),
			g.If(v.Kind == listKind, h.NoScript(h.Meta(g.Attr("http-equiv", "refresh"), h.Content("20")))),
			h.StyleEl(g.Raw(pageStyle)),
		),
		h.Body(
			h.Header(
				h.P(h.Class("brand"), h.A(h.Href(pagePath), g.Text("mcp-mighty "), h.Span(g.Text("approvals")))),
				g.Iff(v.Approver != "", v.signOut),
			),
			h.Main(
				g.If(v.Alert != "", h.P(h.Class("alert"), h.Role("alert"), h.ID("alert"), g.Text(v.Alert))),
				v.main(),
			),
			g.If(v.Approver != "", g.Group{
				h.P(h.ID("news"), h.Class("news"), h.Role("status"), h.Aria("live", "polite")),
				h.Script(g.Raw(pageScript)),
			}),
		),
	))
}

func (v view) main() g.Node {
	switch v.Kind {
	case signInKind:
		return v.signIn()
	case listKind:
		return v.list()
	case paperKind:
		return v.paper(*v.Paper)
	case goneKind:
		return g.Group{
			v.back(),
			h.Section(h.ID("decision"), h.Data("version", "gone"),
				h.H1(h.ID("decide"), h.TabIndex("-1"), g.Text("Nothing to decide")),
				h.P(g.Text("No approval of this code can be decided any more: its time is up, or there never was one. Nothing was done. If it is still wanted, have the assistant ask again.")),
			),
		}
	default:
		return g.Group{
			h.H1(g.Text(v.Title)),
			h.P(g.Text(v.Text)),
			h.P(h.A(h.Class("button"), h.Href(pagePath), g.Text("Open the approvals page"))),
		}
	}
}

// form is a form of this visit: without its mark nothing that is sent counts.
func (v view) form(action string, children ...g.Node) g.Node {
	return h.Form(h.Method("post"), h.Action(pagePath+action), h.Input(h.Type("hidden"), h.Name("form"), h.Value(v.Form)), g.Group(children))
}

func (v view) signOut() g.Node {
	return v.form("/sign-out", h.Span(h.Class("who"), g.Text("Signed in as "), bdi(v.Approver)), g.Text(" "), h.Button(h.Class("quiet"), g.Text("Sign out")))
}

func (v view) signIn() g.Node {
	return g.Group{
		h.H1(g.Text("Sign in")),
		h.P(g.Text("Here a person decides what an assistant may do to the community. Sign in with your own approver's secret; the token of an assistant does not open this page.")),
		h.Form(h.Class("card"), h.Method("post"), h.Action(pagePath+"/sign-in"),
			h.Input(h.Type("hidden"), h.Name("then"), h.Value(v.Then)),
			h.Input(h.Type("text"), h.Name("username"), h.AutoComplete("username"), h.Value("approver"), g.Attr("hidden")),
			h.Label(h.For("secret"), g.Text("Your secret")),
			h.Input(h.ID("secret"), h.Name("secret"), h.Type("password"), h.AutoComplete("current-password"), h.Required(), h.AutoFocus(), g.If(v.Alert != "", explainedByAlert())),
			h.Button(h.Class("main"), g.Text("Sign in")),
		),
	}
}

// explainedByAlert marks a field as the one that the alert is about.
func explainedByAlert() g.Node {
	return g.Group{h.Aria("invalid", "true"), h.Aria("describedby", "alert")}
}

func (v view) list() g.Node {
	return g.Group{
		h.H1(g.Text("Approvals")),
		h.Section(h.ID("waiting"), h.Data("version", versions(v.Waiting)), h.Aria("labelledby", "waiting-title"),
			h.H2(h.ID("waiting-title"), h.TabIndex("-1"), g.Text("Waiting for you"),
				g.If(len(v.Waiting) > 0, g.Group{g.Text(" "), h.Span(h.Class("count"), g.Text(strconv.Itoa(len(v.Waiting))))})),
			papersOr(v.Waiting, waitingItem, h.Div(h.Class("card empty"),
				h.P(h.Strong(g.Text("Nothing waits."))),
				h.P(g.Text("When an assistant asks for something that needs your approval, it appears here by itself.")),
			)),
		),
		h.Section(h.ID("settled"), h.Data("version", versions(v.Settled)), h.Aria("labelledby", "settled-title"),
			h.H2(h.ID("settled-title"), h.TabIndex("-1"), g.Text("Settled lately")),
			papersOr(v.Settled, settledItem, h.P(h.Class("muted"), g.Text("Nothing was settled in the last day."))),
		),
	}
}

func papersOr(papers []shown, item func(shown) g.Node, none g.Node) g.Node {
	if len(papers) == 0 {
		return none
	}
	return h.Ul(h.Class("papers"), g.Map(papers, item))
}

func waitingItem(s shown) g.Node {
	title := s.Document.Title
	if s.State == voidState {
		title = "Cannot be approved: " + title
	}
	return h.Li(h.Class("open"), h.Data("code", s.Code), h.Data("title", s.Document.Title),
		h.Strong(h.A(h.ID("see-"+s.Code), h.Href(pagePath+"/"+s.Code), g.Text(title))),
		h.Span(h.Class("action"), g.Text(s.Document.Action)),
		s.targets(),
		h.Span(h.Class("small"), bdi(s.Document.Asker), g.Text(" asks, on "), bdi(s.Document.Network), g.Text(". "), s.until(), g.Text(" Code "+s.Code)),
	)
}

func settledItem(s shown) g.Node {
	return h.Li(h.Data("code", s.Code),
		h.Strong(g.Text(s.Document.Title)),
		s.outcome(),
		s.targets(),
		h.Span(h.Class("small"), bdi(s.Document.Asker), g.Text(" asked, on "), bdi(s.Document.Network), g.Text(". Code "+s.Code),
			g.If(s.Revocable, g.Group{g.Text(" · "), h.A(h.ID("see-"+s.Code), h.Href(pagePath+"/"+s.Code), g.Text("Look at it, or take it back"))})),
	)
}

// targets are what tells an approval from others like it.
func (s shown) targets() g.Node {
	return g.Map(s.Document.Telling(), func(target []fact) g.Node {
		return h.Span(h.Class("target"), g.Map(target, func(f fact) g.Node {
			return g.Group{h.Span(h.Class("label"), g.Text(f.Label)), g.Text(" "), value(f), g.Text(" ")}
		}))
	})
}

// moment is a time of day, which the script turns into the reader's own.
func moment(t time.Time, more ...g.Node) g.Node {
	return h.Time(h.DateTime(t.UTC().Format(time.RFC3339)), g.Group(more), g.Text(t.UTC().Format("15:04")+" UTC"))
}

// countdown is a moment until which something can be done.
func countdown(t time.Time) g.Node { return moment(t, g.Attr("data-until")) }

func (s shown) until() g.Node {
	return g.Group{g.Text("Can be decided until "), countdown(s.Expires), g.Text(".")}
}

// outcome is what has become of an approval.
func (s shown) outcome() g.Node {
	return g.Group{
		h.Span(h.Class("state "+string(s.State)), s.said()),
		g.If(s.Reason != "", g.Group{g.Text(" "), h.Span(h.Class("reason"), g.Text("Reason: “"), bdi(s.Reason), g.Text("”"))}),
	}
}

func (s shown) said() g.Node {
	switch s.State {
	case store.Approved:
		return g.Group{g.Text("Approved"), s.by(), g.Text("; not used yet")}
	case store.Used:
		return g.Group{g.Text("Approved"), s.by(), g.Text(", and used")}
	case store.Rejected:
		return g.Group{g.Text("Rejected"), s.by()}
	case store.Reopened:
		return g.Group{g.Text("Rejected, and taken back"), s.by()}
	case store.Withdrawn:
		return g.Text("Settled in the assistant itself, or not as it was shown any more")
	case expiredState:
		return g.Group{g.Text("Expired "), moment(s.Expires), g.Text("; nothing was done")}
	case voidState:
		return g.Text("Altered, or asked with another key")
	default:
		return g.Text("Waiting")
	}
}

func (s shown) by() g.Node {
	return g.Group{
		g.If(s.By != "", g.Group{g.Text(" by "), bdi(s.By)}),
		g.If(s.Channel == "terminal", g.Text(" in a terminal")),
		g.If(!s.Settled.IsZero(), g.Group{g.Text(", "), moment(s.Settled)}),
	}
}

// value is the value of a fact; what people wrote is framed and quoted.
func value(f fact) g.Node {
	text := g.El("bdi", h.Dir("auto"), g.Text(f.Value))
	switch {
	case len(f.Parts) > 0:
		return h.Ul(h.Class("parts"), g.Map(f.Parts, func(part fact) g.Node {
			return h.Li(h.Span(h.Class("label"), g.Text(part.Label)), g.Text(" "), value(part))
		}))
	case f.Written:
		return h.Q(h.Class("written"), text)
	default:
		return text
	}
}

func (view) back() g.Node { return h.P(h.A(h.Href(pagePath), g.Text("← All approvals"))) }
