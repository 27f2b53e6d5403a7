package untrusted

import (
	"strings"
	"testing"
)

// What people write with, as they write it, of every family of scripts in use
// and of every kind of emoji sequence. All of it stays, byte for byte, in a
// name, in a text and in HTML.
func TestLivingScriptsStay(t *testing.T) {
	for name, text := range map[string]string{
		"Arabic, Persian":             "مرحبا بالعالم، می\u200cرود، خانه\u200cها، نمی\u200cدانم",
		"Persian abbreviation":        "۱۴۰۳ ه\u200d.ش",
		"Urdu, Pashto, Sindhi":        "یہ اردو ہے، دا پښتو ده، هي سنڌي آهي",
		"Kurdish, Uyghur":             "زمانی کوردی، ئۇيغۇرچە",
		"Arabic with all marks":       "إِنَّ ٱللَّهَ",
		"Syriac, Thaana":              "ܫܠܡܐ ދިވެހި",
		"Hebrew, Yiddish":             "בְּרֵאשִׁ֖ית ייִדיש",
		"N'Ko, Adlam, Rohingya":       "ߒߞߏ 𞤆𞤵𞤤𞤢𞤪 𐴌𐴗𐴥𐴝𐴙𐴚",
		"Tifinagh, Vai, Ethiopic":     "ⵜⴰⵎⴰⵣⵉⵖⵜ ꕙꔤ አማርኛ",
		"Hindi, Marathi, Nepali":      "हिन्दी, मराठी र\u094d\u200dय, श\u094d\u200cय, नेपाली",
		"Sanskrit":                    "संस्कृतम् । ॐ",
		"Bengali, Assamese":           "বাংলা র\u200d\u09cdয, ক\u09cd\u200cষ, অসমীয়া",
		"Punjabi, Gujarati, Odia":     "ਪੰਜਾਬੀ ગુજરાતી ଓଡ଼ିଆ",
		"Tamil, Telugu":               "தமிழ் க\u0bcd\u200cஷ, తెలుగు క\u0c4d\u200cష",
		"Kannada":                     "ಕನ್ನಡ ರ\u200d\u0ccdಕ, ಕ\u0ccd\u200cಷ",
		"Malayalam":                   "മലയാളം ന\u0d4d\u200d, ക\u0d4d\u200cഷ, ൺൻർൽൾ",
		"Sinhala":                     "සිංහල ක\u0dca\u200dෂ ප\u0dca\u200dර",
		"Thai, Lao":                   "ภาษาไทย ผู้ใหญ่ น้ำ กี่ ພາສາລາວ ນ້ຳ",
		"Khmer, Burmese, Shan":        "ភាសាខ្មែរ ស្ត្រី မြန်မာ ၵႂၢမ်းတႆး",
		"Tibetan, Dzongkha":           "བོད་སྐད། རྫོང་ཁ བསྒྲུབས",
		"Mongolian":                   "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ ᠠᠪᠤ\u180eᠠ ᠭ\u180d",
		"Javanese, Balinese, Sundan.": "ꦧꦱꦗꦮ ᬪᬵᬱᬵᬩᬮᬶ ᮘᮞ",
		"Meetei, Ol Chiki, Chakma":    "ꯃꯩꯇꯩ ᱥᱟᱱᱛᱟᱲᱤ 𑄌𑄋𑄴𑄟𑄳𑄦",
		"Gondi":                       "𑵠𑵳𑶗𑵠 𑴌𑴽𑵅𑴚",
		"Chinese":                     "简体中文，繁體中文。「引號」 𠮷 㐂 〇",
		"Japanese":                    "日本語 カタカナ ﾊﾝｶｸ ゞ々〜 辻\U000e0100 が",
		"Korean":                      "한국어 한글 ㅋㅋㅋ 가\u11a8",
		"Yi, Lisu, Miao, Bopomofo":    "ꆈꌠ ꓡꓲ 𖼀𖼵 ㄅㄆㄇ",
		"Vietnamese, Yoruba, Navajo":  "Tiếng Việt, Yorùbá ẹ̀kọ́, Diné bizaad ąą́",
		"Turkish, Polish, Icelandic":  "İstanbul ığüşöç, zażółć gęślą jaźń, þæö",
		"Greek, Cyrillic, Armenian":   "Ἀθῆναι, Ђоко, Їжак, қазақша, Հայերեն",
		"Georgian, Cherokee, Canad.":  "ქართული ᏣᎳᎩ ᐃᓄᒃᑎᑐᑦ",
		"Polytonic, decomposed":       "α\u0313\u0301 e\u0302\u0301",
		"direction, arrow":            "🏃🏽\u200d♀️\u200d➡️ 🙂\u200d↔️ 🙂\u200d↕️",
		"newer joins":                 "🧑\u200d🧑\u200d🧒\u200d🧒 🐦\u200d🔥 🍋\u200d🟩 ⛓️\u200d💥 ❤️\u200d🩹 👁️\u200d🗨️ 🐈\u200d⬛",
		"hands of two tones":          "🫱🏻\u200d🫲🏿 🧑🏻\u200d🤝\u200d🧑🏿",
		"couples":                     "👩🏾\u200d❤️\u200d👨🏼 👨\u200d❤️\u200d💋\u200d👨",
		"every skin tone":             "👋🏻👋🏼👋🏽👋🏾👋🏿",
		"professions":                 "👩\u200d⚕️ 🧑🏿\u200d⚖️ 👨🏼\u200d✈️ 🧑\u200d🎄 🥷🏽",
		"flags":                       "🇦🇷🇧🇷 🏴\u200d☠️ 🏳️\u200d⚧️ 🏳️\u200d🌈",
		"every keycap":                "0️⃣1️⃣9️⃣*️⃣#️⃣ 🔟",
		"text and emoji style":        "☎︎ ☎️ ✈︎ ✈️ ㊗️ ‼️ ⁉️ ™️ ℹ️",
	} {
		t.Run(name, func(t *testing.T) {
			if got := Line(text, 1000); got != text {
				t.Errorf("Line\n got %+q\nwant %+q", got, text)
			}
			if got := Plain(text, 1000); got != text {
				t.Errorf("Plain\n got %+q\nwant %+q", got, text)
			}
			if got := Text(text, 1000); got != text {
				t.Errorf("Text\n got %+q\nwant %+q", got, text)
			}
			if got := HTML("<p>"+text+"</p>", 1000); got != text {
				t.Errorf("HTML\n got %+q\nwant %+q", got, text)
			}
		})
	}
}

