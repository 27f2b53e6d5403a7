package sandbox

// shelfText is a collection to be seeded.
type shelfText struct {
	name, description string
	hidden, system    bool
	note              func(n *Notable, id uint64)
}

// shelfTexts lists the collections in the order of their ids, which are the
// ones the plots name.
func shelfTexts() []shelfText {
	return []shelfText{
		{"Around the Harbour", "What everybody needs: news, introductions, the calendar and the market.", false, false, nil},
		{"Crafts", "One space for each bench in the loft.", false, false, func(n *Notable, id uint64) { n.Collection = id }},
		{"Courses & Study", "Learn something with others, at their pace and yours.", false, false, nil},
		{"Summer School", "Nothing here yet. Ideas to Tomás.", true, false, func(n *Notable, id uint64) { n.EmptyCollection = id }},
		{"Shortcuts", "", false, true, func(n *Notable, id uint64) { n.SystemCollection = id }},
	}
}

type pollText struct {
	space, kind, title, description string
	choices                         []string
	daysAgo                         int
	spam                            bool
}

// pollTexts lists the polls, oldest first.
func pollTexts() []pollText {
	return []pollText{
		{"start", "multiple_choice", "Which evening suits you best?", "<p>For the open bench, from autumn on.</p>", []string{"Tuesday", "Wednesday", "Thursday", "None, I have children"}, 410, false},
		{"boats", "hot_cold", "Epoxy on a wooden hull", "", []string{"Never", "Everywhere"}, 330, false},
		{"textiles", pollQuestion, "What is the oldest thing in your stash?", "<p>Mine is a cone of singles from 1983.</p>", nil, 270, false},
		{"start", "percentage", "How should we spend the repair money?", "<p>Spread one hundred over the four.</p>", []string{"Roof", "Kiln elements", "Tools", "Heating"}, 201, false},
		{"ceramics", "multiple_choice", "Next group glaze", "", []string{"Tenmoku", "Celadon", "Ash"}, 150, false},
		{"electronics", pollQuestion, "What did you fix that was never broken?", "", nil, 118, false},
		{"print", "hot_cold", "Ragged edges on prints", "", []string{"Trim them", "Leave them"}, 77, false},
		{"boats", "percentage", "Where does your boat time go?", "", []string{"Sailing", "Mending", "Looking at it", "Looking for the other glove"}, 45, false},
		{"tools", "multiple_choice", "What should the tool library buy next?", "<p>One of them, with what is left in the tin.</p>", []string{"Bandsaw blades", "A second steam box", "Moisture meter", "More hooks 🪝"}, 19, false},
		{"intro", pollQuestion, "Who taught you?", "<p>One name, and one thing you still do because of them.</p>", nil, 8, false},
		{"start", "multiple_choice", "Shall we open on Sundays in spring?", "<p>It needs two volunteers a week.</p>", []string{"Yes, and I help", "Yes", "No, let it rest"}, 3, false},
		{"market", "multiple_choice", "Want to make 5k a week?? 💰", "<p>Vote and DM me!!</p>", []string{"YES", "YES!!"}, 0, true},
	}
}

// syllabus is a section, lesson or quiz to be seeded.
type syllabus struct {
	kind, title, body, status string
	items                     []syllabus
}

type courseText struct {
	space, body string
	sections    []syllabus
}

func courseTexts() []courseText {
	lesson := func(title, body, status string) syllabus { return syllabus{kindLesson, title, body, status, nil} }
	section := func(title, status string, items ...syllabus) syllabus {
		return syllabus{kindSection, title, "", status, items}
	}
	return []courseText{
		{"winter", "Twelve weeks, one small boat each. Bring dry socks.", []syllabus{
			section("Lofting", "posted",
				lesson("Reading the table of offsets", "Numbers first, pencil second. Every figure is feet, inches and eighths.", "posted"),
				lesson("Fairing a batten", "Stand at the end of the floor and look along it. If it looks wrong, it is.", "posted"),
				syllabus{kindQuiz, "Are your lines fair?", "Six drawings, two of them wrong.", "posted", nil}),
			section("Moulds and backbone", "posted",
				lesson("Making the moulds", "Plywood will do. Mark the centre line on both faces.", "posted"),
				lesson("Stem and transom", "The transom gets its bevel now or never.", "posted"),
				lesson("Setting up", "Level, plumb, braced, and nobody leans on it.", "hidden")),
			section("Planking", "hidden",
				lesson("The garboard", "The plank that everybody does twice.", "hidden"),
				lesson("Rivets", "Two people, one hammer, no conversation.", "pending")),
		}},
		{"study2", "What we read, in the order in which we read it.", []syllabus{
			section("Dye chemistry", "posted",
				lesson("Chapter four: vats", "Reduction in plain words.", "posted"),
				lesson("Chapter five: mordants", "Why alum, and why not so much of it.", "hidden")),
		}},
	}
}

// emojis are what people react with, one of them in a skin tone.
func emojis() []string {
	return []string{"👍", "❤️", "👏", "🔥", "😂", "🙌🏽", "⛵", "🎉"}
}

func spamReasons() []string {
	return []string{"Spam.", "Third time today.", "", "The link goes to a payment page."}
}

// pettyReasons belong to reports that were ignored, the oldest last.
func pettyReasons() []string {
	return []string{
		"Wrong space.", "He said varnish is for furniture.", "", "I pressed this by accident, sorry.", "Not about boats.",
		"Too many exclamation marks.", "She did not answer my question.", "This tide table is for the wrong harbour.",
	}
}
