package guardrails

import (
	"context"
	"log/slog"
	"slices"
	"sync"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
)

// maxTitle is how much of a title is compared.
const maxTitle = 300

// plainTitle is how titles are compared: as people read them, in any case, and
// however spaces and accents are written. Where that makes two of one, both
// are meant.
func plainTitle(title string) string {
	return cases.Fold().String(norm.NFKC.String(untrusted.Line(title, maxTitle)))
}

// Fitting returns those of some tags or badges that a word of the operator's
// list means, by id or title.
func Fitting(word string, marks []Mark) []Mark {
	var meant []Mark
	for _, mark := range marks {
		if mark.is(word) {
			meant = append(meant, mark)
		}
	}
	return meant
}

// misspelt are the words of a list that no mark fits: they protect nobody.
func misspelt(words []string, marks []Mark) []string {
	return slices.DeleteFunc(slices.Clone(words), func(word string) bool { return len(Fitting(word, marks)) > 0 })
}

// notices says once what is wrong with the list of protected people, when that
// shows. Looking for it at the start would cost requests each time.
type notices struct {
	logger *slog.Logger
	said   sync.Map
}

// first reports whether it is the first time for something.
func (n *notices) first(of ...string) bool {
	_, said := n.said.LoadOrStore(digest(of...), true)
	return !said
}

// noticeAddress is told that nobody has an address of the list.
func (p Protector) noticeAddress(network, email string) {
	if p.notices.first(network, email) {
		p.notices.logger.Warn("no member has this address, so that it protects nobody: protected.emails in the configuration", "network", network, "address", email)
	}
}

// noticeMarks looks once in each network for the words of the list of which a
// member's marks show nothing.
func (p Protector) noticeMarks(ctx context.Context, network, kind string, seen []Mark) {
	if p.Marks == nil || len(misspelt(p.listed(kind), seen)) == 0 || !p.notices.first(network, kind) {
		return
	}
	setting := "protected." + kind + "s in the configuration"
	all, err := p.Marks(ctx, network, kind)
	if err != nil {
		p.notices.logger.Warn("how these are spelled cannot be checked: "+setting, "network", network, "error", err)
		return
	}
	for _, word := range misspelt(p.listed(kind), all) {
		p.notices.logger.Warn("no "+kind+" fits this, so that it protects nobody: "+setting, "network", network, kind, word)
	}
}
