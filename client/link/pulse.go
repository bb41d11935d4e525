package link

import (
	"time"

	"kakitsubata/protocol"
)

// Pulse notices a half-open socket: one that the operating system still calls
// open although nobody is there. Times are of any one monotonic clock.
type Pulse struct {
	heard, sent time.Duration
}

// NewPulse starts at now, as if both sides had just spoken.
func NewPulse(now time.Duration) Pulse { return Pulse{heard: now, sent: now} }

// Heard notes that something arrived.
func (p *Pulse) Heard(now time.Duration) { p.heard = max(p.heard, now) }

// Sent notes that something was sent.
func (p *Pulse) Sent(now time.Duration) { p.sent = max(p.sent, now) }

// Due reports whether this side has been silent for so long that it must say
// something, lest the other give it up.
func (p *Pulse) Due(now time.Duration) bool { return now-p.sent >= protocol.BeatEvery }

// Dead reports whether the other side has been silent for too long.
func (p *Pulse) Dead(now time.Duration) bool { return now-p.heard >= protocol.SilenceLimit }
