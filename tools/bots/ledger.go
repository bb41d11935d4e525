package main

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// maxUnseen is how many moves of one avatar wait to be seen; older ones are
// given up: nobody who observes looks there.
const maxUnseen = 32

// ledger is where all bots note what they sent and saw.
type ledger struct {
	mu        sync.Mutex
	measuring bool
	moves     map[id.AvatarID][]sentMove // oldest first
	words     map[string]time.Time
	phrases   map[spokenPhrase]time.Time
	seen      []time.Duration
	heard     []time.Duration
	said      int
	moved     int
	passed    int // portals
	outcomes  map[protocol.Outcome]int
}

type sentMove struct {
	heading uint8
	gait    protocol.Gait
	at      time.Time
}

type spokenPhrase struct {
	avatar id.AvatarID
	phrase id.PhraseID
}

func newLedger() *ledger {
	return &ledger{
		moves:    make(map[id.AvatarID][]sentMove),
		words:    make(map[string]time.Time),
		phrases:  make(map[spokenPhrase]time.Time),
		outcomes: make(map[protocol.Outcome]int),
	}
}

func (l *ledger) begin() { l.set(true) }
func (l *ledger) end()   { l.set(false) }

func (l *ledger) set(on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.measuring = on
}

// sent notes a move that differs from the one before it.
func (l *ledger) sent(avatar id.AvatarID, m sentMove) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.measuring {
		return
	}
	l.moved++
	waiting := l.moves[avatar]
	if len(waiting) >= maxUnseen {
		waiting = slices.Delete(waiting, 0, 1)
	}
	l.moves[avatar] = append(waiting, m)
}

// saw notes that an observer, which has had the avatar in sight since a time,
// saw it in a state. Moves before the one seen were overtaken by it: they are
// seen now too.
func (l *ledger) saw(avatar id.AvatarID, heading uint8, gait protocol.Gait, since, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	waiting := l.moves[avatar]
	for i := len(waiting) - 1; i >= 0; i-- {
		if m := waiting[i]; m.heading != heading || m.gait != gait {
			continue
		}
		for _, m := range waiting[:i+1] {
			if m.at.After(since) {
				l.seen = append(l.seen, now.Sub(m.at))
			}
		}
		l.moves[avatar] = slices.Delete(waiting, 0, i+1)
		return
	}
}

// restart forgets all that was measured.
func (l *ledger) restart() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen, l.heard, l.said, l.moved, l.passed = nil, nil, 0, 0, 0
	clear(l.words)
	clear(l.phrases)
	clear(l.outcomes)
}

// passedPortal counts an avatar that came into another room.
func (l *ledger) passedPortal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.measuring {
		l.passed++
	}
}

// forget drops an avatar's moves: it is in another room.
func (l *ledger) forget(avatar id.AvatarID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.moves, avatar)
}

func (l *ledger) saidWords(text string, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.measuring {
		delete(l.words, text) // words that were measured once are said again
		return
	}
	l.said++
	l.words[text] = at
}

func (l *ledger) saidPhrase(avatar id.AvatarID, phrase id.PhraseID, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.measuring {
		delete(l.phrases, spokenPhrase{avatar, phrase})
		return
	}
	l.said++
	l.phrases[spokenPhrase{avatar, phrase}] = at
}

func (l *ledger) heardWords(text string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at, ok := l.words[text]; ok {
		l.heard = append(l.heard, now.Sub(at))
	}
}

func (l *ledger) heardPhrase(avatar id.AvatarID, phrase id.PhraseID, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at, ok := l.phrases[spokenPhrase{avatar, phrase}]; ok {
		l.heard = append(l.heard, now.Sub(at))
	}
}

func (l *ledger) outcome(o protocol.Outcome) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.measuring {
		l.outcomes[o]++
	}
}

func (l *ledger) fill(r *report) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Said, r.Heard = l.said, len(l.heard)
	r.MoveP50, r.MoveP99 = percentile(l.seen, 50), percentile(l.seen, 99)
	r.HeardP50, r.HeardP99 = percentile(l.heard, 50), percentile(l.heard, 99)
}

var outcomeNames = [...]string{"shown", "masked", "blocked", "muted", "too fast", "too long", "phrases only", "closed", "not judged"}

func (l *ledger) summary() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := fmt.Sprintf("bots: %d moves sent, %d times one was seen; %d times through a portal; speech:", l.moved, len(l.seen), l.passed)
	for o, name := range outcomeNames {
		if n := l.outcomes[protocol.Outcome(o)]; n > 0 {
			s += fmt.Sprintf(" %d %s", n, name)
		}
	}
	return s
}

// percentile is in milliseconds, by the nearest rank; 0 of nothing.
func percentile(d []time.Duration, p int) float64 {
	if len(d) == 0 {
		return 0
	}
	d = slices.Sorted(slices.Values(d))
	rank := (len(d)*p + 99) / 100
	return round(float64(d[max(rank, 1)-1]) / float64(time.Millisecond))
}

// round keeps two places.
func round(f float64) float64 { return math.Round(f*100) / 100 }
