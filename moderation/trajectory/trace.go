package trajectory

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// Store keeps traces, each until it expires. Its methods may be called by any
// goroutine; the gate's loop never waits for them.
type Store interface {
	// PutTraces writes traces in place of the earlier ones of the same visitors
	// and drops what has expired by now; a zero Until drops the visitor's.
	PutTraces(ctx context.Context, city id.CityID, now time.Time, traces []moderation.Trace) error
	// Traces lists those that have not expired by now, the one that lasts
	// longest first, at most limit.
	Traces(ctx context.Context, city id.CityID, now time.Time, limit int) ([]moderation.Trace, error)
}

// traceVersion grows when a field changes its meaning; an older trace is left
// out.
const traceVersion = 1

// written is a trace's body.
type written struct {
	V       int           `json:"v"`
	Bracket id.Bracket    `json:"b,omitempty"`
	Last    time.Time     `json:"l"`
	Marks   []writtenMark `json:"m,omitempty"`
	Told    []writtenTold `json:"t,omitempty"`
}

type writtenMark struct {
	At     time.Time      `json:"a"`
	Of     uint64         `json:"u"`
	Name   string         `json:"n,omitempty"`
	Text   string         `json:"x"`
	Stage  string         `json:"s"`
	Weight int            `json:"w"`
	Near   []id.VisitorID `json:"h,omitempty"`
}

type writtenTold struct {
	Category moderation.Category `json:"c"`
	Level    moderation.Concern  `json:"l"`
	At       time.Time           `json:"a"`
}

// Changed implements moderation.Memory: in the order of visitors, those who
// were dropped first.
func (t *Trajectory) Changed() []moderation.Trace {
	out := t.leaving
	t.leaving = nil
	n := len(out)
	for _, p := range t.known {
		if p.changed {
			p.changed = false
			out = append(out, t.trace(p))
		}
	}
	slices.SortFunc(out[n:], func(a, b moderation.Trace) int { return int(a.Visitor) - int(b.Visitor) })
	return out
}

func (t *Trajectory) trace(p *past) moderation.Trace {
	w := written{V: traceVersion, Bracket: p.bracket, Last: p.last}
	until := time.Time{}
	for _, m := range p.marks {
		w.Marks = append(w.Marks, writtenMark{m.at, uint64(m.of), m.name, m.text, t.plan.stages[m.stage].name, m.weight, m.near})
		until = m.at.Add(Keep)
	}
	for _, d := range p.told {
		w.Told = append(w.Told, writtenTold{d.category, d.level, d.at})
		if end := d.at.Add(Keep); end.After(until) {
			until = end
		}
	}
	if until.IsZero() {
		return moderation.Trace{Visitor: p.visitor}
	}
	body, err := json.Marshal(w)
	if err != nil { // of strings, numbers and times of this era
		return moderation.Trace{Visitor: p.visitor}
	}
	return moderation.Trace{Visitor: p.visitor, Until: until, Body: body}
}

// restore reads a trace. Signs of stages that are no more are left out.
func (p *Plan) restore(tr moderation.Trace) (*past, bool) {
	var w written
	if err := json.Unmarshal(tr.Body, &w); err != nil || w.V != traceVersion || tr.Visitor == 0 {
		return nil, false
	}
	out := &past{visitor: tr.Visitor, bracket: w.Bracket, last: w.Last}
	for _, m := range w.Marks {
		s, ok := p.byName[m.Stage]
		if !ok || m.Weight < 0 || m.Weight > 1000*one || len(m.Near) > maxNear {
			continue
		}
		out.marks = append(out.marks, mark{m.At, id.UtteranceID(m.Of), m.Name, m.Text, s, m.Weight, m.Near})
	}
	if n := len(out.marks) - maxMarks; n > 0 {
		out.marks = slices.Delete(out.marks, 0, n)
	}
	for _, d := range w.Told {
		if d.Level <= moderation.Urgent && len(out.told) < 32 {
			out.told = append(out.told, told{d.Category, d.Level, d.At})
		}
	}
	return out, true
}
