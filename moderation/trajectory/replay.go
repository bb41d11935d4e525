package trajectory

import (
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// Replay runs dialogues through scorers and a memory as the gate does, without
// a gate: what tools and tests feed turn by turn. One goroutine may use it.
type Replay struct {
	scorers []moderation.Scorer
	plan    *Plan
	lean    Lean

	memory *Trajectory
	base   id.VisitorID // of this dialogue: no two have a speaker in common
	people []string
	heard  []moderation.Line
	last   id.UtteranceID
}

// heardFor is how long a session keeps what its visitor has heard.
const heardFor = time.Minute

// Raised is one alert that staff or the watch list would get.
type Raised struct {
	Speaker string
	moderation.Alert
}

// NewReplay returns a replay of the first tier's scorers; lean may be nil. Begin
// starts a dialogue.
func NewReplay(p *Plan, lean Lean, scorers ...moderation.Scorer) *Replay {
	return &Replay{scorers: scorers, plan: p, lean: lean}
}

// Begin forgets all and starts a dialogue among speakers, all of whom are
// there from the first turn.
func (r *Replay) Begin(speakers ...string) {
	r.memory = New(r.plan, r.lean, nil)
	r.base += id.VisitorID(len(r.people))
	r.people, r.heard = r.people[:0], r.heard[:0]
	r.last = 0
	for _, s := range speakers {
		r.who(s)
	}
}

func (r *Replay) who(speaker string) id.VisitorID {
	for i, s := range r.people {
		if s == speaker {
			return r.base + id.VisitorID(i+1)
		}
	}
	r.people = append(r.people, speaker)
	return r.base + id.VisitorID(len(r.people))
}

// epoch is when every dialogue begins; only differences count.
var epoch = time.Date(2026, time.April, 6, 15, 0, 0, 0, time.UTC)

// Say is one turn, at after the dialogue's beginning. It gives the verdict with
// what the memory adds, and the alerts that are new.
func (r *Replay) Say(speaker, text string, at time.Duration) (moderation.Verdict, []Raised) {
	r.last++
	u := moderation.Utterance{
		ID: r.last, Speaker: r.who(speaker), Name: speaker, Kind: id.Visitor, Road: moderation.Say, Text: text, At: epoch.Add(at),
	}
	for len(r.heard) > 0 && u.At.Sub(r.heard[0].At) > heardFor {
		r.heard = r.heard[1:]
	}
	u.Before = r.heard
	var v moderation.Verdict
	for _, s := range r.scorers {
		v = v.Merge(s.Score(u).Clone())
	}
	var near []moderation.Hearer
	for i := range r.people {
		if h := r.base + id.VisitorID(i+1); h != u.Speaker {
			near = append(near, moderation.Hearer{Visitor: h})
		}
	}
	r.heard = append(r.heard, moderation.Line{At: u.At, Speaker: u.Speaker, Name: speaker, Text: text})
	add, alerts := r.memory.Note(u, near, v)
	var out []Raised
	for _, a := range alerts {
		out = append(out, Raised{speaker, a})
	}
	return moderation.Settle(u, v.Merge(add)), out
}
