package sandbox

import "strings"

// culture is a stock of names that go together, with where their bearers
// mostly live and what they may write in.
type culture struct {
	lang        string // ISO 639-1
	first, last []personName
	homes       []home
}

// personName is a name as its bearer writes it, and as it looks in an e-mail
// address.
type personName struct{ shown, handle string }

// home is where somebody lives.
type home struct{ city, zone string }

// cultures is the name bank: many scripts, diacritics, an emoji here and
// there, and people with a single name.
func cultures() []culture {
	return []culture{
		{
			"en",
			parseNames("Ada Grace Owen Hazel Rowan Imogen Callum Bryony Silas Maeve|maeve Percy Tamsin Joss Wren🌿|wren Dorothy"),
			parseNames("Whitlock Ashby Pemberton Marlowe Hargreaves O'Connell|oconnell Trevithick Lockwood Fairweather Sato-Reid|satoreid Brannigan Kershaw MacLeod|macleod Thorne"),
			[]home{{"Falmouth, UK", "Europe/London"}, {"Gloucester, MA", "America/New_York"}, {"Halifax, Nova Scotia", "America/Halifax"}, {"Hobart, Tasmania", "Australia/Hobart"}},
		},
		{
			"es",
			parseNames("María|maria José|jose Lucía|lucia Iñaki|inaki Ximena Joaquín|joaquin Pilar Nicolás|nicolas Rocío|rocio Mateo Begoña|begona Andrés|andres"),
			parseNames("García|garcia Muñoz|munoz Ibáñez|ibanez Quiroga Peña|pena Echeverría|echeverria Fuentes Zúñiga|zuniga Rivas Domínguez|dominguez Salazar Núñez|nunez"),
			[]home{{"Valparaíso, Chile", "America/Santiago"}, {"Veracruz, México", "America/Mexico_City"}, {"Bermeo", "Europe/Madrid"}},
		},
		{
			"no",
			parseNames("Søren|soren Åsa|asa Bjørn|bjorn Linnéa|linnea Eirik Ásdís|asdis Henrik Saga Jørgen|jorgen Freja Tove Kåre|kare"),
			parseNames("Lindqvist Ødegård|odegard Dahl Þórsdóttir|thorsdottir Bergström|bergstrom Kjær|kjaer Nygaard Åkesson|akesson Holm Sæther|saether Virtanen Mäkinen|makinen"),
			[]home{{"Bergen, Norway", "Europe/Oslo"}, {"Göteborg", "Europe/Stockholm"}, {"Reykjavík, Iceland", "Atlantic/Reykjavik"}},
		},
		{
			"de",
			parseNames("Jürgen|juergen Käthe|kaethe Lukas Annegret Björn|bjoern Friederike Götz|goetz Marlene Uwe Änne|aenne Till Heike"),
			parseNames("Müller|mueller Groß|gross Schäfer|schaefer Vogt Krämer|kraemer Weiß|weiss Brandt Jäger|jaeger Petersen Hübner|huebner Lorenz Kühn|kuehn"),
			[]home{{"Hamburg, Germany", "Europe/Berlin"}, {"Kiel", "Europe/Berlin"}},
		},
		{
			"fr",
			parseNames("Zoë|zoe Étienne|etienne Chloé|chloe François|francois Aurélie|aurelie Loïc|loic Maëlle|maelle Benoît|benoit Océane|oceane Rémi|remi Solène|solene Gaël|gael"),
			parseNames("Lefèvre|lefevre Delacroix Bélanger|belanger Moreau Fournier Gauthier Kerbrat Rousseau Tremblay Chevalier D'Aubigné|daubigne Perrin"),
			[]home{{"Brest, France", "Europe/Paris"}, {"Québec", "America/Toronto"}},
		},
		{
			"pl",
			parseNames("Łukasz|lukasz Agnieszka Zdeněk|zdenek Božena|bozena Wojciech Jiří|jiri Małgorzata|malgorzata Šárka|sarka Dušan|dusan Ewa Stanisław|stanislaw Tereza"),
			parseNames("Wiśniewski|wisniewski Dvořák|dvorak Kowalczyk Novotná|novotna Żak|zak Horváth|horvath Szymański|szymanski Černý|cerny Popović|popovic Krajíček|krajicek Nagy Pokorný|pokorny"),
			[]home{{"Gdańsk, Poland", "Europe/Warsaw"}, {"Praha", "Europe/Prague"}},
		},
		{
			"uk",
			parseNames("Олена|olena Тарас|taras Ярослава|yaroslava Богдан|bohdan Дмитро|dmytro Соломія|solomiia Анна|anna Ігор|ihor"),
			parseNames("Шевчук|shevchuk Коваленко|kovalenko Мельник|melnyk Бондар|bondar Ткаченко|tkachenko Лисенко|lysenko Гончар|honchar"),
			[]home{{"Одеса, Україна", "Europe/Kyiv"}},
		},
		{
			"el",
			parseNames("Ελένη|eleni Γιώργος|giorgos Δήμητρα|dimitra Νίκος|nikos Ιωάννα|ioanna Σπύρος|spyros Κατερίνα|katerina"),
			parseNames("Παπαδάκης|papadakis Νικολάου|nikolaou Βλάχου|vlachou Μαρινάκης|marinakis Ξένος|xenos Καραγιάννη|karagianni"),
			[]home{{"Θεσσαλονίκη", "Europe/Athens"}, {"Σύρος", "Europe/Athens"}},
		},
		{
			"tr",
			parseNames("Çağla|cagla Ömer|omer Ayşe|ayse İbrahim|ibrahim Gülşen|gulsen Şahin|sahin Defne Uğur|ugur Zeynep Tolga"),
			parseNames("Yıldız|yildiz Öztürk|ozturk Çelik|celik Kılıç|kilic Aydın|aydin Şimşek|simsek Güneş|gunes Doğan|dogan"),
			[]home{{"İzmir, Türkiye", "Europe/Istanbul"}},
		},
		{
			"ar",
			parseNames("ليلى|layla يوسف|yousef فاطمة|fatima كريم|karim نور|nour سليم|salim هدى|huda زياد|ziad"),
			parseNames("الحداد|alhaddad النجار|alnajjar منصور|mansour الخياط|alkhayat صباغ|sabbagh البحري|albahri قاسم|qasim"),
			[]home{{"الإسكندرية", "Africa/Cairo"}, {"صور", "Asia/Beirut"}},
		},
		{
			"he",
			parseNames("נועה|noa איתן|eitan תמר|tamar יונתן|yonatan שירה|shira אורי|uri"),
			parseNames("כהן|cohen מזרחי|mizrahi פרידמן|friedman בן־דוד|bendavid שגיא|sagi"),
			[]home{{"חיפה", "Asia/Jerusalem"}},
		},
		{
			"fa",
			parseNames("نگار|negar آرش|arash مهسا|mahsa کاوه|kaveh شیرین|shirin بابک|babak"),
			parseNames("رستمی|rostami کریمی|karimi فرهادی|farhadi نوری|nouri تهرانی|tehrani"),
			[]home{{"بندرعباس", "Asia/Tehran"}},
		},
		{
			"hi",
			parseNames("अनन्या|ananya रोहन|rohan मीरा|meera अर्जुन|arjun Priya Vikram Kavya Siddharth Lakshmi Rajesh"),
			parseNames("शर्मा|sharma Iyer पटेल|patel Banerjee Deshpande Reddy चौहान|chauhan Krishnamurthy"),
			[]home{{"Mumbai, India", "Asia/Kolkata"}, {"कोच्चि", "Asia/Kolkata"}},
		},
		{
			"zh",
			parseNames("美玲|meiling 建国|jianguo 小雨|xiaoyu 志强|zhiqiang 雪梅|xuemei 子涵|zihan 文博|wenbo 思远|siyuan"),
			parseNames("王|wang 李|li 陈|chen 欧阳|ouyang 赵|zhao 周|zhou 林|lin 黄|huang"),
			[]home{{"厦门", "Asia/Shanghai"}, {"高雄", "Asia/Taipei"}},
		},
		{
			"ja",
			parseNames("陽子|yoko 健太|kenta さくら|sakura 大輔|daisuke 美咲|misaki 直樹|naoki ゆい|yui 翔|sho"),
			parseNames("佐藤|sato 鈴木|suzuki 高橋|takahashi 渡辺|watanabe 小林|kobayashi 山口|yamaguchi 清水|shimizu"),
			[]home{{"横浜市", "Asia/Tokyo"}, {"函館", "Asia/Tokyo"}},
		},
		{
			"ko",
			parseNames("지우|jiwoo 민준|minjun 서연|seoyeon 하은|haeun 도윤|doyoon 수빈|subin"),
			parseNames("김|kim 박|park 최|choi 정|jung 강|kang 윤|yoon"),
			[]home{{"부산", "Asia/Seoul"}},
		},
		{
			"vi",
			parseNames("Thảo|thao Minh Quỳnh|quynh Đức|duc Hương|huong Tuấn|tuan Lan Phúc|phuc"),
			parseNames("Nguyễn|nguyen Trần|tran Phạm|pham Đặng|dang Bùi|bui Lê|le"),
			[]home{{"Đà Nẵng", "Asia/Ho_Chi_Minh"}},
		},
		{
			"yo",
			parseNames("Adébáyò|adebayo Ngozi Chidi Fọláṣadé|folasade Emeka Yétúndé|yetunde Ifeoma Tunde Zainab Musa"),
			parseNames("Okafor Adéyẹmí|adeyemi Nwosu Balogun Eze Ọláwálé|olawale Ibrahim Okonkwo"),
			[]home{{"Lagos, Nigeria", "Africa/Lagos"}},
		},
		{
			"sw",
			parseNames("Wanjirũ|wanjiru Baraka Achieng Juma Neema Otieno Thandiwe Sipho Nomvula Kagiso"),
			parseNames("Kamau Mwangi Odhiambo Njoroge Dlamini Nkosi Mokoena Mbeki Wambui"),
			[]home{{"Mombasa, Kenya", "Africa/Nairobi"}, {"Cape Town, South Africa", "Africa/Johannesburg"}},
		},
		{
			"am",
			parseNames("ሰላም|selam ዳዊት|dawit ሀና|hana በቀለ|bekele ፍቅር|fikir"),
			parseNames("ተስፋዬ|tesfaye ገብረ|gebre አበበ|abebe ወልደ|wolde"),
			[]home{{"አዲስ አበባ", "Africa/Addis_Ababa"}},
		},
		{
			"pt",
			parseNames("João|joao Conceição|conceicao Thiago Luísa|luisa Caetano Inês|ines Raimunda Otávio|otavio Íris|iris"),
			parseNames("Gonçalves|goncalves Araújo|araujo Magalhães|magalhaes Assunção|assuncao Ribeiro Simões|simoes Falcão|falcao"),
			[]home{{"Porto, Portugal", "Europe/Lisbon"}, {"Salvador, Brasil", "America/Bahia"}},
		},
		{
			"th",
			parseNames("สมชาย|somchai มาลี|malee อนันต์|anan ดวงใจ|duangjai ปิยะ|piya"),
			parseNames("ศรีสุข|srisuk วงศ์ทอง|wongthong ใจดี|jaidee แก้วมณี|kaewmanee"),
			[]home{{"Bangkok, Thailand", "Asia/Bangkok"}},
		},
		{
			"mi",
			parseNames("Aroha Tāne|tane Mereana Wiremu Kaʻiulani|kaiulani Keoni Hēmi|hemi Sefina"),
			parseNames("Ngata Parata Kealoha Tūhoe|tuhoe Māhoe|mahoe Faleolo Rēweti|reweti"),
			[]home{{"Whangārei, Aotearoa", "Pacific/Auckland"}, {"Honolulu, HI", "Pacific/Honolulu"}},
		},
		{
			"id",
			parseNames("Suharto Wayan Ketut Sukarni Budiono Ratna Hartono"),
			parseNames(""),
			[]home{{"Makassar", "Asia/Makassar"}, {"Semarang", "Asia/Jakarta"}},
		},
	}
}

// parseNames reads "Søren|soren Ada": what stands after the bar is the form
// for addresses, and by default it is the name in small letters.
func parseNames(list string) []personName {
	var out []personName
	for _, word := range strings.Fields(list) {
		shown, handle, given := strings.Cut(word, "|")
		if !given {
			handle = strings.ToLower(shown)
		}
		out = append(out, personName{shown, handle})
	}
	return out
}
