package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// policy reads the group of the file. As everywhere, a key without a value
// says nothing; an empty list is a choice.
func (l *loader) policy(f field, path string) {
	p, keys := &l.c.Policy, []string{"rules", "limits", "quiet_hours"}
	for _, member := range l.fields("policy", f.value, path) {
		setting := "policy." + member.name
		switch {
		case !slices.Contains(keys, member.name):
			l.unknown("policy", member, keys)
			continue
		case isNull(member.value):
			continue
		case member.name == "rules":
			p.Rules = l.rules(setting, member, path)
		case member.name == "limits":
			limits := []Limit{}
			for _, n := range l.items(setting, member, path) {
				limits = append(limits, l.limit(setting, n, path))
			}
			p.Limits = withDefaults(limits)
		default:
			p.Quiet = l.quietHours(setting, member, path)
		}
		l.c.sources[setting] = member.at
	}
}

func (l *loader) rules(setting string, f field, path string) []Rule {
	rules := []Rule{}
	for _, n := range l.items(setting, f, path) {
		rules = append(rules, l.rule(setting, n, path))
	}
	return rules
}

// items returns the mappings of a list.
func (l *loader) items(setting string, f field, path string) []*yaml.Node {
	if f.value.Kind != yaml.SequenceNode {
		l.invalid(setting, place(path, f.value), errors.New("it must be a list, one \"- {key: value}\" on each line"))
		return nil
	}
	return f.value.Content
}

func (l *loader) rule(setting string, n *yaml.Node, path string) Rule {
	rule := Rule{Source: place(path, n)}
	before := len(l.problems)
	for _, f := range l.fields(setting, n, path) {
		switch f.name {
		case "risk":
			l.selector(setting, f, &rule.Risks, riskWord)
		case "toolset":
			l.selector(setting, f, &rule.Toolsets, toolName)
		case "tool":
			l.selector(setting, f, &rule.Tools, toolName)
		case "role":
			l.selector(setting, f, &rule.Roles, roleWord)
		case "is":
			l.member(setting, f, func(r raw) error { return setVerdict(&rule.Is, r) })
		default:
			l.unknown(setting, f, []string{"risk", "toolset", "tool", "role", "is"})
		}
	}
	switch {
	case len(l.problems) > before:
	case rule.Is == "":
		l.invalid(setting, rule.Source, errors.New("the rule decides nothing; add is: with one of: "+strings.Join(verdicts(), ", ")))
	case rule.Is == Allow && rule.all():
		l.invalid(setting, rule.Source, errors.New("the rule allows every call of every tool; say which, by risk, toolset, tool or role"))
	}
	return rule
}

// all reports whether the rule fits every call.
func (r Rule) all() bool {
	return len(r.Risks)+len(r.Toolsets)+len(r.Tools)+len(r.Roles) == 0
}

func (l *loader) limit(setting string, n *yaml.Node, path string) Limit {
	limit := Limit{Source: place(path, n)}
	before := len(l.problems)
	var most, per bool
	for _, f := range l.fields(setting, n, path) {
		switch f.name {
		case "risk":
			l.selector(setting, f, &limit.Risks, riskWord)
		case "toolset":
			l.selector(setting, f, &limit.Toolsets, toolName)
		case "tool":
			l.selector(setting, f, &limit.Tools, toolName)
		case "most":
			most = true
			l.member(setting, f, func(r raw) error { return setInt(&limit.Most, r, 0, 100000) })
		case "per":
			per = true
			l.member(setting, f, func(r raw) error { return setDuration(&limit.Per, r, "1m", "31d") })
		case "each":
			var each string
			l.member(setting, f, func(r raw) error { return setWord(&each, r, "a way of counting", []string{"caller", "all"}) })
			limit.EachCaller = each == "caller"
		default:
			l.unknown(setting, f, []string{"risk", "toolset", "tool", "most", "per", "each"})
		}
	}
	if len(l.problems) == before && !(most && per) {
		l.invalid(setting, limit.Source, errors.New("a limit needs most and per, like {risk: destructive, most: 10, per: 1h}"))
	}
	return limit
}

