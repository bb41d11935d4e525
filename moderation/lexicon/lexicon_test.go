package lexicon

import (
	"os"
	"testing"
)

const listFolder = "../../assets/words/moderation"

func load(t testing.TB) *Lexicon {
	t.Helper()
	x, err := Load(os.DirFS(listFolder))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestLoad(t *testing.T) {
	x := load(t)
	t.Logf("%d rules, %d patterns, %d literals, %d nodes", x.Rules(), len(x.m.p.rules), len(x.m.p.uses), len(x.m.p.trie.end))
}
