package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

// Paces of a live page.
const (
	liveEvery   = 2 * time.Second  // rooms and numbers
	beatEvery   = 15 * time.Second // something is sent at least this often
	lookUpEvery = 30 * time.Second // is the session still good?
	readAgain   = 30 * time.Second // the live cases, although nobody told of one
	writeWait   = 10 * time.Second // a browser that does not read is let go
)

// stream keeps one open page up to date by server-sent events, in the
// request's own goroutine:
//
//	part       HTML of parts of the page, as a JSON string
//	alarm      a sentence to be read aloud, as a JSON string
//	out        the session is over
//	elsewhere  too many pages of this session are open
func (c *Console) stream(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no")
	p := &livePage{c: c, w: w, control: http.NewResponseController(w), sent: make(map[string]string)}
	// The server's time-outs are meant for pages that end.
	_ = p.control.SetReadDeadline(time.Time{})
	defer func() { _ = p.control.SetWriteDeadline(time.Time{}) }()

	now := c.now()
	s, a, err := c.session(r, now)
	if errors.Is(err, ErrUnknown) {
		_ = p.send("out", "")
		return
	}
	if err != nil {
		c.broken(w, r, err)
		return
	}
	if n, err := strconv.ParseUint(r.URL.Query().Get("case"), 10, 64); err == nil {
		p.only = id.CaseID(n)
		// A page that came back after a restart is a look as well.
		if !c.duty.hasOpened(s.Key, p.only) {
			c.duty.touch(s.Key, s.Staff, now)
			if err := c.look(visit{w, r, s, a, now, ""}, p.only); err != nil {
				c.broken(w, r, err)
				return
			}
		}
	}
	p.overview = r.URL.Query().Get("page") == "now"
	st := c.duty.open(s.Key, s.Staff, now)
	defer func() { c.duty.shut(s.Key, st, c.now()) }()
	if err := p.run(r, s.Key, st); err != nil && r.Context().Err() == nil {
		c.log.Debug("console: a live page ended", "err", err)
	}
}

type livePage struct {
	c        *Console
	w        http.ResponseWriter
	control  *http.ResponseController
	overview bool      // the page shows city, rooms and cases
	only     id.CaseID // the page shows this case

	sent  map[string]string // what the browser has of each part
	cases []casebook.Case   // as last read
	stale bool              // a case has changed since
	known map[id.CaseID]bool
}

func (p *livePage) run(r *http.Request, key Key, st *stream) error {
	c, ctx := p.c, r.Context()
	follow, cancel := c.cases.Follow(32)
	defer func() { cancel() }()
	tick := time.NewTicker(c.liveEvery)
	defer tick.Stop()
	var sinceBeat, sinceLookUp, sinceRead time.Duration
	p.stale = true
	for {
		_, changed := c.duty.state()
		wrote, err := p.update(r)
		if err != nil {
			return err
		}
		if wrote {
			sinceBeat = 0
		}
		select {
		case <-ctx.Done():
			return nil
		case <-c.draining:
			return nil // the browser comes back by itself
		case <-st.end:
			if st.out {
				return p.send("out", "")
			}
			return p.send("elsewhere", "")
		case <-changed:
		case _, ok := <-follow:
			p.stale = true
			if !ok {
				follow = nil // it told faster than we read; follow again at the next tick
			}
		case <-tick.C:
			if follow == nil {
				cancel()
				follow, cancel = c.cases.Follow(32)
				p.stale = true
			}
			sinceBeat, sinceLookUp, sinceRead = sinceBeat+c.liveEvery, sinceLookUp+c.liveEvery, sinceRead+c.liveEvery
			if sinceRead >= readAgain {
				sinceRead, p.stale = 0, true
			}
			if sinceLookUp >= c.lookUpEvery {
				sinceLookUp = 0
				if _, _, err := c.lookUp(ctx, key, c.now()); errors.Is(err, ErrUnknown) {
					return p.send("out", "")
				}
			}
			if sinceBeat >= beatEvery {
				sinceBeat = 0
				if err := p.write(":\n\n"); err != nil {
					return err
				}
			}
		}
	}
}

// update sends what differs from what the browser has.
func (p *livePage) update(r *http.Request) (wrote bool, err error) {
	c := p.c
	if p.stale {
		all, err := c.cases.Live(r.Context())
		if err != nil {
			return false, err
		}
		p.stale, p.cases = false, all
		if err := p.alarm(); err != nil {
			return false, err
		}
	}
	wait, t := c.waiting(p.cases)
	parts := []part{{"tally", t}}
	rooms := c.live.Rooms()
	titles := roomTitles(rooms)
	if p.overview {
		parts = append(parts, part{"cases", c.cards(wait, titles)}, part{"state", c.stateView(rooms)}, part{"rooms", roomViews(rooms)})
	}
	if p.only != 0 {
		k, err := c.cases.Case(r.Context(), p.only)
		if err != nil {
			return false, err
		}
		judged, err := c.store.CaseJudgements(r.Context(), c.city, p.only)
		if err != nil {
			return false, err
		}
		card := c.card(k, titles)
		parts = append(parts, part{"head", card}, part{"take", card})
		parts = append(parts, part{"now", c.nowView(k.Visitor, titles)}, part{"words", c.wordsView(k, judged)}, part{"notes", c.notesView(k)})
	}
	var html bytes.Buffer
	for _, part := range parts {
		text, err := c.fragment(part.name, part.body)
		if err != nil {
			return false, err
		}
		if p.sent[part.name] == text {
			continue
		}
		p.sent[part.name] = text
		html.WriteString(text)
	}
	if html.Len() == 0 {
		return false, nil
	}
	return true, p.send("part", html.String())
}

type part struct {
	name string
	body any
}

// alarm tells of urgent cases that were not there when the page was opened, and
// that nobody has taken.
func (p *livePage) alarm() error {
	first := p.known == nil
	known := make(map[id.CaseID]bool, len(p.cases))
	for _, k := range p.cases {
		// What staff opened by hand is taken from the start, and news all the same.
		if k.Mark || !urgent(k) || k.State != casebook.Open && k.Source != casebook.Manual {
			continue
		}
		known[k.ID] = true
		if first || p.known[k.ID] {
			continue
		}
		if err := p.send("alarm", "緊急のケースが届きました。"+k.Name); err != nil {
			return err
		}
	}
	p.known = known
	return nil
}

func (p *livePage) send(event, text string) error {
	b, err := json.Marshal(text)
	if err != nil {
		return err
	}
	return p.write("event: " + event + "\ndata: " + string(b) + "\n\n")
}

func (p *livePage) write(s string) error {
	_ = p.control.SetWriteDeadline(time.Now().Add(writeWait))
	if _, err := p.w.Write([]byte(s)); err != nil {
		return err
	}
	return p.control.Flush()
}