func (l *loader) quietHours(setting string, f field, path string) *QuietHours {
	quiet := &QuietHours{Zone: time.UTC, Source: f.at}
	before := len(l.problems)
	var from, to bool
	for _, member := range l.fields(setting, f.value, path) {
		switch member.name {
		case "from":
			from = true
			l.member(setting, member, func(r raw) error { return setClock(&quiet.From, r) })
		case "to":
			to = true
			l.member(setting, member, func(r raw) error { return setClock(&quiet.To, r) })
		case "zone":
			l.member(setting, member, func(r raw) error { return setZone(&quiet.Zone, r) })
		default:
			l.unknown(setting, member, []string{"from", "to", "zone"})
		}
	}
	switch {
	case len(l.problems) > before:
	case !from || !to:
		l.invalid(setting, f.at, errors.New("they need from and to, like {from: \"22:00\", to: \"07:00\"}"))
	case quiet.From == quiet.To:
		l.invalid(setting, f.at, errors.New("from and to are the same time; use two different ones, or a rule that denies risk: outward for all day"))
	}
	return quiet
}

// member takes one value of a mapping inside a list or group. Left empty, it
// could be taken for "any", so it has to be there.
func (l *loader) member(setting string, f field, set func(raw) error) {
	value, err := rawValue(f.value)
	switch {
	case err != nil:
	case value == nil:
		err = errors.New("it is empty; give it a value, or leave the key out")
	default:
		err = set(*value)
	}
	if err != nil {
		l.invalid(setting+"."+f.name, f.at, err)
	}
}

// selector takes the words of a selector.
func (l *loader) selector(setting string, f field, to *[]string, check func(string) (string, error)) {
	l.member(setting, f, func(r raw) error {
		if err := setList(to, r, check); err != nil {
			return err
		}
		if len(*to) == 0 {
			return errors.New("it names nothing, so no call would fit; name something, or leave the key out")
		}
		return nil
	})
}

func riskWord(s string) (string, error) {
	return word(s, "a risk", []string{"read", "write", "outward", "destructive"})
}

// roleWord checks how a role is spelled. Which roles there are is known when
// everything is read.
func roleWord(s string) (string, error) {
	if !nameForm.MatchString(s) || keyLike.MatchString(s) {
		return "", fmt.Errorf("%s cannot be a role; use a lower-case word, like moderator", shown(s))
	}
	return s, nil
}

func verdicts() []string {
	return []string{string(Allow), string(Deny), string(Confirm), string(ConfirmOutOfBand), string(TwoPeople)}
}

func setVerdict(to *Verdict, r raw) error { return setWord((*string)(to), r, "a verdict", verdicts()) }

var clock = regexp.MustCompile(`^([01]?[0-9]|2[0-3]):[0-5][0-9]$`)

// setClock takes a time of the day.
func setClock(to *time.Duration, r raw) error {
	var text string
	if err := setText(&text, r, func(s string) (string, error) {
		if !clock.MatchString(s) {
			return "", fmt.Errorf("%s is not a time of the day; use hours and minutes from 00:00 to 23:59, like \"22:00\"", shown(s))
		}
		return s, nil
	}); err != nil {
		return err
	}
	hours, minutes, _ := strings.Cut(text, ":")
	d, err := time.ParseDuration(hours + "h" + minutes + "m")
	*to = d
	return err
}

// setZone takes a time zone. The data about zones is the system's: carrying it
// along would weigh more than what it is good for.
func setZone(to **time.Location, r raw) error {
	var name string
	if err := setText(&name, r, func(s string) (string, error) { return s, nil }); err != nil {
		return err
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return fmt.Errorf("%s is not a time zone that this system knows; use a name like Europe/Oslo or UTC, and if it is one, install the system's time zone data (often a package called tzdata)", shown(name))
	}
	*to = zone
	return nil
}
