package server

import (
	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// paper is one approval: what it is about, what to bear in mind, who asks, and
// what can be decided.
func (v view) paper(s shown) g.Node {
	d := s.Document
	return g.Group{
		v.back(),
		h.Article(h.Aria("labelledby", "title"),
			h.H1(h.ID("title"), g.Text(d.Title)),
			h.P(h.Class("lead"), g.Text(d.Action)),
			g.Iff(d.Lapse != nil, s.lapse),
			g.Iff(len(d.Facts) > 0, s.facts),
			g.Iff(len(d.Warnings) > 0 || d.Reversal != "", s.warnings),
			s.asked(),
			h.Section(h.ID("decision"), h.Data("version", string(s.State)), h.Aria("labelledby", "decide"), h.Class("card decision"), v.decision(s)),
		),
	}
}

// lapse says why it is asked again, with what changed.
func (s shown) lapse() g.Node {
	l := s.Document.Lapse
	if len(l.Changed) == 0 {
		return h.P(h.Class("note changed"), g.Text(l.Text()))
	}
	side := func(label string, f *fact) g.Node {
		if f == nil || len(f.Parts) > 0 {
			return nil
		}
		return g.Group{g.Text(" "), h.Span(h.Class("label"), g.Text(label)), g.Text(" "), value(*f)}
	}
	return h.Div(h.Class("note changed"),
		h.Strong(g.Text("It was asked before, and this changed since. Look again.")),
		h.Ul(g.Map(l.Changed, func(c guardrails.Change) g.Node {
			return h.Li(bdi(c.Label), side("was", c.Was), side("is now", c.Is))
		})),
	)
}

// entry is one line of a list of facts.
func entry(label string, values ...g.Node) g.Node {
	return h.Div(h.Dt(g.Text(label)), h.Dd(values...))
}

func (s shown) facts() g.Node {
	return h.Section(h.Class("card"), h.Aria("labelledby", "facts"),
		h.H2(h.ID("facts"), g.Text("What it is about")),
		h.Dl(g.Map(s.Document.Facts, func(f fact) g.Node {
			return h.Div(g.If(len(f.Parts) > 0, h.Class("group")), h.Dt(g.Text(f.Label)), h.Dd(value(f)))
		})),
		g.If(hasWritten(s.Document.Facts), h.P(h.Class("small legend"), g.Text("Text in a "), h.Q(h.Class("written"), g.Text("frame and quotes")),
			g.Text(" comes from members or from the assistant. This server does not vouch for it, whatever it says."))),
	)
}

func (s shown) warnings() g.Node {
	item := func(text string) g.Node { return h.Li(g.Text(text)) }
	return h.Section(h.Class("card warnings"), h.Aria("labelledby", "mind"),
		h.H2(h.ID("mind"), g.Text("Before you decide")),
		h.Ul(g.Map(s.Document.Warnings, item), g.If(s.Document.Reversal != "", item(s.Document.Reversal))),
	)
}

func (s shown) asked() g.Node {
	d := s.Document
	return h.Section(h.Class("card"), h.Aria("labelledby", "asked"),
		h.H2(h.ID("asked"), g.Text("Who asks")),
		h.Dl(
			entry("asked by", bdi(d.Asker)),
			entry("at", moment(s.Asked)),
			entry("network", bdi(d.Network)),
			entry("tool", h.Code(g.Text(d.Tool))),
			entry("approval", h.Code(g.Text(s.Code))),
			g.If(d.Note != "", entry("why here", g.Text(d.Note))),
		),
	)
}

func (v view) decision(s shown) g.Node {
	if !s.Open() {
		return g.Group{h.H2(h.ID("decide"), h.TabIndex("-1"), s.outcome()), v.settled(s)}
	}
	return g.Group{
		h.H2(h.ID("decide"), h.TabIndex("-1"), g.Text("Your decision")),
		h.P(h.Class("small"), s.until(), g.Text(" Nothing happens unless you approve.")),
		v.approval(s),
		v.rejection(s, "To reject, say why ", "Reject"),
	}
}

// approval is the form that approves, or why there is none.
func (v view) approval(s shown) g.Node {
	note := func(text string) g.Node { return h.P(h.Class("note"), g.Text(text)) }
	switch {
	case s.State == voidState:
		return note("This approval was altered, or the server's key was replaced since it was asked for. It cannot be approved. Reject it; the assistant can ask anew.")
	case s.Own:
		return note("You asked for this yourself, so another approver has to approve it. You can reject it.")
	}
	retype, button := g.Group{}, "main"
	if r := s.Document.Retype; r != nil {
		button = "grave"
		retype = g.Group{
			h.Label(h.For("typed"), g.Text("To approve, type "+r.What+": "), h.Kbd(g.El("bdi", h.Dir("auto"), g.Text(r.Value)))),
			h.Input(h.ID("typed"), h.Name("typed"), h.Required(), h.AutoComplete("off"), g.Attr("autocapitalize", "off"), g.Attr("spellcheck", "false"),
				g.If(v.Again, g.Group{explainedByAlert(), h.AutoFocus()})),
		}
	}
	return v.form("/"+s.Code+"/approve", retype, h.Button(h.Class(button), g.Text("Approve: "+s.Document.Title)))
}

func (v view) rejection(s shown, label, button string) g.Node {
	return v.form("/"+s.Code+"/reject",
		h.Label(h.For("reason"), g.Text(label), h.Span(h.Class("muted"), g.Text("(if you like; the assistant reads it)"))),
		h.Input(h.ID("reason"), h.Name("reason"), h.MaxLength("300"), h.AutoComplete("off")),
		h.Button(g.Text(button)),
	)
}

// settled is what follows from a decision.
func (v view) settled(s shown) g.Node {
	switch s.State {
	case store.Approved:
		return g.Group{
			h.P(g.Text("It runs, once, when the assistant calls "), h.Code(g.Text(s.Document.Tool)), g.Text(" again with the same arguments, until "), countdown(s.Expires), g.Text(". Tell whoever asked.")),
			v.rejection(s, "To take the approval back, say why ", "Take it back"),
		}
	case store.Rejected:
		return g.Group{
			h.P(g.Text("Nothing was done. The assistant is told so, with the reason, whenever it asks for the same again until "), countdown(s.Expires), g.Text(".")),
			v.form("/"+s.Code+"/reopen", h.P(h.Class("small"), g.Text("If it is wanted after all, take the rejection back. Nothing is approved by that: the assistant has to ask anew.")),
				h.Button(g.Text("Take the rejection back"))),
		}
	case store.Reopened:
		return h.P(g.Text("The rejection was taken back. Nothing was done and nothing is approved; when the assistant asks again, it appears here anew."))
	case store.Used:
		return h.P(g.Text("The assistant called again, and it ran. It cannot run a second time with this approval."))
	case store.Withdrawn:
		return h.P(g.Text("The person at the assistant answered there, or it was not any more what was shown here. There is nothing left to decide."))
	default:
		return nil
	}
}
