package guardrails

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// Idle returns an error about the first rule that decides for no tool and
// nobody, or the first limit that counts nothing: its operator believes in it.
// names are those of all tools there are, whether or not they are switched on,
// and roles all that somebody can have.
func Idle(policy config.Policy, names []Name, roles []string) error {
	decides := make([]bool, len(policy.Rules))
	for _, name := range names {
		for _, role := range roles {
			if i := firstFit(policy.Rules, name, role); i >= 0 {
				decides[i] = true
			}
		}
	}
	if i := slices.Index(decides, false); i >= 0 {
		return fmt.Errorf("%s: policy.rules: the rule never decides: %s", policy.Rules[i].Source, whyIdle(policy.Rules[:i+1], names, roles))
	}
	for _, limit := range policy.Limits {
		if !slices.ContainsFunc(names, func(n Name) bool { return n.Risk.Acts() && n.counts(limit) }) {
			return fmt.Errorf("%s: policy.limits: the limit never counts: no tool that changes anything fits it%s", limit.Source, whatTheyAre(limit.Tools, names))
		}
	}
	return nil
}

// whyIdle says why the last of the rules never decides.
func whyIdle(rules []config.Rule, names []Name, roles []string) string {
	last := len(rules) - 1
	var before []string
	for _, name := range names {
		for _, role := range roles {
			if firstFit(rules[last:], name, role) < 0 {
				continue
			}
			if source := rules[firstFit(rules, name, role)].Source; !slices.Contains(before, source) {
				before = append(before, source)
			}
		}
	}
	switch n := len(before); n {
	case 0:
		return "no tool fits it" + whatTheyAre(rules[last].Tools, names)
	case 1:
		return before[0] + " decides before it for all that it fits; put it before that"
	default:
		slices.Sort(before)
		return strings.Join(before[:n-1], ", ") + " and " + before[n-1] + " decide before it for all that it fits; put it before them"
	}
}

// whatTheyAre says of tools what a selector beside them did not fit; "" for no
// tools.
func whatTheyAre(tools []string, names []Name) string {
	var are []string
	for _, name := range names {
		if slices.Contains(tools, name.Tool) {
			are = append(are, fmt.Sprintf("%s is %s, of toolset %s", name.Tool, name.Risk, name.Toolset))
		}
	}
	if len(are) == 0 {
		return ""
	}
	return " (" + strings.Join(are, "; ") + ")"
}
