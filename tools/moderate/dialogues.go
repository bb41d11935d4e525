package main

import (
	"encoding/json"
	"io"

	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
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

func followAll(j *classifier.Judge, in io.Reader, out io.Writer) error {
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
			case *t.At < last:
				return bad(n, "turn %d: time goes back", i+1)
			}
			last = *t.At
		}
		return enc.Encode(dialogueOut{*d.ID, follow(j, d.Turns)})
	})
}

// follow raises what each turn calls for, and again only if it is new: another
// category of the same speaker, or a higher level.
func follow(j *classifier.Judge, turns []turnIn) []raised {
	type key struct {
		speaker  string
		category moderation.Category
	}
	told := map[key]moderation.Concern{}
	out := []raised{}
	for i, t := range turns {
		u := said(*t.Text)
		v := moderation.Settle(u, j.Score(u))
		for _, r := range v.Reasons {
			k := key{*t.Speaker, r.Category}
			if r.Concern > told[k] {
				told[k] = r.Concern
				out = append(out, raised{*t.Speaker, r.Category, i + 1, r.Concern.String()})
			}
		}
	}
	return out
}
