package panel

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func TestPieces(t *testing.T) {
	for in, want := range map[string][]piece{
		"":                 nil,
		"やあ":               {{"やあ", ""}},
		"{漢字|かんじ}":         {{"漢字", "かんじ"}},
		"お{母|かあ}さん、{森|もり}": {{"お", ""}, {"母", "かあ"}, {"さん、", ""}, {"森", "もり"}},
		"{壊れた":             {{"{壊れた", ""}},
		"{ない}印":            {{"{ない}印", ""}},
		"{a|b|c}":          {{"{a|b|c}", ""}},
		"{{漢|かん}":          {{"{", ""}, {"漢", "かん"}},
		"{空|}":             {{"空", ""}},
		"<b>{字|じ}</b>":     {{"<b>", ""}, {"字", "じ"}, {"</b>", ""}},
	} {
		if got := pieces(in); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
	if got := plainText("お{母|かあ}さん"); got != "お母さん" {
		t.Error(got)
	}
}

func FuzzPieces(f *testing.F) {
	f.Add("お{母|かあ}さん")
	f.Add("{{|}|{|}}")
	f.Fuzz(func(t *testing.T, s string) {
		n := 0
		for _, p := range pieces(s) {
			n += len(p.text) + len(p.reading)
		}
		if n > len(s) {
			t.Fatalf("%q grew to %d bytes", s, n)
		}
		if !strings.ContainsAny(s, "{") && plainText(s) != s {
			t.Fatalf("%q changed", s)
		}
	})
}

func TestBubblesDoNotCoverEachOther(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const w, h, top = 320, 568, 50
	shrunk := 0
	for range 300 {
		var bs []box
		for i := range 8 {
			bs = append(bs, box{w: 60 + rng.Float64()*150, h: 30 + rng.Float64()*50,
				headX: 160 + rng.Float64()*150 - 75, headY: 300 + rng.Float64()*150 - 75, priority: i})
		}
		arrange(bs, w, h, top)
		for i := range bs {
			if bs[i].small {
				shrunk++
				continue
			}
			if bs[i].x < placeEdge-1 || bs[i].x+bs[i].w > w-placeEdge+1 || bs[i].y < top {
				t.Fatalf("outside: %+v", bs[i])
			}
			for j := range i {
				if !bs[j].small && overlaps(&bs[i], &bs[j]) {
					t.Fatalf("%+v covers %+v", bs[i], bs[j])
				}
			}
		}
		if bs[0].small {
			t.Fatal("the newest is not shown")
		}
	}
	if shrunk > 300*8/2 {
		t.Fatalf("%d of %d shrunk", shrunk, 300*8)
	}
}

func TestABubbleOfOneWhoIsOffTheScreen(t *testing.T) {
	b := []box{{w: 100, h: 30, headX: 900, headY: 200}}
	arrange(b, 400, 300, 10)
	if !b[0].far || b[0].x+b[0].w > 400 || b[0].y+b[0].h > 300 {
		t.Fatalf("%+v", b[0])
	}
}
