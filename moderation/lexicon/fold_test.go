package lexicon

import "testing"

func TestVowel(t *testing.T) {
	for k, want := range map[rune]rune{'ぁ': 'あ', 'か': 'あ', 'が': 'あ', 'し': 'い', 'ね': 'え', 'っ': 'う', 'づ': 'う', 'と': 'お', 'ど': 'お', 'な': 'あ',
		'の': 'お', 'ぱ': 'あ', 'ぽ': 'お', 'ま': 'あ', 'も': 'お', 'ゃ': 'あ', 'よ': 'お', 'ら': 'あ', 'ろ': 'お', 'わ': 'あ', 'を': 'お', 'ん': 0, 'ゔ': 'う', '死': 0, 'a': 0} {
		if got := vowel(k); got != want {
			t.Errorf("vowel(%c) = %c, want %c", k, got, want)
		}
	}
}

func TestVoice(t *testing.T) {
	for _, c := range []struct{ k, mark, want rune }{
		{'か', voiced, 'が'}, {'タ', voiced, 'ダ'}, {'つ', voiced, 'づ'}, {'ト', voiced, 'ド'}, {'は', voiced, 'ば'}, {'ホ', semiVoiced, 'ポ'}, {'う', voiced, 'ゔ'},
	} {
		if got, ok := voice(c.k, c.mark); !ok || got != c.want {
			t.Errorf("voice(%c) = %c %v, want %c", c.k, got, ok, c.want)
		}
	}
	for _, k := range []rune{'あ', 'な', 'ん', 'が', 'ば', 'ぱ', 'っ', 'a', '死'} {
		if v, ok := voice(k, voiced); ok {
			t.Errorf("voice(%c) gives %c", k, v)
		}
	}
}
