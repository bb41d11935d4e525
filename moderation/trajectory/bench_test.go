package trajectory

import (
	"testing"

	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/moderation"
)

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(modwords.Lists); err != nil {
			b.Fatal(err)
		}
	}
}

// Promise: no more than 20 µs for what holds no sign, without an allocation.
func BenchmarkNote(b *testing.B) {
	m := New(load(b), nil, nil)
	u := said(1, 1, 0, "きょうの給食カレーだった、おかわりした人いる？")
	hear := near(2, 3)
	b.ReportAllocs()
	for b.Loop() {
		m.Note(u, hear, moderation.Verdict{})
	}
}
