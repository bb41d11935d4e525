package main

import (
	"encoding/json"
	"io"
	"slices"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
	"kakitsubata/moderation/trajectory"
)

type turnIn struct {
	Speaker *string  `json:"speaker"`
	Text    *string  `json:"text"`
	At      *float64 `json:"t_seconds"`
}

type dialogueIn struct {
	ID    *string  `json:"id"`
	Turns []turnIn `json:"turns"`
}

type raised struct {
	Speaker  string              `json:"speaker"`
	Category moderation.Category `json:"category"`
	Turn     int                 `json:"turn"`
	Level    string              `json:"level"`
}

type dialogueOut struct {
	ID     string   `json:"id"`
	Raised []raised `json:"raised"`
}

// maxSeconds is longer than any talk: ten years.
const maxSeconds = 10 * 365 * 24 * 3600

func followAll(j *classifier.Judge, p *trajectory.Plan, in io.Reader, out io.Writer) error {
	replay := trajectory.NewReplay(p, j.Lean, j)
	enc := json.NewEncoder(out)
	return eachLine(in, func(n int, line []byte) error {
		var d dialogueIn
		if err := decode(n, line, &d); err != nil {
			return err
		}
		if d.ID == nil || d.Turns == nil {
			return bad(n, "want id and turns")
		}
		last := 0.0
		for i, t := range d.Turns {
			switch {
			case t.Speaker == nil || t.Text == nil || t.At == nil:
				return bad(n, "turn %d: want speaker, text and t_seconds", i+1)
			case *t.At < 0 || *t.At > maxSeconds:
				return bad(n, "turn %d: no time of a talk: %v", i+1, *t.At)
			case *t.At < last:
				return bad(n, "turn %d: time goes back", i+1)
			}
			last = *t.At
		}
		return enc.Encode(dialogueOut{*d.ID, follow(replay, d.Turns)})
	})
}

// follow gives every alert of one dialogue, by the memory that the gate has.
func follow(r *trajectory.Replay, turns []turnIn) []raised {
	var who []string
	for _, t := range turns {
		if !slices.Contains(who, *t.Speaker) {
			who = append(who, *t.Speaker)
		}
	}
	r.Begin(who...)
	out := []raised{}
	for i, t := range turns {
		_, alerts := r.Say(*t.Speaker, *t.Text, time.Duration(*t.At*float64(time.Second)))
		for _, a := range alerts {
			out = append(out, raised{a.Speaker, a.Category, i + 1, a.Level.String()})
		}
	}
	return out
}
