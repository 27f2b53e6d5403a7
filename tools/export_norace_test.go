//go:build !race

package tools_test

// manyMembers is the largest community that an export is held to.
const manyMembers = 100_000

// underRace says whether the race detector is on.
const underRace = false
