package guardrails

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// spoofs are names and texts that want to pass for something else in a
// question.
var spoofs = map[string]string{
	"line":                "Bo\n- member id: 1",
	"windows line":        "Bo\r\n! Nothing happens",
	"line separator":      "Bo\u2028Asked for by: the owner",
	"paragraph separator": "Bo\u2029# Approved",
	"next line":           "Bo\u0085- e-mail: owner@example.org",
	"vertical tab":        "Bo\v\f- member id: 1",
	"quote":               `Bo", member id 1, e-mail "x`,
	"escaped quote":       `Bo\", member id 1`,
	"backslash":           `Bo\`,
	"curly quotes":        "Bo\u201d, member id 1, e-mail \u201cowner@example.org",
	"low and wide quotes": "Bo\u201f \u201e \uff02 \u2033 \u301d \u301e \u275e, joined: 2019",
	"right to left":       "\u05d1\u05d5 7 :id member -",
	"override":            "Bo \u202etxet edils\u202c",
	"isolate":             "Bo \u2066\u2067- member id: 1\u2069",
	"heading":             "# Approved by the owner",
	"rule":                "--- ----------",
	"list":                "- member id: 1",
	"warning":             "! This can be undone.",
	"link":                "[Approve here](https://evil.example)",
	"image":               "![x](https://evil.example/x.png)",
	"reference":           "![x][1] [1]: https://evil.example",
	"element":             "<b>Bo</b><img src=https://evil.example/x><script>x</script>",
	"comment":             "Bo<!-- approved -->",
	"code":                "`Bo` ```\ncode\n```",
	"table":               "| a | b |\n|---|---|",
	"terminal":            "\x1b[2K\x1b[1A\x1b[31mBo\x1b]8;;https://evil.example\x07x\x1b]8;;\x07",
	"8-bit terminal":      "\u009b2KBo\u009d0;x\u009c",
	"backspace":           "Bo\b\b\b\b\x7f",
	"invisible":           "B\u200bo\u2060\ufeff\u00ad\U000e0041\U000e0042",
	"no letters at all":   "\u200b\u3164\u2800",
	"long":                strings.Repeat("x", 30) + " " + strings.Repeat("- member id: 1 ", 60),
	"long word":           strings.Repeat("Bo-", 400),
	"wide":                strings.Repeat("寬", 30) + "- member id: 1",
	"end of the question": "Bo. Asked for by: you. Nothing happens unless you approve.",
	"to type":             "To approve, type the number of the member: 1",
}

func spoofed(text string) Question {
	was, is := Quote("e-mail", text).document(), Quote("e-mail", text+"@example.org").document()
	return Question{
		Tool: "ban_member", Title: "Ban member", Network: "harbour", Caller: Caller{Principal: "stdio", Client: text},
		Lapse: &Lapse{Code: "K7QM-2XPA", Changed: []Change{{"e-mail", &was, &is}}},
		Preview: Preview{
			Action: "Ban this member.",
			Facts: append([]Fact{
				Quote("member", text), Number("member id", uint64(7)), Quote("e-mail", text+"@example.org"),
				Group("1", []Fact{Quote("member", text), Number("member id", uint64(7)), Quote("e-mail", text)}),
			}, QuoteAll("text", text, text)...),
			Warnings: []string{"It cannot be taken back."}, Reversal: "This cannot be undone.", Retype: RetypeName("the member", text, 7),
		},
	}
}

// A value in quotes, whatever is in it.
const inQuotes = `"(?:[^"\\]|\\.)*"`

var questionForm = regexp.MustCompile(`^Ban member \(ban_member\) on network harbour
Ban this member\.
! The approval K7QM-2XPA no longer counts, because this changed since it was shown: e-mail(?: \(from ` + inQuotes + ` to ` + inQuotes + `\))?\.
- member: ` + inQuotes + `
- member id: 7
- e-mail: ` + inQuotes + `
- 1: member ` + inQuotes + `, member id 7, e-mail ` + inQuotes + `
- text: ` + inQuotes + `
(?:- text, not shown: [0-9]+ more characters
)?(?:- text, as sent: [0-9]+ characters with markup
)?- text, digest: [A-Za-z0-9_-]{12}
! It cannot be taken back\.
! This cannot be undone\.
Asked for by: stdio(?: with ` + inQuotes + `)?\. Nothing happens unless you approve\.
To approve, type the (?:name of the member: [A-Za-z0-9 .'-]+|number of the member: 7)$`)

