package moderation

import "time"

// Deed is what is done about words, by the rules alone. How long a speaker is
// muted in the end depends on the strikes before, which no rule knows.
type Deed struct {
	Show    Show
	Concern Concern
	Mute    time.Duration // the shortest mute that they earn; 0 lets the first time go; NoMute where they are no strike
}

// Deed is what is done about u under v, which Settle has settled.
func (t *Table) Deed(u Utterance, v Verdict) Deed {
	d := Deed{Show: v.Show, Concern: v.Concern, Mute: NoMute}
	if u.Road == Say && v.Show == Block && !distressed(u, v) {
		if least, strike := t.mute(u, v); strike {
			d.Mute = least
		}
	}
	return d
}
