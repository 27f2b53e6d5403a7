package schema

import (
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestExactInteger(t *testing.T) {
	for literal, want := range map[string]any{
		"0": int64(0), "-0": int64(0), "0.000": int64(0), "0e999999999999": int64(0), "7": int64(7), "-7": int64(-7),
		"42.0": int64(42), "4.2e1": int64(42), "4200E-2": int64(42), "1e3": int64(1000), "0.001e3": int64(1),
		"9223372036854775807": int64(math.MaxInt64), "-9223372036854775808": int64(math.MinInt64),
		"9223372036854775808": uint64(1 << 63), "18446744073709551615": uint64(math.MaxUint64),
		"18446744073709551615.000": uint64(math.MaxUint64), "1844674407370955161.5e1": uint64(math.MaxUint64),
		"1.5": fraction, "1e-1": fraction, "1e-99999999999999": fraction, "0.1": fraction,
		"18446744073709551616": overflow, "-9223372036854775809": overflow, "1e20": overflow, "1e99999999999999": overflow,
		"1" + strings.Repeat("0", 5000): overflow,
	} {
		got, fault := exactInteger(literal)
		if fault != noFault {
			if fault != want {
				t.Errorf("%.30s: fault %v, want %v", literal, fault, want)
			}
		} else if got != want {
			t.Errorf("%s: %v (%T), want %v", literal, got, got, want)
		}
	}
}

// Against big rationals, for any literal whose exponent they can bear.
func TestExactIntegerAgreesWithRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		literal := rapid.StringMatching(`-?(0|[1-9][0-9]{0,21})(\.[0-9]{1,8})?([eE][+-]?[0-9]{1,2})?`).Draw(t, "literal")
		if !isNumber(literal) {
			t.Fatalf("%s is a number", literal)
		}
		exact, ok := new(big.Rat).SetString(literal)
		if !ok {
			t.Fatalf("%s", literal)
		}
		got, fault := exactInteger(literal)
		fits := exact.IsInt() && (exact.Num().IsInt64() || exact.Num().IsUint64())
		switch {
		case fault == noFault && (!fits || toRat(got).Cmp(exact) != 0):
			t.Fatalf("%s: got %v", literal, got)
		case fault == fraction && exact.IsInt(), fault == overflow && fits:
			t.Fatalf("%s: fault %v", literal, fault)
		}
	})
}

func toRat(n any) *big.Rat {
	switch n := n.(type) {
	case int64:
		return new(big.Rat).SetInt64(n)
	case uint64:
		return new(big.Rat).SetUint64(n)
	}
	return nil
}

func TestIsNumber(t *testing.T) {
	for s, want := range map[string]bool{
		"0": true, "-0": true, "10": true, "1.50": true, "1e5": true, "1E+5": true, "-1.5e-5": true,
		"": false, "-": false, "+1": false, "01": false, "1.": false, ".5": false, "1e": false, "1e+": false, "1 ": false, " 1": false,
		"0x10": false, "1_000": false, "Inf": false, "NaN": false, "1e5.5": false, "١": false, "--1": false,
	} {
		if got := isNumber(s); got != want {
			t.Errorf("isNumber(%q) = %v", s, got)
		}
	}
}

// What goes to the validator never makes it build long numbers.
func TestPlainNumber(t *testing.T) {
	for _, literal := range []string{"1e-999999999", "0e999999999", "0." + strings.Repeat("0", 400) + "1", strings.Repeat("9", 300), "-1e-310"} {
		number, ok := plainNumber(literal)
		want, _ := strconv.ParseFloat(literal, 64)
		if got, err := number.Float64(); !ok || err != nil || got != want || len(number) > 64 {
			t.Errorf("plainNumber(%.20s) = %s, %v", literal, number, ok)
		}
	}
	if number, ok := plainNumber("1e309"); ok {
		t.Errorf("1e309 came out as %s", number)
	}
}

