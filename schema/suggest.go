package schema

import "strings"

// suggest returns the name that a wrong one was most likely meant to be:
// first the one that differs only in case or separators (memberId for
// member_id), then the nearest within two typing errors. It returns "" rather
// than a wild guess.
func suggest(wrong string, names []string) string {
	const longest = 60 // the distance is quadratic, and no name is this long
	if len(wrong) > longest {
		return ""
	}
	folded := fold(wrong)
	for _, name := range names {
		if fold(name) == folded {
			return name
		}
	}
	best, nearest := "", 3
	for _, name := range names {
		allowed := 2
		if len(name) <= 4 || len(wrong) <= 4 {
			allowed = 1
		}
		if d := distance(wrong, name); d <= allowed && d < nearest {
			best, nearest = name, d
		}
	}
	return best
}

func fold(s string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "", ".", "").Replace(strings.ToLower(s))
}

// distance counts insertions, deletions, replacements and swaps of two
// neighbours.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	var before []int
	last := make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row := make([]int, len(t)+1)
		row[0] = i
		for j := 1; j <= len(t); j++ {
			change := 1
			if s[i-1] == t[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(t)]
}