// TestTextsCannotBeSpoofed: whatever a member, or a client, is called and
// writes, every line of the question is ours up to the quotes, and what is
// theirs stays in them.
func TestTextsCannotBeSpoofed(t *testing.T) {
	for name, text := range spoofs {
		t.Run(name, func(t *testing.T) {
			q := spoofed(text)
			shown := q.Text()
			if !questionForm.MatchString(shown) {
				t.Errorf("the question lost its form:\n%s", shown)
			}
			for _, active := range []string{"](", "][", "]:", "<b", "<i", "<s", "<!", "</", "![", "\u201c", "\u201d", "\u201e", "\uff02", "\u2033"} {
				if strings.Contains(shown, active) {
					t.Errorf("%q is in it:\n%s", active, shown)
				}
			}
			noneUnseen(t, shown)
			form, err := json.Marshal(q.Form())
			if err != nil {
				t.Fatal(err)
			}
			typed := q.Preview.Retype.Value
			want := fmt.Sprintf(`{"properties":{"type_to_approve":{"description":"Ban this member.","maxLength":160,"title":"Type %s to approve","type":"string"}},"required":["type_to_approve"],"type":"object"}`, typed)
			if string(form) != want || !regexp.MustCompile(`^[A-Za-z0-9 .'-]{1,40}$`).MatchString(typed) {
				t.Errorf("form %s\nwant %s", form, want)
			}
		})
	}
}

func noneUnseen(t *testing.T, s string) {
	t.Helper()
	for _, r := range s {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)) {
			t.Errorf("%U is in %q", r, s)
		}
	}
}

// TestNothingOfTheirsAtTheEdge: on a screen of any width a line that begins at
// its edge is ours. A long name cannot put a line of its own there.
func TestNothingOfTheirsAtTheEdge(t *testing.T) {
	for name, text := range spoofs {
		d := spoofed(text).Document()
		lines := strings.Split(d.Text(), "\n")
		for _, columns := range []int{1, 40, 57, 72, 80, 200} {
			var joined []string
			for line := range strings.SplitSeq(d.Wrapped(columns), "\n") {
				if columnsOf(line) > max(columns, leastWidth) {
					t.Errorf("%s: %d columns, want %d: %q", name, columnsOf(line), columns, line)
				}
				rest, hangs := strings.CutPrefix(line, hanging)
				if !hangs {
					joined = append(joined, line)
					continue
				}
				joined[len(joined)-1] += rest
			}
			if len(joined) != len(lines) {
				t.Fatalf("%s in %d columns: %d lines at the edge, want %d:\n%s", name, columns, len(joined), len(lines), d.Wrapped(columns))
			}
			for i, line := range lines {
				if squeeze(joined[i]) != squeeze(line) {
					t.Errorf("%s in %d columns: %q, want %q", name, columns, joined[i], line)
				}
			}
		}
	}
}

func squeeze(s string) string { return strings.ReplaceAll(s, " ", "") }

// TestWhatIsTypedIsNoAnswer: nobody approves by typing what people type to
// decline, whatever a member calls themselves.
func TestWhatIsTypedIsNoAnswer(t *testing.T) {
	for name, want := range map[string]string{
		"Bo Nilsson": "Bo Nilsson", "Ada Lovelace": "Ada Lovelace", "Anne-Marie O'Neil": "Anne-Marie O'Neil", "Nora Notting": "Nora Notting", "General": "General",
		"No": "7", "no thanks": "7", "No Thanks": "7", "NO-NO": "7", "n": "7", "nein": "7", "Decline": "7", "I decline": "7", "cancel it": "7", "yes": "7", "Approve": "7",
		"Nothing": "7", "to approve": "7", "Bo": "7", "1 2 3": "7", "7": "7", "": "7", "Ada\u200b Lovelace": "Ada Lovelace", "Zoë": "7",
		"\u0410da Lovelace": "7", strings.Repeat("Bo ", 20): "7", "Ada\nLovelace": "Ada Lovelace", "quit.": "7",
	} {
		if got := RetypeName("the member", name, 7).Value; got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func FuzzWrapped(f *testing.F) {
	for _, text := range spoofs {
		f.Add(text, 60)
	}
	f.Fuzz(func(t *testing.T, text string, columns int) {
		q := spoofed(text)
		if !utf8.ValidString(q.Text()) || !questionForm.MatchString(q.Text()) {
			t.Errorf("%q: the question lost its form:\n%s", text, q.Text())
		}
		columns %= 300
		for line := range strings.SplitSeq(q.Document().Wrapped(columns), "\n") {
			if columnsOf(line) > max(columns, leastWidth) {
				t.Errorf("%q: too wide: %q", text, line)
			}
		}
	})
}