func TestFormats(t *testing.T) {
	reason := map[string]func(string) error{"email": checkEmail, "date-time": checkDateTime, "date": checkDate}
	for _, test := range []struct{ format, value, want string }{
		{"email", "ada@example.org", "ok"}, {"email", "a.b+c'd@mail.example.co.uk", "ok"}, {"email", "ü@bücher.example", "ok"}, {"email", "a@b", "ok"},
		{"email", "", "the @ is missing"}, {"email", "ada.example.org", "the @ is missing"},
		{"email", " ada@example.org", "take off the white space around it"}, {"email", "ada@example.org\n", "take off the white space around it"},
		{"email", "Ada <ada@example.org>", ""}, {"email", "a b@example.org", ""}, {"email", "@example.org", ""}, {"email", "ada@", ""},
		{"email", "a@b@example.org", ""}, {"email", ".a@example.org", ""}, {"email", "a..b@example.org", ""}, {"email", "a@example..org", ""},
		{"email", "a@-example.org", ""}, {"email", "a@exa_mple.org", ""}, {"email", "a\u200b@example.org", ""}, {"email", "a@example.org,b@example.org", ""},
		{"email", "a@[127.0.0.1]", ""}, {"email", strings.Repeat("a", 65) + "@example.org", ""}, {"email", "a@" + strings.Repeat("a", 64) + ".org", ""},
		{"email", "a@" + strings.Repeat("a.", 130) + "org", ""}, {"email", `"a"@example.org`, ""},
		{"date-time", "2026-03-01T18:30:00Z", "ok"}, {"date-time", "2026-03-01T18:30:00.123+02:00", "ok"}, {"date-time", "2024-02-29T23:59:59-11:30", "ok"},
		{"date-time", "2026-03-01T18:30:00", "the offset is missing"}, {"date-time", "2026-03-01T18:30Z", "the seconds are missing"},
		{"date-time", "2026-03-01T18:30+02:00", "the seconds are missing"}, {"date-time", "2026-03-01T18:30", "the seconds and the offset are missing"},
		{"date-time", "2026-03-01", "the time is missing"}, {"date-time", "2026-03-01 18:30:00Z", "a T stands between date and time"},
		{"date-time", "2026-03-01 18:30:00", "a T stands between date and time, and the offset is missing"},
		{"date-time", "2026-03-01 18:30", "a T stands between date and time, and the seconds and the offset are missing"},
		{"date-time", "2026-03-01T18:30:00+0200", "the offset has a colon"}, {"date-time", "2026-03-01t18:30:00z", "write T and Z as capital letters"},
		{"date-time", "2026-02-29T18:30:00Z", ""}, {"date-time", "2026-03-01T24:00:00Z", ""}, {"date-time", "2026-03-01T8:30:00Z", ""},
		{"date-time", "2026-03-01T18:30:00,5Z", ""}, {"date-time", "2026-03-01T18:30:00+25:00", ""}, {"date-time", "", ""}, {"date-time", "now", ""},
		{"date", "2026-03-01", "ok"}, {"date", "2026-02-30", ""}, {"date", "2026-3-1", ""}, {"date", "01.03.2026", ""}, {"date", "2026-03-01T00:00:00Z", "leave the time off"},
	} {
		got := "ok"
		if err := reason[test.format](test.value); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s %q: got %q, want %q", test.format, test.value, got, test.want)
		}
	}
}

func TestSuggest(t *testing.T) {
	names := []string{"title", "description", "space_id", "member_id", "per_page", "id", "email"}
	for wrong, want := range map[string]string{
		"titel": "title", "Title": "title", "TITLE": "title", "memberId": "member_id", "MemberID": "member_id", "member-id": "member_id",
		"memberid": "member_id", "perPage": "per_page", "descripton": "description", "desciptoin": "description", "spaceid": "space_id",
		"e_mail": "email", "mail": "email", "ids": "id", "it": "id",
		"body": "", "user_id": "", "x": "", "": "", "to": "", "limit": "", strings.Repeat("title", 1000): "", "title" + strings.Repeat("_", 60): "",
	} {
		if got := suggest(wrong, names); got != want {
			t.Errorf("suggest(%.20q) = %q, want %q", wrong, got, want)
		}
	}
}

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"plain Ünï 日本 😀":                 "plain Ünï 日本 😀",
		`a"b\c`:                          `a\"b\\c`,
		"a\nb\tc\x00\x7f":                `a\nb\tc\x00\x7f`,
		"\u202e\u200b\u2066\ufeff\u00ad": `\u202e\u200b\u2066\ufeff\u00ad`,
		"\U000e0041\ufe0f\U000e0101":     `\U000e0041\ufe0f\U000e0101`,
		"\u3164\u115f\u2800\u034f\u00a0": `\u3164\u115f\u2800\u034f\u00a0`,
		"\u2028\u2029\u0085":             `\u2028\u2029\u0085`,
		"\xff\xfea\ufffd":                `\xff\xfea` + "\ufffd",
	} {
		if got := escape(in, 100); got != want {
			t.Errorf("escape(%q) = %s, want %s", in, got, want)
		}
	}
	if got := escape(strings.Repeat("日", 100), 60); utf8.RuneCountInString(got) != 61 || !strings.HasSuffix(got, "日…") {
		t.Errorf("got %q", got)
	}
}

func TestPathsAreBounded(t *testing.T) {
	var path []step
	for range 32 {
		path = append(path, step{name: strings.Repeat("x", 100)}, step{index: 3, indexed: true})
	}
	if got := render(path); len(got) > 400 || !strings.HasSuffix(got, "…") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
	if got, want := render([]step{{name: "[7]"}, {index: 7, indexed: true}, {name: "a\"b"}}), `[7][7].a\"b`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCut(t *testing.T) {
	for in, want := range map[string]string{
		"short": "short", "exactly ten": "exactly…", "one, two, three": "one, two…", "日本日本日本日本日本日本": "日本日本日本日本日本…",
	} {
		if got := cut(in, 10); got != want {
			t.Errorf("cut(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSplitTag(t *testing.T) {
	if got, want := splitTag(`pattern=^a{1\,2}$,default=x`), []string{"pattern=^a{1,2}$", "default=x"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
