// Package untrusted prepares what members wrote for a reader that takes words
// as instructions.
//
// Post bodies, bios, names and report reasons are data. They can carry text
// that a person never sees on the page but a language model reads: invisible
// characters, tag characters, bidirectional overrides, hidden elements, HTML
// comments. The functions here take such things out, keep everything that a
// person can see in any living script, and hold the result to a budget.
//
// What they promise for every input:
//
//   - the result is valid UTF-8 and holds no invisible, control, bidirectional
//     formatting, private-use or tag character outside the few places where a
//     script or an emoji needs it;
//   - [Line] and [Text] are idempotent: cleaning twice gives the same;
//   - the result has at most max characters (Unicode code points), plus the
//     note that says how much was cut;
//   - a grapheme (a letter with its marks, an emoji sequence) is never cut in
//     two.
//
// Cleaning takes hiding places away; it does not make a text trustworthy. A
// visible "ignore your instructions" stays, as the data that it is.
package untrusted
