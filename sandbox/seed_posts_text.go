package sandbox

import "strings"

// draft is the text of a post. Words in braces are filled in per post.
type draft struct {
	space, kind, title string
	body               []string // one paragraph each
	lang               string   // who writes it: "" is anybody
}

// html is the body as the API stores it.
func (d draft) html() string { return "<p>" + strings.Join(d.body, "</p><p>") + "</p>" }

// slots are the words for the braces.
func slots() map[string][]string {
	return map[string][]string{
		"wood": {"larch", "elm", "white oak", "Alaskan cedar", "ash", "old pitch pine", "sycamore", "black locust"},
		"edge": {"drawknife", "spokeshave", "slick", "block plane", "adze", "marking knife", "inshave"},
		"tool": {"drawknife", "spokeshave", "slick", "block plane", "bandsaw", "steam box", "moisture meter", "adze"},
		"fix":  {"clinker skiff", "rowing dory", "folding kayak", "pram", "lugger's rudder", "rubbing strake", "centreboard case"},
		"yarn": {"Shetland", "gotland", "ramie", "hemp", "silk noil", "carded lambswool", "old linen"},
		"dye":  {"madder", "weld", "woad", "walnut husk", "onion skin", "oak gall", "seaweed (don't)"},
		"part": {"a dead capacitor", "a cracked solder joint", "the power switch", "a blown regulator", "corroded contacts", "a chewed cable"},
		"thing": {"a 1968 tape echo", "a bread maker", "a tide clock", "somebody's grandfather's radio", "a sewing machine motor",
			"a ship's barometer", "a record player"},
		"glaze": {"tenmoku", "celadon", "shino", "ash", "a copper red", "that chalky white"},
		"paper": {"kozo", "cotton rag", "an old chart", "Ingres", "brown kraft", "marbled endpaper"},
		"day":   {"Saturday", "Sunday", "Tuesday evening", "last week", "Thursday", "yesterday"},
		"n":     {"two", "three", "five", "six", "eleven", "forty"},
		"town":  {"Bergen", "Falmouth", "Porto", "Hamburg", "Halifax", "Mombasa", "Yokohama", "Valparaíso"},
	}
}

