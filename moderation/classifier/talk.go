package classifier

import (
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/lexicon"
	"kakitsubata/protocol/id"
)

// What was said before says what words mean: among children who play tag,
// "I've got you" is no threat. Of each line that somebody said of late a few
// numbers are remembered, and no word.
const (
	talkLines  = 8
	talkFor    = 10 * time.Minute
	maxTalkers = 4096
	maxPartner = 6
)

// line is what is remembered of one.
type line struct {
	at                int64  // nanoseconds
	frames            uint32 // see lexicon.Seen
	need, harm, grave float32
}

// talker is somebody's latest lines; the oldest makes room.
type talker struct {
	lines [talkLines]line
	next  int
	last  int64
}

// talks is who said what of late; one goroutine's.
type talks struct {
	of map[id.VisitorID]*talker
}

// Context is what the lines before an utterance say about it.
type Context struct {
	Lines             int // in a talk of none, all is zero
	Frames            [lexicon.Frames]uint8
	OwnNeed, OwnHarm  float32 // the most that the speaker's lines were, 0 to 1
	HeardNeed         float32 // the most that others' lines were
	HeardHarm, Grave  float32
	CalmNeed, CalmAll float32 // the mean
}

// before fills c with what u's speaker, and those whom u's speaker has heard
// in the last minute, said of late.
func (t *talks) before(u *moderation.Utterance, c *Context) {
	*c = Context{}
	if u.Speaker == 0 || u.Road != moderation.Say {
		return
	}
	now := u.At.UnixNano()
	t.add(u.Speaker, true, now, c)
	var met [maxPartner]id.VisitorID
	n := 0
next:
	for i := len(u.Before) - 1; i >= 0 && n < maxPartner; i-- {
		s := u.Before[i].Speaker
		if s == 0 || s == u.Speaker {
			continue
		}
		for _, m := range met[:n] {
			if m == s {
				continue next
			}
		}
		met[n] = s
		n++
		t.add(s, false, now, c)
	}
	if c.Lines > 0 {
		c.CalmNeed /= float32(c.Lines)
		c.CalmAll /= float32(c.Lines)
	}
}

func (t *talks) add(v id.VisitorID, own bool, now int64, c *Context) {
	p := t.of[v]
	if p == nil {
		return
	}
	for i := range p.lines {
		l := &p.lines[i]
		if l.at == 0 || l.at > now || now-l.at > int64(talkFor) {
			continue
		}
		c.Lines++
		for f := range c.Frames {
			c.Frames[f] += uint8(l.frames >> f & 1)
		}
		if own {
			c.OwnNeed, c.OwnHarm = max(c.OwnNeed, l.need), max(c.OwnHarm, l.harm)
		} else {
			c.HeardNeed, c.HeardHarm = max(c.HeardNeed, l.need), max(c.HeardHarm, l.harm)
		}
		c.Grave = max(c.Grave, l.grave)
		c.CalmNeed += l.need
		c.CalmAll += max(l.need, l.harm)
	}
}

// note remembers u, whose heads said z.
func (t *talks) note(u *moderation.Utterance, z *[Heads]float64, frames uint32) {
	if u.Speaker == 0 || u.Road != moderation.Say {
		return
	}
	p := t.of[u.Speaker]
	if p == nil {
		t.room(u.At.UnixNano())
		p = &talker{}
		t.of[u.Speaker] = p
	}
	p.last = u.At.UnixNano()
	p.lines[p.next] = line{
		at: p.last, frames: frames,
		need:  float32(Logistic(3 * z[HeadSupport])),
		harm:  float32(Logistic(3 * z[HeadHarm])),
		grave: float32(Logistic(3 * z[HeadGrave])),
	}
	p.next = (p.next + 1) % talkLines
}

// room makes room for one more talker: who was silent longest goes.
func (t *talks) room(now int64) {
	if len(t.of) < maxTalkers {
		return
	}
	var out id.VisitorID
	oldest := int64(0)
	for v, p := range t.of {
		switch {
		case now-p.last > int64(talkFor):
			delete(t.of, v)
		case out == 0 || p.last < oldest || p.last == oldest && v < out:
			out, oldest = v, p.last
		}
	}
	if len(t.of) >= maxTalkers {
		delete(t.of, out)
	}
}
