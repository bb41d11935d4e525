package trajectory

import (
	"testing"

	modwords "kakitsubata/assets/words/moderation"
)

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(modwords.Lists); err != nil {
			b.Fatal(err)
		}
	}
}
