package sandbox

// remarks are comments that fit under almost anything.
func remarks() []string {
	return []string{
		"Lovely work. How long did it take?",
		"This is exactly what I needed to read today, thank you.",
		"I had the same problem last winter. Slower and warmer fixed it for me.",
		"Can you post a photo of the underside?",
		"Coming by on Saturday, I will bring mine to compare.",
		"Bravo 👏👏",
		"I disagree, gently. Have you tried it the other way round?",
		"There is a good chapter on this in the blue book on the shelf by the door.",
		"Following, I have one of those too.",
		"I can lend you one. Message me.",
		"My grandmother would have had words about this. She would also have loved it.",
		"Careful with the dust, that species is nasty.",
		"Where did you find that?",
		"Count me in.",
		"I am the one who took it, sorry! Back on the hook tomorrow.",
		"What finish did you use in the end?",
		"Third photo: is that supposed to look like that?",
		"Ha! Been there.",
		"Could you write this up as an article? It should not get lost in the feed.",
		"Mine leaked for a week and then never again.",
		"Same here in the south, the damp gets into everything.",
		"You are braver than me.",
		"Update please, I have been thinking about this all week.",
		"There is a video of somebody doing this: https://example.com/watch/4411",
		"Yes to all of this.",
		"I would wait. Then I would wait a bit more.",
	}
}

// nativeRemarks are comments in a language.
func nativeRemarks(lang string) []string {
	switch lang {
	case "es":
		return []string{"¡Qué bonito!", "Gracias por compartirlo 🙏"}
	case "no":
		return []string{"Så fint!", "Takk for tipset."}
	case "de":
		return []string{"Das sieht großartig aus.", "Genau so mache ich es auch."}
	case "fr":
		return []string{"Merci pour le conseil, je vais essayer.", "Superbe !"}
	case "uk":
		return []string{"Дуже гарно!"}
	case "el":
		return []string{"Μπράβο!"}
	case "tr":
		return []string{"Ellerine sağlık!"}
	case "ar":
		return []string{"شكراً على المشاركة", "عمل رائع 👏"}
	case "hi":
		return []string{"बहुत सुंदर!"}
	case "zh":
		return []string{"太美了！", "学到了，谢谢。"}
	case "ja":
		return []string{"すごい！", "参考になります。"}
	case "ko":
		return []string{"멋져요!"}
	case "pt":
		return []string{"Que lindo!"}
	default:
		return nil
	}
}

// replies answer a comment.
func replies() []string {
	return []string{
		"Thank you!", "About three weekends, on and off.", "Good idea, I will try that.", "Only the second one is mine, to be fair.",
		"See you there.", "Agreed.", "It was linseed oil, two coats.", "I will take a photo tomorrow.", "😂", "No, but now I want to.",
		"That explains a lot.", "I stand corrected.", "Sent you a message.",
	}
}

// gathering is an event to be seeded, at an hour of its own zone.
type gathering struct {
	title, description, kind, space, zone, location, link string
	inDays, hour, hours                                   int
	frequency, byDays                                     string
}

func gatherings() []gathering {
	const oslo = "Europe/Oslo"
	loft := "Net Loft, Bergen"
	return []gathering{
		{"Autumn open workshop", "<p>Doors open, kettle on. Bring something broken.</p>", "local_meetup", "calendar", oslo, loft, "", -210, 10, 6, "", ""},
		{"Oar making weekend", "<p>Two days, one oar each. Spruce is provided.</p>", "local_meetup", "boats", oslo, loft, "", -160, 9, 8, "", ""},
		{"Indigo for the impatient", "<p>A live vat, a recorded talk and blue hands.</p>", "online_meeting", "textiles", "Europe/Lisbon", "", "https://example.com/meet/indigo", -120, 18, 2, "", ""},
		{"Repair café", "<p>Radios, toasters, trousers. No microwaves, please.</p>", "local_meetup", "electronics", "America/Halifax", "Seamen's Hall, Halifax", "", -95, 11, 4, "", ""},
		{"Founders' evening", "<p>Stories from the leaking years.</p>", "local_meetup", "start", oslo, loft, "", -80, 19, 3, "", ""},
		{"Kiln safety induction", "<p>Required before you fire. Yes, you too.</p>", "local_meetup", "ceramics", oslo, "Kiln shed", "", -60, 17, 1, "", ""},
		{"Print exchange show", "<p>All the knots on one wall.</p>", "local_meetup", "print", "Europe/London", "Falmouth Print Room", "", -41, 18, 3, "", ""},
		{"Ask a sailmaker", "<p>Live questions, no silly ones exist.</p>", "live_chat", "textiles", "Pacific/Auckland", "", "", -27, 19, 1, "", ""},
		{"Lofting, part one", "<p>From table of offsets to full size lines.</p>", "zoom_meeting", "winter", oslo, "", "https://example.com/meet/lofting", -14, 18, 2, "", ""},
		{"Clean-up day", "<p>Many hands. Soup at one.</p>", "local_meetup", "calendar", oslo, loft, "", -6, 10, 5, "", ""},
		{"Soldering for beginners", "<p>Make a badge that plays a tune. Perhaps the right one.</p>", "local_meetup", "electronics", "Africa/Nairobi", "Maker Hall, Mombasa", "", 2, 17, 3, "", ""},
		{"Thursday bench night", "<p>Every Thursday. Bring a project, or come and talk about one.</p>", "local_meetup", "calendar", oslo, loft, "", 4, 18, 4, "weekly", "TH"},
		{"Lofting, part two", "<p>Stem, transom, and what went wrong in part one.</p>", "zoom_meeting", "winter", oslo, "", "https://example.com/meet/lofting", 7, 18, 2, "", ""},
		{"金継ぎワークショップ", "<p>割れた器を持ってきてください。初心者歓迎。</p>", "local_meetup", "ceramics", "Asia/Tokyo", "横浜市 港の工房", "", 12, 13, 4, "", ""},
		{"Study group: dye chemistry", "<p>Chapter four, with the vat open in front of us.</p>", "online_meeting", "study2", "America/New_York", "", "https://example.com/meet/dye", 16, 12, 2, "", ""},
		{"Taller de redes", "<p>Aprende a hacer y reparar redes con tres generaciones de rederas.</p>", "local_meetup", "boats", "America/Santiago", "Muelle Prat, Valparaíso", "", 23, 10, 5, "", ""},
		{"Tool sharpening clinic", "<p>Bring edges. Leave with edges.</p>", "local_meetup", "tools", "Europe/London", "Falmouth", "", 31, 14, 3, "", ""},
		{"New members' tea", "<p>Half an hour on the first of each month to say hello.</p>", "online_meeting", "start", oslo, "", "https://example.com/meet/tea", 20, 17, 1, "monthly", ""},
		{"Launch day: the winter prams", "<p>Bring a towel for somebody else.</p>", "local_meetup", "winter", oslo, "Slip 2, Bergen", "", 75, 11, 5, "", ""},
		{"Summer regatta of small and ugly boats", "<p>Prizes for slowest, leakiest and best hat.</p>", "local_meetup", "boats", "America/Los_Angeles", "Port Townsend, WA", "", 140, 9, 9, "", ""},
	}
}
