package messages

import (
	"strings"
	"testing"
	"testing/fstest"

	"kakitsubata/protocol/id"
	"kakitsubata/server/reading"
)

func TestLoad(t *testing.T) {
	authored, written, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(authored) < 150 || len(written) != len(id.Readers)-1 {
		t.Errorf("%d texts, written for %d readers", len(authored), len(written))
	}
	// A gap is a text in Japanese and no harm; anything else is.
	for _, f := range reading.Check(authored, written) {
		if !f.Gap {
			t.Errorf("%s: %v", File(f.Reader), f)
		}
	}
	for _, bad := range []string{"だめ", "ばか", "いけません", "しなければ", "きんし", "いはん", "はやく", "いそいで", "まけ", "さいご の チャンス"} {
		for key, text := range authored {
			if strings.Contains(reading.Kana(text), bad) {
				t.Errorf("%s says %s: %s", key, bad, text)
			}
		}
	}
}

func TestBrokenFiles(t *testing.T) {
	for text, why := range map[string]string{
		"a = \n": "ja.toml", "[a]\nb = 1\n": "a.b: is int64, not a text", "": "",
	} {
		_, _, err := Load(fstest.MapFS{"ja.toml": {Data: []byte(text)}})
		if (err == nil) != (why == "") || err != nil && !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("no file at all is no fault")
	}
}