// What needs its neighbours to mean something goes where they are not.
func TestOutOfPlace(t *testing.T) {
	for in, want := range map[string]string{
		"a\u180eb":                        "ab",
		"ᠠ\u180e":                         "ᠠ",
		"ᠠ\u180e b":                       "ᠠ b",
		"ᠠ\u180e\u180eᠠ":                  "ᠠ\u180eᠠ",
		"ه\u200d!":                        "ه!",
		"م\u200d.":                        "م.",
		"ه\u200d":                         "ه",
		"a\u200d.":                        "a.",
		strings.Repeat("ه\u200d.", 3):     strings.Repeat("ه\u200d.", 3),
		"🏴" + tags("ustx") + "\U000e007f": "🏴",
		"😀\ufe0e\ufe0f":                   "😀\ufe0e",
	} {
		if got := Line(in, 100); got != want {
			t.Errorf("Line(%+q) = %+q, want %+q", in, got, want)
		}
	}
}

// Nothing that comes out is an image in Markdown, however it was written.
func TestNoImages(t *testing.T) {
	for in, want := range map[string]string{
		"![a](https://e.example/x.png)":              "[a](https://e.example/x.png)",
		"Wow!![a](https://e.example)":                "Wow[a](https://e.example)",
		"a!\u200b[b](c)":                             "a[b](c)",
		"!" + tags("x") + "[b][c]":                   "[b][c]",
		strings.Repeat("![", 40):                     strings.Repeat("[", maxRun),
		"! [b](c)":                                   "! [b](c)",
		"no! really!":                                "no! really!",
		strings.Repeat("!", 40) + "[":                "[",
		"\\![a](b)":                                  "\\[a](b)",
		"!\u0301[a](b)":                              "!\u0301[a](b)", // no image: the mark is between
		strings.Repeat("x", 12) + "!" + "[" + "](u)": strings.Repeat("x", maxRun) + "[](u)",
	} {
		for name, clean := range map[string]func(string, int) string{"Line": Line, "Text": Text, "Plain": Plain} {
			if got := clean(in, 100); got != want {
				t.Errorf("%s(%+q) = %+q, want %+q", name, in, got, want)
			}
		}
	}
	for in, want := range map[string]string{
		`<p>Look!<a href="https://e.example/x.png">here</a></p>`:              "Look! [here](https://e.example/x.png)",
		`<p><span>Look!</span><a href="https://e.example/x.png">here</a></p>`: "Look! [here](https://e.example/x.png)",
		`<p>![a](https://e.example/x.png)</p>`:                                "! [a](https://e.example/x.png)",
		`<p>Look!<img src="https://e.example/x.png" alt="x"></p>`:             "Look! [image: x](https://e.example/x.png)",
		`![a](https://e.example/x.png)`:                                       "[a](https://e.example/x.png)",
	} {
		if got := HTML(in, 100); got != want {
			t.Errorf("HTML(%q) = %q, want %q", in, got, want)
		}
	}
}