func drafts() []draft {
	return []draft{
		{"start", "article", "How this place works", []string{"New here? Three things: introduce yourself, put a photo on your profile, and read the kiln rules <strong>before</strong> you touch the kiln.", "Questions go in the space they belong to. If you cannot tell, ask here and somebody will move it."}, ""},
		{"start", "post", "Door code changes on {day}", []string{"The code for the net loft changes on {day}. You get the new one from any host, in person. Please do not post it anywhere."}, ""},
		{"start", "post", "Thank you from the roof", []string{"The roof fund is full. {n} of you gave more than once. Slates come next month; bring gloves and cake."}, ""},
		{"start", "post", "What should we run next season?", []string{"Sail repair, oar making, basic soldering, or indigo? Tell us what you would really turn up for, not what you think is worthy."}, ""},
		{"start", "article", "House rules, the short version", []string{"Be kind. Sharpen what you borrow. Credit what you copy.", "<ul><li>No ads outside Swap &amp; Sell</li><li>Ask before you post a face</li><li>Hosts decide about the kiln</li></ul>"}, ""},

		{"intro", "post", "Hello from {town}", []string{"I found you through the repair café and have been reading for a month. I have a shed, {n} half-finished things and too much {wood}.", "What should a beginner make first that is not a bird box?"}, ""},
		{"intro", "post", "Hi, I'm new and slightly lost", []string{"Came for the textiles, stayed for the boats. I weave with {yarn} and would love to find people near {town}."}, ""},
		{"intro", "post", "Finally joined", []string{"A friend from the {town} group has been telling me about this place for {n} years. Here I am. I repair things for a living and break them for fun."}, ""},
		{"intro", "post", "Apprentice says hi", []string{"I started at a yard in {town} this winter. So far I have swept {n} floors and planed one plank. It was {wood}, and it was beautiful."}, ""},
		{"intro", "post", "Introducing myself, as the welcome post asks", []string{"I taught for thirty years and now have time. I would like to learn to bind books, and I can offer proofreading, soup and a large table."}, ""},
		{"intro", "post", "Moved to {town}, looking for a bench", []string{"My tools are in boxes and my hands are bored. Is there a shared workshop that takes evening people?"}, ""},
		{"intro", "post", "Hello! Mostly {yarn}, some {wood}", []string{"I make chairs and weave the seats. If you know a good source for {dye} I will be your friend for life."}, ""},
		{"intro", "post", "Long-time reader, first post", []string{"You talked me out of varnishing over damp, so I owe you one. Happy to answer anything about {thing}."}, ""},
		{"intro", "post", "Hola desde {town}", []string{"¡Buenas! Soy carpintera y acabo de mudarme. Busco gente con quien compartir taller y café.", "Hablo poco inglés, pero leo todo."}, "es"},
		{"intro", "post", "はじめまして", []string{"はじめまして。木工と金継ぎが好きです。英語は勉強中ですが、よろしくお願いします。"}, "ja"},
		{"intro", "post", "مرحبا من الورشة", []string{"أعمل في الخزف منذ عشر سنوات، وأتعلم الآن بناء القوارب الصغيرة. سعيد بالانضمام إليكم."}, "ar"},
		{"intro", "post", "Moin aus {town}", []string{"Ich restauriere alte Holzboote und suche jemanden, der sich mit <em>{wood}</em> auskennt. Werkstatt ist vorhanden, Ausreden auch."}, "de"},
		{"boats", "post", "Back after a year away", []string{"Some of you know me. I broke a wrist, learned to knit, and now I can use a {tool} again. Missed you."}, ""},
		{"intro", "post", "Привіт!", []string{"Шию вітрила вже дванадцять років. Приїхала сюди навесні, шукаю майстерню поруч."}, "uk"},

		{"boats", "post", "Steam bending {wood}: how wet is too wet?", []string{"I had {n} ribs break on {day}. The stock was air dried, about 20 percent, an hour per inch in the box.", "Do you soak first? I have read both answers from people I trust."}, ""},
		{"boats", "post", "She floats", []string{"The {fix} went in on {day}. One small leak at the garboard, closed within the hour. I may have cried.", "Thanks to everyone who told me to throw away the first plank."}, ""},
		{"boats", "article", "Scarfing {wood} without tears", []string{"I have now made enough bad scarf joints to write about it. The short version: 8 to 1, sharp iron, and stop when it looks almost right.", "Mark the feather edge with a knife and not a pencil. Plane both faces stacked. Dry clamp, swear, plane again, glue.", "Photos of the failures are more instructive than the good one, so here are the failures."}, ""},
		{"boats", "post", "Anyone with a spare {edge} I can borrow?", []string{"For one weekend, for the {fix}. I bring it back sharper, and with cake."}, ""},
		{"boats", "post", "Rivets or clench nails for the {fix}?", []string{"The old ones were copper. Half of them fell out when I looked at them. Clench nails are quicker, but is that a reason?"}, ""},
		{"boats", "post", "Rot in the transom, again", []string{"Poked it with a screwdriver, and the screwdriver went in to the handle. New one from {wood}, or graft?"}, ""},
		{"boats", "post", "Oar length, please settle this", []string{"Beam 1.32 m. My neighbour says 2.6, the book says 2.75, my back says sit down."}, ""},
		{"boats", "post", "Free {wood} at the {town} yard", []string{"They are clearing the loft. Mostly short lengths, some real treasures. First come, first served, bring a trailer."}, ""},

		{"textiles", "post", "{dye} on {yarn}: three mordants compared", []string{"Alum, alum and tartar, and rust water, {n} skeins each. Pictures in daylight and under the horrible lamp.", "The rust water one is the best thing I ever made by mistake."}, ""},
		{"textiles", "post", "Loom waste, what do you do with it?", []string{"I have a whole bag of {yarn} thrums and I cannot throw them away. Cords? Stuffing? A very small rug?"}, ""},
		{"textiles", "post", "Mending a sail with a domestic machine", []string{"It works if you go slowly and pray. Needle 110, zigzag, basting tape under everything. I broke {n} needles."}, ""},
		{"textiles", "article", "Indigo vat diary, week {n}", []string{"Smells right, looks right, and dyes the wrong blue. pH was 9.2. I fed it dates and it woke up on {day}.", "If your vat sulks, warm it first and feed it second."}, ""},
		{"textiles", "post", "Spinning {yarn} for the first time", []string{"It looks like something the cat brought. I am very proud of it."}, ""},
		{"textiles", "post", "¿Alguien teje con {yarn}?", []string{"Quiero hacer un gansey para mi padre y no encuentro lana que aguante la sal."}, "es"},

		{"electronics", "post", "Fixed: {thing}", []string{"It was {part}. It is always {part}.", "Total cost: 40 cents and one evening. The owner paid in apples."}, ""},
		{"electronics", "post", "Please check my tide clock maths", []string{"I drift by about {n} minutes a fortnight against the printed tables. Is it my crystal, my constituents, or the moon?"}, ""},
		{"electronics", "post", "Which multimeter for the loan shelf?", []string{"The last one came back with {part}. It should survive being dropped by people holding tea."}, ""},
		{"electronics", "article", "A battery monitor for the workshop boat", []string{"I wanted to know if the pump had run at night. It had. {n} times.", "Parts list and schematic below. It draws less than the LED on the charger, which I removed."}, ""},
		{"electronics", "post", "Who can read this schematic?", []string{"From {thing}. The printing is faded exactly where it matters. Is that 4.7 or 47?"}, ""},
		{"electronics", "post", "Soldering night recap", []string{"{n} people, no burns, one badge that plays the wrong tune. Next time we bring more light."}, ""},

		{"ceramics", "post", "Kiln rota for next week", []string{"Bisque on {day}, glaze firing two days later. Shelves 3 and 4 are still free. Write your name on your <em>own</em> kiln wash, please."}, ""},
		{"ceramics", "post", "{glaze} crawled off everything", []string{"Same bucket, same clay, same cone. The only difference is that I was confident this time."}, ""},
		{"ceramics", "post", "Opened the kiln too early", []string{"It said 140 degrees and I believed it. {n} bowls went ping. Learn from me."}, ""},
		{"ceramics", "post", "Beach clay from {town}", []string{"Dug a bucket on {day}. Sieved twice, slaked, dried on plaster. It throws like cold butter and fires the colour of a good brick."}, ""},
		{"ceramics", "article", "Glaze test tiles: a system that survived me", []string{"Number the tile before you dip it. Number the photo. Number the bucket. I know how this sounds.", "This month: {glaze} over slip, at three thicknesses."}, ""},
		{"ceramics", "post", "Torno de segunda mano", []string{"Vendo o cambio mi torno pequeño, funciona bien, solo hace ruido cuando se aburre."}, "es"},

		{"print", "post", "Bound my first book in {paper}", []string{"Eight sections, link stitch, one page upside down. I am told that is tradition."}, ""},
		{"print", "post", "Cleaning type without killing it", []string{"I inherited {n} cases, all of them sticky. What do you use that will not eat the wood type?"}, ""},
		{"print", "article", "Making paste that keeps for a week", []string{"Wheat starch, cooked slowly, strained while warm. A clove keeps the mould off and makes the studio smell like Christmas.", "Too thick for {paper}? Thin it with a brush and not with a spoon."}, ""},
		{"print", "post", "Print exchange: who is in?", []string{"{n} prints each, any technique, post them by the end of the month. The theme is <strong>knots</strong>."}, ""},
		{"print", "post", "Lino or vinyl?", []string{"I have carpal tunnel and strong opinions. Which one is kinder?"}, ""},

		{"market", "post", "Swap: {tool} for anything with a handle", []string{"Good condition, one previous careful owner (not me). Collection in {town}."}, ""},
		{"market", "post", "Wanted: {wood}, about {n} metres", []string{"Rough sawn is fine. I can collect, and I have biscuits."}, ""},
		{"market", "post", "For sale: table loom", []string{"Eight shafts, some of them original. Comes with a box of {yarn}. Price: make me smile."}, ""},
		{"market", "post", "Giving away {thing}", []string{"Works, mostly. The fault is {part} and I have no time. Free to someone who will love it."}, ""},
		{"market", "post", "Shared order: copper rivets", []string{"Minimum is 5 kg. I need one. {n} of you must need the rest. Answer by {day}."}, ""},

		{"study", "post", "Chapter {n}: questions before we meet", []string{"Did anyone understand the bit about lofting the stem rabbet? I read it three times and drew a fish."}, ""},
		{"study", "post", "Notes from {day}", []string{"We agreed to do the exercise with {wood} scraps before the next meeting. Whoever missed it: nothing is lost but the biscuits."}, ""},
		{"study2", "post", "Reading list, second half", []string{"We take the dye chemistry chapter first because of the vat. Then {dye}, then back to the order in the book."}, ""},
		{"study2", "post", "Can we move the meeting?", []string{"Half of us are at the {town} show. How about {day}?"}, ""},
		{"winter", "post", "Week {n}: planking", []string{"We hung the second plank. It fits where it touches. Next week bring a sharp {edge} and dry socks."}, ""},
		{"winter", "post", "Fairing the moulds", []string{"Stations 3 and 5 were proud by a pencil line. Checked against the lofting, which was right, sorry."}, ""},
		{"tools", "post", "The {edge} is back", []string{"Sharpened, oiled, and on hook 14. Thank you to whoever left the note. Deposit as usual."}, ""},
		{"tools", "post", "Missing since {day}: {tool}", []string{"No blame, just put it back on its hook. The shadow on the wall looks sad."}, ""},
		{"tools", "article", "How to book a tool", []string{"Write your name, the tool and the day on the board. {n} days at most. If it breaks, tell us: things break.", "If you are not sure how to use it, ask. We have all our fingers and intend to keep it that way."}, ""},
	}
}

// spamDrafts are what the spam accounts post.
func spamDrafts() []draft {
	return []draft{
		{"market", "post", "🔥🔥 MAKE 5,000 A WEEK FROM HOME 🔥🔥", []string{"Legit!! I was sceptical too. DM me or join now: <a href=\"https://example.net/gains?ref=77\">example.net/gains</a>", "Only {n} places left!!!"}, ""},
		{"market", "post", "Cheap followers, real people ✅", []string{"10k for 9.99. Instant. <a href=\"https://example.org/panel\">example.org/panel</a>"}, ""},
		{"market", "post", "My husband came back", []string{"After three years of tears Dr. Odu restored my home in 48 hours. Thank him at dr.odu.temple@example.com."}, ""},
	}
}
