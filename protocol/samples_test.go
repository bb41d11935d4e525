package protocol

import "kakitsubata/protocol/id"

// A sample is a named value: the golden vectors, the round trips and the fuzz
// seeds all start from these. Append only, as the wire is.
type sample[T any] struct {
	Name  string
	Value T
}

func intentSamples() []sample[Intent] {
	return []sample[Intent]{
		{"move", &Move{Seq: 7, Tick: 12345, Heading: 64, Gait: Walk}},
		{"move-stop-at-once", &Move{Seq: 4294967295, Tick: 0, Heading: 255, Gait: Stand}},
		{"say", &Say{Seq: 1, Text: "今日はいい天気だね!"}},
		{"say-emoji", &Say{Seq: 300, Text: "わーい👨‍👩‍👧‍👦"}},
		{"phrase", &Phrase{Seq: 2, Phrase: 12}},
		{"emote", &Emote{Emote: id.EmoteWave}},
		{"sit", &Sit{Seat: 3}},
		{"hide", &Hide{Avatar: 70000, Hidden: true}},
		{"show-again", &Hide{Avatar: 9, Hidden: false}},
		{"report", &Report{Avatar: 9, Reason: ReportAsksSecrets}},
		{"ping", &Ping{Nonce: 0xdeadbeef}},
		{"asleep", &Asleep{Asleep: true}},
		{"leave", &Leave{}},
	}
}

func eventSamples() []sample[Event] {
	return []sample[Event]{
		{"welcome", &Welcome{You: 5, Name: "ふわふわペンギン", Bracket: id.El34, Look: id.NewLook(1, 2, 3, 4, 5, 1), Demo: true,
			Phrases: []PhraseText{{1, "こんにちは"}, {2, "{一緒|いっしょ}にあそぼう"}}}},
		{"welcome-observer", &Welcome{Phrases: []PhraseText{}}},
		{"entered", &Entered{Room: "kariya/plaza/2", Title: "{刈谷駅前|かりやえきまえ}", Atlas: "plaza-0123456789ab", Tick: 900, X: 5120, Y: 2560}},
		{"frame", &Frame{Tick: 901, Self: Self{Ack: 7, X: 5177, Y: 2560, Heading: 0, Gait: Walk}, Cells: []Cell{
			{Index: 17, Full: true, Gone: []id.AvatarID{}, Avatars: []Avatar{
				{Avatar: 5, X: 5177, Y: 2560, Gait: Walk, Who: &Who{id.Visitor, "ふわふわペンギン", 0x151321}},
				{Avatar: 6, X: 4000, Y: 2000, Heading: 128, Gait: Seated, Emote: id.EmoteNote, Ghost: true, Who: &Who{id.Companion, "かきつ", 0}},
			}},
			{Index: 18, Avatars: []Avatar{{Avatar: 8, X: -1, Y: 70000, Heading: 192}}, Gone: []id.AvatarID{9, 400}},
			{Index: 300, Full: true, Avatars: []Avatar{}, Gone: []id.AvatarID{}},
		}}},
		{"frame-observer", &Frame{Tick: 4294967295, Cells: []Cell{}}},
		{"heard", &Heard{Utterance: 1 << 40, Avatar: 6, By: id.Companion, Name: "かきつ", Text: "こんにちは。"}},
		{"phrased", &Phrased{Avatar: 5, By: id.Visitor, Name: "ふわふわペンギン", Phrase: 2}},
		{"answer-shown", &Answer{Seq: 1, Outcome: Shown}},
		{"answer-muted", &Answer{Seq: 2, Outcome: Muted, Wait: 10, Text: "すこし{休|やす}もう。"}},
		{"notice", &Notice{Title: "ひとりじゃないよ", Text: "{話|はな}してくれてありがとう。", Lines: []NoticeLine{
			{Name: "{児童|じどう}{相談所|そうだんじょ}", Phone: "189", URL: "https://example.jp/", Hours: "24{時間|じかん}", Text: "ただで{話|はな}せるよ"}}}},
		{"whisper", &Whisper{Badge: "みまもりスタッフ", Text: "だいじょうぶ?"}},
		{"lamp", &Lamp{On: true}},
		{"speech", &Speech{Mode: SpeechPhrases, Text: "いまは きまった ことばだけ つかえるよ。"}},
		{"leaving", &Leaving{Code: LeaveDrain, Again: true, After: 2500, Text: "また あとでね。"}},
		{"pong", &Pong{Nonce: 0xdeadbeef, Tick: 902}},
		{"beat", &Beat{Tick: 903}},
		{"refused", &Refused{Code: RefuseTaken, Text: "そこには すわれないよ。"}},
		{"hidden", &Hidden{Avatar: 9, Hidden: true}},
	}
}
