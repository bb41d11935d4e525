package session

import (
	"context"
	"slices"
	"sync"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

const (
	// appealFor is how long a child may say that a verdict was wrong. Words that
	// were shown as they are stay no longer than any that were heard.
	appealFor = 10 * time.Minute
	maxOwn    = 8  // of one's own words that may be appealed
	maxTold   = 64 // utterances that may be taken back from a visitor
)

// Appeal is a visitor's word that a verdict on its own words was wrong.
type Appeal struct {
	Utterance moderation.Utterance // with its number, and what the visitor heard before
	Verdict   moderation.Verdict
	Outcome   protocol.Outcome // what the visitor was told
	Retracted bool             // the words were shown first, and taken back
	Case      id.CaseID        // that the gate wrote for the words, if any
}

// own is what a visit remembers of words by their number: its own, in memory
// alone, for an appeal; and which were told to it, without what they said, so
// that they can be taken back. The speech slot, the read pump, the room and
// whoever retracts share it.
type own struct {
	mu   sync.Mutex
	said []ownWords // oldest first
	told []id.UtteranceID
	next int
}

type ownWords struct {
	Appeal
	until time.Time // it is forgotten
}

// open reports whether there is something to appeal.
func (w *ownWords) open() bool {
	return w.Retracted || w.Outcome == protocol.Masked || w.Outcome == protocol.Blocked || w.Outcome == protocol.Muted
}

func (o *own) trim(now time.Time) {
	o.said = slices.DeleteFunc(o.said, func(w ownWords) bool { return now.After(w.until) })
}

// find is one's own words of that number; the lock must be held.
func (o *own) find(u id.UtteranceID) *ownWords {
	for i := range o.said {
		if o.said[i].Utterance.ID == u {
			return &o.said[i]
		}
	}
	return nil
}

// hear notes that words were told; the lock must be held.
func (o *own) hear(u id.UtteranceID) {
	if len(o.told) < maxTold {
		o.told = append(o.told, u)
		return
	}
	o.told[o.next%maxTold] = u
	o.next++
}

// keep remembers what became of one's own words.
func (s *Session) keep(u moderation.Utterance, a moderation.Answer, o protocol.Outcome) {
	if a.Utterance == 0 {
		return
	}
	now := time.Now()
	u.ID = a.Utterance
	w := ownWords{until: now.Add(protocol.HeardFor), Appeal: Appeal{Utterance: u, Verdict: a.Verdict, Outcome: o, Case: a.Case}}
	if w.open() {
		w.until = now.Add(appealFor)
	}
	s.own.mu.Lock()
	defer s.own.mu.Unlock()
	s.own.trim(now)
	if len(s.own.said) == maxOwn {
		s.own.said = slices.Delete(s.own.said, 0, 1)
	}
	s.own.said = append(s.own.said, w)
}

// Retract takes words back that this visitor said or was told. The city must
// say that they are retracted before it calls this. The speaker alone is told
// why: v is the second look's.
func (s *Session) Retract(u id.UtteranceID, v moderation.Verdict) {
	s.own.mu.Lock()
	defer s.own.mu.Unlock()
	s.heard.retract(u)
	e := protocol.Retracted{Utterance: u}
	if w := s.own.find(u); w != nil {
		if w.Retracted {
			return
		}
		w.Retracted, w.Verdict, w.until = true, v, time.Now().Add(appealFor)
		e.Text = s.city.TakenBack(v, s.Reader())
	} else if !slices.Contains(s.own.told, u) {
		return
	}
	s.Send(&e)
}

// appeal passes a visitor's appeal on.
func (r *reader) appeal(m *protocol.Appeal, now time.Time) protocol.Code {
	if _, ok := r.appeals.take(now); !ok {
		return protocol.RefuseFast
	}
	r.own.mu.Lock()
	r.own.trim(now)
	var a Appeal
	ok := false
	if w := r.own.find(m.Utterance); w != nil && w.open() {
		a, ok = w.Appeal, true
	}
	r.own.mu.Unlock()
	if !ok {
		return protocol.RefuseRange
	}
	return r.send(errand{appeal: &a})
}

func (s *Session) sendAppeal(ctx context.Context, a Appeal) {
	ctx, cancel := context.WithTimeout(ctx, keepWait)
	defer cancel()
	if s.city.Appeal(ctx, a) != nil {
		s.refuse(protocol.RefuseLater)
		return
	}
	s.Send(&protocol.Appealed{Utterance: a.Utterance.ID, Text: s.city.Sentence("appeal.thanks", s.Reader())})
}
