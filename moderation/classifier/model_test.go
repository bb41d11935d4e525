package classifier

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/moderation"
)

func small() *Model {
	m := &Model{Keys: []uint32{3, 1 << 20, 1 << 31}, Squares: []uint8{20, 40, 1}}
	for i := range len(m.Keys) * lanes {
		m.Weights = append(m.Weights, int8(i*7%255-127))
	}
	for h := range m.Scale {
		m.Scale[h], m.Bias[h] = .01, -float32(h)
	}
	m.Index()
	return m
}

func TestModelRoundTrip(t *testing.T) {
	m := small()
	b, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	n, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	again, err := n.Encode()
	if err != nil || string(again) != string(b) {
		t.Fatal("not the same bytes", err)
	}
	var x, y [Heads]float64
	features := []uint32{3, 3, 7, 1 << 31}
	NewScale(m).Sums(features, &x)
	NewScale(n).Sums(features, &y)
	if x != y {
		t.Fatalf("%v, and then %v", x, y)
	}
}

// Sums adds bytes eight at a time; here they are added one by one.
func TestSumsAreSums(t *testing.T) {
	m := &Model{}
	var features []uint32
	for i := range 700 {
		k := uint32(i * 1234567)
		m.Keys, m.Squares, features = append(m.Keys, k), append(m.Squares, 20), append(features, k, k+1)
		for h := range lanes {
			m.Weights = append(m.Weights, int8((i*31+h*17)%255-127))
		}
	}
	for h := range m.Scale {
		m.Scale[h] = 1
	}
	m.Index()
	var got, want [Heads]float64
	s := NewScale(m)
	for range 3 {
		s.Sums(features, &got)
		for h := range want {
			want[h] = 0
			for i := range m.Keys {
				want[h] += float64(m.Weights[i*lanes+h])
			}
			if d := want[h] - got[h]*26.683328128252668; d > 1e-6 || d < -1e-6 { // the root of 712
				t.Fatalf("head %d: %v, want %v", h, got[h]*26.683328128252668, want[h])
			}
		}
	}
}

// Chance leaves out inputs that are nothing and sums four outputs at a time;
// here they are summed one by one, to the same bit.
func TestChanceIsTheSum(t *testing.T) {
	m := &Model{}
	var in [Inputs]float32
	rng := rand.New(rand.NewPCG(4, 100))
	for range 100 {
		for i := range in {
			in[i] = float32(max(0, rng.NormFloat64()))
		}
		for o := range m.Stack {
			m.StackBias[o] = float32(rng.NormFloat64())
			for i := range m.Stack[o] {
				m.Stack[o][i] = float32(rng.NormFloat64())
			}
		}
		var got Chances
		m.Chance(&in, &got)
		for o := range got {
			z := m.StackBias[o]
			for i, x := range in {
				z += float32(m.Stack[o][i] * x)
			}
			if want := float32(Logistic(float64(z))); got[o] != want {
				t.Fatalf("%s: %v, want %v", OutputName(o), got[o], want)
			}
		}
	}
}

// Whatever is wrong with a model file is an ErrModel, and costs no more memory
// than a model may have.
func TestBrokenModels(t *testing.T) {
	b, err := small().Encode()
	if err != nil {
		t.Fatal(err)
	}
	for n := range b {
		if _, err := Decode(b[:n]); !errors.Is(err, ErrModel) {
			t.Fatalf("%d of %d bytes: %v", n, len(b), err)
		}
		c := append([]byte(nil), b...)
		c[n] ^= 1
		if m, err := Decode(c); n >= len(magic) && n < len(magic)+32 {
			continue // the source is no part of what it does
		} else if err == nil {
			// A bit that no reader of deflated bytes looks at.
			if again, err := m.Encode(); err != nil || string(again) != string(b) {
				t.Fatalf("byte %d turned: another model", n)
			}
		} else if !errors.Is(err, ErrModel) {
			t.Fatalf("byte %d turned: %v", n, err)
		}
	}
}

// folder is the lists with another model file, or none.
func folder(t *testing.T, model []byte) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	names, err := fs.Glob(modwords.Lists, "*.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		b, err := fs.ReadFile(modwords.Lists, n)
		if err != nil {
			t.Fatal(err)
		}
		out[n] = &fstest.MapFile{Data: b}
	}
	if model != nil {
		out[ModelFile] = &fstest.MapFile{Data: model}
	}
	return out
}

func TestLoadNamesTheModel(t *testing.T) {
	if _, err := Load(folder(t, nil)); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), ModelFile) {
		t.Errorf("no model: %v", err)
	}
	if _, err := Load(folder(t, []byte("not a model"))); !errors.Is(err, ErrModel) || !strings.Contains(err.Error(), ModelFile) {
		t.Errorf("a broken model: %v", err)
	}
}

func TestModelIsSmall(t *testing.T) {
	b, err := fs.ReadFile(modwords.Lists, ModelFile)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) >= 1<<20 {
		t.Errorf("%d bytes", len(b))
	}
}

// A support score never blocks, whatever it is: by the rule, not by a
// threshold.
func TestSupportNeverBlocks(t *testing.T) {
	j := load(t)
	th := j.scale.m.Thresholds
	th.Doubt, th.Spare = 1, 1
	for _, text := range []string{"もう死にたい", "パパになぐられる", "きょうはカレー", "しねって毎日いわれる"} {
		u := utter(text)
		j.Score(u)
		z, p := j.sums, j.chances
		z[HeadSupport], z[HeadHarm] = 3, -3
		for o := range p {
			p[o] = 1
		}
		p[Stop] = .99
		if v := moderation.Settle(u, Rule(&th, j.lex, &z, &p, false)); v.Show >= moderation.Hold {
			t.Errorf("%q: %s", text, v.Show)
		}
	}
}

// Every span stays in the text, and a twin says the same.
func FuzzScore(f *testing.F) {
	for _, s := range []string{ordinary, mixed, "090-1234-5678", "しね", "パパになぐられる", "らいんおしえて", "", "😀😀", "\u200b", "https://example.com"} {
		f.Add(s)
	}
	j := load(f)
	twin := j.Twin()
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "")
		v, w := j.Score(utter(s)), twin.Score(utter(s))
		n := len([]rune(s))
		for _, sp := range v.Spans {
			if sp.From < 0 || sp.From >= sp.To || sp.To > n {
				t.Fatalf("%q: span %v of %d", s, sp, n)
			}
		}
		if v.Show != w.Show || v.Concern != w.Concern || len(v.Reasons) != len(w.Reasons) {
			t.Fatalf("%q: %+v, and then %+v", s, v, w)
		}
	})
}
