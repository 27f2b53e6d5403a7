package sandbox

func bioOpeners() []string {
	return []string{
		"I build and mend small wooden boats in a shed that is four inches too short for all of them.",
		"Weaver, mostly tapestry, lately anything that will keep a draught out.",
		"Retired physics teacher. I now fix radios for people who still have radios.",
		"Potter in {city}. Wood-fired, ash-glazed, often cracked.",
		"By day I write tender documents; by night I bind books nobody asked for.",
		"Second-year apprentice at a boatyard near {city}.",
		"I run the repair café in {city}, every first Saturday.",
		"Luthier. Three guitars, one hurdy-gurdy, one regrettable ukulele.",
		"Textile conservator with a weakness for indigo 💙.",
		"Electronics hobbyist: synthesizers, tide clocks, a doorbell that plays the shipping forecast.",
		"Letterpress printer. I own 400 kg of lead and no car.",
		"New here! I sew sails in {city} and want to learn to splice properly.",
		"Blacksmith, four years in. Knives, hooks, one very heavy garden gate.",
		"Net maker. My father made nets, and his mother did too.",
		"I teach woodwork to twelve-year-olds, who are better than me at dovetails.",
		"Furniture restorer. If it creaks, I am interested.",
		"Kayak builder: skin on frame, cedar strip, and one made of ice-cream tubs.",
		"I make toys that survive children.",
	}
}

func bioMiddles() []string {
	return []string{
		"Always looking for offcuts of larch or elm.",
		"I joined to find people who finish things.",
		"Happy to lend tools to anyone who brings them back sharper.",
		"My bench is open on Thursday evenings if you are near {city}.",
		"Currently failing at steam bending.",
		"Ask me about rivets. Please, somebody ask me about rivets.",
		"I have two left hands, and both are getting better.",
		"I keep a photo diary of every project, including the ones that burned.",
		"Mother of three, owner of eleven planes.",
		"I speak English, Spanish and a bit of sign language.",
		"Working my way through a 1911 manual page by page.",
		"Most of what I know I learned in this community.",
		"Trying to get by without epoxy for a year.",
		"Colour-blind dyer, so I ask a lot of questions.",
	}
}

func bioClosings() []string {
	return []string{
		"Say hello if you come through {city}.",
		"Portfolio: <a href=\"https://example.com/portfolio\">example.com/portfolio</a>",
		"She/her. Tea, no sugar.",
		"They/them 🌊",
		"Slow to answer in summer, I am on the water.",
		"I do not sell commissions, but I do swap.",
		"<em>Measure twice, swear once.</em>",
		"Available for workshops from autumn.",
		"Dog in profile picture is called Bosun.",
	}
}

// nativeBios are whole bios in a language.
func nativeBios(lang string) []string {
	switch lang {
	case "es":
		return []string{"Trabajo la madera en un taller de {city}. Aprendí con mi abuela.", "Hago redes y arreglo barcas. Siempre hay café. ☕"}
	case "no":
		return []string{"Bygger og reparerer trebåter. Helst klinkbygd, helst utendørs.", "Strikker mest i regnvær. Det vil si mye."}
	case "de":
		return []string{"Ich baue Möbel aus altem Eichenholz, am liebsten ohne Schrauben.", "Druckwerkstatt in {city}. Kein Verkauf, nur Tausch."}
	case "fr":
		return []string{"Je teins des laines avec ce que je trouve sur la plage.", "Charpente navale à {city}, reliure le dimanche."}
	case "pl":
		return []string{"Naprawiam stare radia i nowe rowery."}
	case "uk":
		return []string{"Шию вітрила та ремонтую старі швейні машинки."}
	case "el":
		return []string{"Φτιάχνω ξύλινες βάρκες, μικρές και πεισματάρικες."}
	case "tr":
		return []string{"Çömlek yapıyorum; fırın bazen benden yana, bazen değil."}
	case "ar":
		return []string{"أعمل في الخزف والخط العربي، وأحب تعليم الأطفال.", "نجارة وقوارب صغيرة وشاي كثير."}
	case "he":
		return []string{"נגרות, תיקונים וקצת יותר מדי כלי עבודה."}
	case "hi":
		return []string{"लकड़ी का काम, पुराने रेडियो और चाय।"}
	case "zh":
		return []string{"喜欢木工和陶艺，慢慢学，慢慢做。"}
	case "ja":
		return []string{"木工と金継ぎをしています。{city}在住。", "古いラジオを直すのが好きです。"}
	case "ko":
		return []string{"천연 염색과 바느질을 합니다. 반갑습니다."}
	case "vi":
		return []string{"Làm gốm cuối tuần, sửa thuyền khi rảnh."}
	case "pt":
		return []string{"Faço barcos pequenos e promessas grandes.", "Azulejo, cerâmica e paciência."}
	default:
		return nil
	}
}
