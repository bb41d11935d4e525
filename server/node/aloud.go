package node

import (
	"context"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"kakitsubata/protocol/id"
	"kakitsubata/server/reading"
	"kakitsubata/server/reading/furigana"
	"kakitsubata/server/session"
)

// aloud reads what is said to those who want furigana: beside everything else,
// after the words have been shown. What it can't do in time is not done.
type aloud struct {
	asks    chan ask
	names   map[string]string // the city's own words
	log     *slog.Logger
	dropped atomic.Int64
}

// ask is a wish for a reading: of words that a session heard, or of a text
// whose reading somebody waits for.
type ask struct {
	to     *session.Session
	of     id.UtteranceID
	text   string
	answer chan string // of who waits; nil otherwise
}

const (
	maxAsks   = 512 // that wait; more are not read
	freshFor  = 30 * time.Second
	readAtAll = time.Second // that a member of staff's words wait for their readings
)

func newAloud(names map[string]string, log *slog.Logger) *aloud {
	return &aloud{asks: make(chan ask, maxAsks), names: names, log: log}
}

// hear has words read that a session has just been told. It never waits.
func (a *aloud) hear(s *session.Session, of id.UtteranceID, text string) {
	if a == nil || !furigana.Has(text) {
		return
	}
	select {
	case a.asks <- ask{to: s, of: of, text: text}:
	default:
		a.dropped.Add(1)
	}
}

// read gives a text with readings for a reader, or as it is when that takes too
// long. It is for who may wait.
func (a *aloud) read(ctx context.Context, text string, r id.Reader) string {
	if a == nil || !furigana.Has(text) {
		return text
	}
	ctx, cancel := context.WithTimeout(ctx, readAtAll)
	defer cancel()
	q := ask{text: text, answer: make(chan string, 1)}
	select {
	case a.asks <- q:
	case <-ctx.Done():
		return text
	}
	select {
	case marked := <-q.answer:
		return reading.Lessen(marked, r)
	case <-ctx.Done():
		return text
	}
}

// run reads until ctx ends. A fault ends furigana and nothing else. The dictionary is opened when it is first wanted.
// What was read is kept for as long as a lively room may repeat it to all who
// are near, and no longer: words are not kept.
func (a *aloud) run(ctx context.Context) error {
	if a == nil {
		return nil
	}
	defer func() {
		if r := recover(); r != nil { // what a panic says may hold words
			a.log.Error("furigana broke; the city goes on without it", "stack", string(debug.Stack()))
		}
	}()
	var d *furigana.Dictionary
	fresh, old := map[string]string{}, map[string]string{}
	turn := time.NewTicker(freshFor)
	defer turn.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-turn.C:
			fresh, old = map[string]string{}, fresh
		case q := <-a.asks:
			if d == nil {
				var err error
				begin := time.Now()
				if d, err = furigana.Open(a.names); err != nil {
					a.log.Error("there is no furigana", "err", err)
					return nil
				}
				a.log.Info("dictionary", "words", "ipa", "took", time.Since(begin).Round(time.Millisecond).String())
			}
			marked, ok := fresh[q.text]
			if !ok {
				if marked, ok = old[q.text]; !ok {
					marked = d.Mark(q.text)
				}
				if len(fresh) < maxAsks {
					fresh[q.text] = marked
				}
			}
			if q.answer != nil {
				q.answer <- marked
				continue
			}
			if text := reading.Lessen(marked, q.to.Reader()); text != q.text {
				q.to.Read(q.of, text)
			}
		}
	}
}

// names are the words that the city itself reads: its places, with all that
// stands on its maps. They come before the dictionary's.
func (n *Node) names() map[string]string {
	out := map[string]string{}
	note := func(markup string) {
		for base, ruby := range reading.Words(markup) {
			if len([]rune(base)) > 1 && strings.IndexFunc(base, func(r rune) bool { return r < 0x2e80 }) < 0 {
				out[base] = ruby
			}
		}
	}
	note(n.pack.Title)
	for _, p := range n.town.places {
		note(p.Title)
		for _, text := range p.atlas.Texts() {
			note(text)
		}
	}
	return out
}
