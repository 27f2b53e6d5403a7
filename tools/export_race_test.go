//go:build race

package tools_test

// manyMembers is fewer under the race detector, which makes all of it slow.
const manyMembers = 10_000

// underRace says whether the race detector is on.
const underRace = true
