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
		{"appeal", &Appeal{Utterance: 1 << 40}},
	}
}

func eventSamples() []sample[Event] {
	return []sample[Event]{
		{"welcome", &Welcome{You: 5, Name: "ふわふわペンギン", Bracket: id.El34, Look: id.NewLook(1, 2, 3, 4, 5, 1), Demo: true,
			Phrases: []PhraseText{{1, "こんにちは"}, {2, "{一緒|いっしょ}にあそぼう"}}}},
		{"welcome-observer", &Welcome{Phrases: []PhraseText{}}},
		{"entered", &Entered{Room: "kariya/plaza/2", Title: "{刈谷駅前|かりやえきまえ}", Atlas: "plaza-0123456789ab", Tick: 900, X: 5120, Y: 2560}},
		{"frame-first", &Frame{Tick: 901, Reset: true, Self: &Self{Ack: 7, X: 5177, Y: 2560, Heading: 0, Gait: Walk},
			Known:  []Known{{5, Who{id.Visitor, "ふわふわペンギン", 0x151321}}, {6, Who{id.Companion, "かきつ", 0}}},
			Motion: motion("stated-walking", "stated-seated"), Far: []byte{1, 17, 40, 0xac, 2, 0x80, 1}}},
		{"frame-turns", &Frame{Tick: 902, Known: []Known{}, Motion: motion("walks", "stands", "gone")}},
		{"frame-all-walk-on", &Frame{Tick: 903, Known: []Known{}}},
		{"frame-comes", &Frame{Tick: 904, Self: &Self{Ack: 8, X: -1, Y: 70000, Heading: 255, Gait: Stand},
			Known: []Known{{70000, Who{id.Bot, "b", 0}}}, Motion: motion("stated-far"), Far: []byte{1}}},
		{"frame-observer", &Frame{Tick: 4294967295, Known: []Known{}, Motion: motion("gone")}},
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
		{"answer-why", &Answer{Seq: 3, Outcome: Blocked, Text: "だれかが {悲|かな}しくなるかも しれない。", Utterance: 1<<40 + 1}},
		{"retracted", &Retracted{Utterance: 1 << 40}},
		{"retracted-own", &Retracted{Utterance: 1 << 40, Text: "さっきの ことばは、{取|と}りけしました。"}},
		{"appealed", &Appealed{Utterance: 1 << 40, Text: "しらせてくれて ありがとう。"}},
		{"reading", &Reading{Utterance: 1 << 40, Text: "{今日|きょう}は{一人|ひとり}だよ"}},
	}
}

func recordSamples() []sample[Record] {
	return []sample[Record]{
		{"walks", Record{Op: Walks, Avatar: 6, Heading: 200}},
		{"stands", Record{Op: Stands, Avatar: 300, Heading: 64}},
		{"stated-walking", Record{Op: Stated, Avatar: 5, X: 5177, Y: 2560, Gait: Walk}},
		{"stated-seated", Record{Op: Stated, Avatar: 6, X: 4000, Y: 2000, Heading: 128, Gait: Seated, Emote: id.EmoteNote, Ghost: true}},
		{"stated-far", Record{Op: Stated, Avatar: 70000, X: -1, Y: 70000, Heading: 192, Emote: id.EmoteSleep}},
		{"gone", Record{Op: Gone, Avatar: 4294967295}},
	}
}

// motion is the samples of these names, one after the other.
func motion(names ...string) (b []byte) {
	for _, n := range names {
		for _, s := range recordSamples() {
			if s.Name == n {
				b = AppendRecord(b, &s.Value)
			}
		}
	}
	return b
}
