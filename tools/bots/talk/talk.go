// Package talk has sentences for bots to say: harmless, and each but once.
// It never says anything itself.
package talk

// Sentences of bots: harmless, and each but once. Digits are left out, for
// many look like a phone number.
var (
	places  = [...]string{"こうえんで", "えきのまえで", "いけのそばで", "としょかんで", "はなのよこで", "きのしたで", "みちのうえで", "ベンチで", "はしのうえで", "ひろばで", "おかのうえで", "もりのなかで", "かわのそばで", "まちかどで", "にわで", "すなばで"}
	colours = [...]string{"あかい", "あおい", "しろい", "きいろい", "まるい", "ちいさい", "おおきい", "ながい", "かるい", "やわらかい", "あたらしい", "げんきな", "しずかな", "きれいな", "ふしぎな", "かわいい"}
	things  = [...]string{"とりが", "ねこが", "いぬが", "ちょうが", "はなが", "くもが", "かめが", "ふうせんが", "でんしゃが", "ボールが", "はっぱが", "うさぎが", "かえるが", "さかなが", "こおろぎが", "ほしが"}
	doings  = [...]string{"うたってる", "おどってる", "はねてる", "ゆれてる", "ねてる", "まわってる", "ひかってる", "とんでる", "うごいてる", "とまってる", "あそんでる", "ならんでる", "ころがってる", "のびてる", "わらってる", "みてる"}
	ends    = [...]string{"ね", "よ", "なあ", "みたい", "かも", "んだ", "よね", "ねえ"}
)

// Sentence is the n-th of half a million; neighbours differ in every word.
func Sentence(n int) string {
	n = n * 197 % (16 * 16 * 16 * 16 * 8) // odd: every n has its own
	return places[n&15] + colours[n>>4&15] + things[n>>8&15] + doings[n>>12&15] + ends[n>>16&7]
}
