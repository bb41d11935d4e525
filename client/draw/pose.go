package draw

import (
	"math"
	"time"

	"kakitsubata/client/scene"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// When one who does nothing begins to do what.
const (
	breathesAfter = 4 * time.Second
	looksAfter    = 12 * time.Second
	sitsAfter     = 60 * time.Second
	sleepsAfter   = 3 * time.Minute
	strideUnits   = 9 * UnitsPerPixel // walked for each frame: feet never slide
	squashFor     = 70 * time.Millisecond
	blinkFor      = 120 * time.Millisecond
	emoteFor      = 1600 * time.Millisecond
)

// never is when something happened that did not happen.
const never = -time.Hour

// mood is what an avatar's picture remembers from frame to frame.
type mood struct {
	dir     int // 0 down, 1 left, 2 up, 3 right
	blink   time.Duration
	walked  float64 // units at the last step that was heard
	steps   int
	walking bool
	squash  time.Duration // when it came to rest or landed
	emoteAt time.Duration // of the emote that has had its sparks
	asleep  bool
	dozed   time.Duration // of its last Z
	shake   time.Duration // when it shook its head
	seen    int
}

// An act is how an avatar is drawn just now.
type act struct {
	frame    string
	i        int
	mirrored bool
	lift     float64 // art pixels off the ground
	dx       float64
}

var (
	dirNames     = [4]string{"down", "left", "up", "left"}
	breatheNames = [4]string{"breathe-down", "breathe-left", "breathe-up", "breathe-left"}
	sitNames     = [4]string{"sit-down", "sit-left", "sit-up", "sit-left"}
	squashNames  = [4]string{"squash-down", "squash-left", "squash-up", "squash-left"}
)

// turn is the direction of a heading; one that was taken is kept near its
// borders, so that a diagonal does not flicker.
func turn(was int, heading uint8) int {
	const slack = 8
	centre := [4]uint8{64, 128, 192, 0}
	if d := int8(heading - centre[was]); d > -32-slack && d < 32+slack {
		return was
	}
	switch {
	case heading >= 32 && heading < 96:
		return 0
	case heading >= 96 && heading < 160:
		return 1
	case heading >= 160 && heading < 224:
		return 2
	}
	return 3
}

func direction(heading uint8) (float64, float64) {
	a := float64(heading) * math.Pi / 128
	return math.Cos(a), math.Sin(a)
}

// lot is a number that is the avatar's own for the n-th time that it is drawn.
func lot(a id.AvatarID, n time.Duration) uint32 {
	h := uint32(a)*2654435761 ^ uint32(n)*2246822519
	h ^= h >> 15
	h *= 2246822519
	return h ^ h>>13
}

// pose chooses how an avatar is drawn. Nobody is ever frozen: who does nothing
// blinks, breathes, looks round, sits down and falls asleep; calm leaves the
// blinking and the sitting.
func (m *mood) pose(a *scene.Avatar, now time.Duration, calm bool) (p act) {
	p.mirrored = m.dir == 3
	rest := now - a.Moved
	walks := rest < 120*time.Millisecond && a.Gait == protocol.Walk || rest < 60*time.Millisecond && a.Moved > 0
	if m.walking && !walks && a.Gait != protocol.Seated {
		m.squash = now
	}
	m.walking, m.asleep = walks, false
	if a.Gait != protocol.Seated && walks {
		p.frame, p.i = dirNames[m.dir], int(a.Walked/strideUnits)
		return p
	}
	if now > m.blink+blinkFor {
		m.blink = now + 2500*time.Millisecond + time.Duration(lot(a.ID, now)%3500)*time.Millisecond
	}
	shut := now > m.blink
	if a.Gait == protocol.Seated {
		p.frame = sitNames[m.dir]
		switch {
		case m.dir == 0 && rest > sleepsAfter:
			p.frame, m.asleep = "sleep", true
		case m.dir == 0 && shut:
			p.frame = "sleep"
		}
		return p
	}
	if since := now - a.EmoteAt; a.Emote != id.EmoteNone && a.Emote < id.EmoteChosen && since >= 0 && since < emoteFor {
		return m.feel(a.Emote, since, calm, p)
	}
	if since := now - m.shake; since >= 0 && since < 400*time.Millisecond {
		if !calm {
			p.dx = [4]float64{-1, 1, -1, 1}[int(since*4/(400*time.Millisecond))]
		}
		p.frame = dirNames[m.dir]
		return p
	}
	switch {
	case now-m.squash < squashFor && m.squash > 0 && !calm:
		p.frame = squashNames[m.dir]
	case rest > sleepsAfter:
		p.frame, m.asleep, p.mirrored = "sleep", true, false
	case rest > sitsAfter:
		p.frame, p.mirrored = "sit-down", false
		if shut {
			p.frame = "sleep"
		}
	case shut && m.dir == 0:
		p.frame = "blink-down"
	case shut && m.dir != 2:
		p.frame = "blink-left"
	case rest > looksAfter && !calm && m.dir != 2 && m.glance(a.ID, now, &p):
	case rest > breathesAfter && !calm:
		p.frame, p.i = breatheNames[m.dir], int((now+time.Duration(a.ID%5)*170*time.Millisecond)/(600*time.Millisecond))
	default:
		p.frame = dirNames[m.dir]
	}
	return p
}

// glance looks to a side for a moment, each 4 seconds by lot.
func (m *mood) glance(a id.AvatarID, now time.Duration, p *act) bool {
	const each, long = 4 * time.Second, 900 * time.Millisecond
	n, in := now/each, now%each
	l := lot(a, n)
	if in > long || l%3 == 0 {
		return false
	}
	p.frame, p.mirrored = "left", l%3 == 1
	return true
}

// feel is the pose of an emote.
func (m *mood) feel(e id.EmoteID, since time.Duration, calm bool, p act) act {
	beat := int(since / (180 * time.Millisecond))
	if calm {
		beat = 0
	}
	p.mirrored = false
	hop := func(long time.Duration, high float64, times int) {
		if n := int(since / long); n < times && !calm {
			k := float64(since%long) / float64(long)
			p.lift = math.Round(4 * high * k * (1 - k))
		}
	}
	switch e {
	case id.EmoteWave:
		p.frame, p.i = "wave", beat
	case id.EmoteHeart:
		p.frame, p.i = "cheer", beat
		hop(360*time.Millisecond, 3, 4)
	case id.EmoteSurprise:
		p.frame = "jump"
		hop(320*time.Millisecond, 8, 2)
		if since > 640*time.Millisecond {
			p.frame = "down"
		}
	case id.EmoteQuestion:
		p.frame, p.i = "think", beat/3
	case id.EmoteNote:
		p.frame, p.i = "dance", beat
		hop(360*time.Millisecond, 2, 4)
	case id.EmoteLaugh:
		p.frame, p.i = "laugh", beat
	case id.EmoteClap:
		p.frame, p.i = "clap", beat
	case id.EmoteSleep:
		p.frame, m.asleep = "sleep", true
	default:
		p.frame = "down"
	}
	return p
}
