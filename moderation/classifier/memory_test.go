package classifier

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// kept are the utterances that are kept apart for judging, by the categories
// that they are labelled with; those of none are under "".
func kept(t testing.TB) map[moderation.Category][]string {
	t.Helper()
	files, err := filepath.Glob("../testdata/utterances/kept-*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal("nothing is kept apart", err)
	}
	out := map[moderation.Category][]string{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		in := bufio.NewScanner(f)
		for in.Scan() {
			var line struct {
				Text   string
				Labels []moderation.Category
			}
			if err := json.Unmarshal(in.Bytes(), &line); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if len(line.Labels) == 0 {
				line.Labels = []moderation.Category{""}
			}
			for _, c := range line.Labels {
				out[c] = append(out[c], line.Text)
			}
		}
		if err := in.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// Whatever is found, by the lists or by the model, alone, in a talk, or in a
// name: once its memory has grown a judge needs no more.
func TestAVerdictCostsNoMemory(t *testing.T) {
	j := load(t)
	all := kept(t)
	all[""] = append(all[""], "", longText(200), strings.Repeat("090-1234-5678 しね ", 12)[:200])
	lines, located := 0, 0
	for _, c := range append(moderation.Categories(), "") {
		named := 0
		for _, text := range all[c] {
			v := j.Score(utter(text))
			if slices.Contains(v.Labels(), c) || c == "" && len(v.Reasons) == 0 {
				named++
			}
			if slices.ContainsFunc(v.Reasons, func(r moderation.Reason) bool { return len(r.Spans) > 0 }) {
				located++
			}
		}
		if named < 20 {
			t.Errorf("%q is found in %d of %d lines: too few to say anything", c, named, len(all[c]))
		}
		lines += len(all[c])
		some := all[c][:min(len(all[c]), 80)]
		talk, names := talkOf(some), namesOf(some)
		for _, us := range [][]moderation.Utterance{alone(all[c]), talk, names} {
			if n := testing.AllocsPerRun(1, func() {
				for i := range us {
					j.Score(us[i])
				}
			}); n != 0 {
				t.Errorf("%q: %v allocations for %d lines of road %d by %d", c, n, len(us), us[0].Road, us[0].Speaker)
			}
		}
	}
	if located < lines/10 {
		t.Errorf("the lists find something in %d of %d lines: too few to say anything", located, lines)
	}
}

func alone(texts []string) (out []moderation.Utterance) {
	for _, s := range texts {
		out = append(out, utter(s))
	}
	return out
}

func namesOf(texts []string) (out []moderation.Utterance) {
	for _, s := range texts {
		out = append(out, moderation.Utterance{Road: moderation.Name, Text: s})
	}
	return out
}

// talkOf is texts said by three who hear each other.
func talkOf(texts []string) (talk []moderation.Utterance) {
	var heard []moderation.Line
	at := time.Date(2026, time.April, 6, 15, 0, 0, 0, time.UTC)
	for i, text := range texts {
		u := moderation.Utterance{Kind: id.Visitor, Speaker: id.VisitorID(i%3 + 1), Text: text, At: at, Before: heard[max(0, len(heard)-6):]}
		heard = append(heard, moderation.Line{At: at, Speaker: u.Speaker, Text: text})
		talk = append(talk, u)
		at = at.Add(5 * time.Second)
	}
	return talk
}

// A judge writes its next verdict where the last one was: what is kept is a
// clone, and that stays.
func TestAClonedVerdictStays(t *testing.T) {
	j := load(t)
	var clones []moderation.Verdict
	var said []string
	for _, texts := range kept(t) {
		for _, text := range texts[:min(len(texts), 50)] {
			v := j.Score(utter(text))
			said = append(said, fmt.Sprintf("%+v", v))
			v = v.Clone()
			clones = append(clones, v)
			_ = append(v.Reasons, moderation.Reason{Rule: "another's"})
			_ = append(v.Spans, moderation.Span{From: -1})
			for _, r := range v.Reasons {
				_ = append(r.Spans, moderation.Span{From: -1})
			}
		}
	}
	for i, v := range clones {
		if s := fmt.Sprintf("%+v", v); s != said[i] {
			t.Fatalf("verdict %d: %s became %s", i, said[i], s)
		}
	}
}

// BenchmarkKept is what a verdict costs on all that is kept apart.
func BenchmarkKept(b *testing.B) {
	j := load(b)
	var us []moderation.Utterance
	for _, texts := range kept(b) {
		us = append(us, alone(texts)...)
	}
	for i := range us {
		j.Score(us[i])
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		j.Score(us[i%len(us)])
		i++
	}
	b.ReportMetric(0, "promised-allocs/op")
}
