package world

import (
	"kakitsubata/protocol"
	"kakitsubata/world/plane"
)

// A digest is a running 64-bit mix of numbers; it guards against mistakes,
// not against malice.
type digest uint64

func (d *digest) add(vs ...uint64) {
	h := uint64(*d)
	for _, v := range vs {
		h ^= v
		h *= 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	*d = digest(h)
}

func (d *digest) addText(s string) {
	d.add(uint64(len(s)))
	for i := range len(s) {
		d.add(uint64(s[i]))
	}
}

func (d *digest) addPoint(p plane.Point) { d.add(uint64(uint32(p.X))<<32 | uint64(uint32(p.Y))) }

func (d *digest) addWho(w *protocol.Who) {
	d.add(uint64(w.Kind), uint64(w.Look))
	d.addText(w.Name)
}

func flag(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// Hash sums up the whole state, and all facts that led to it. Two rooms on
// the same atlas that took the same commands at the same ticks have the same.
func (r *Room) Hash() uint64 {
	var d digest
	d.add(r.digest, uint64(r.tick), uint64(r.arrivals), uint64(len(r.avatars)))
	for _, a := range r.avatars {
		d.add(uint64(a.id), uint64(a.heading), uint64(a.gait), flag(a.ghost), uint64(a.emote), uint64(a.emoteEnd),
			uint64(int64(a.seat)), uint64(int64(a.gate)), uint64(a.ack), uint64(a.seen), flag(a.started), uint64(a.waiting))
		d.addWho(a.who)
		d.addPoint(a.at)
		if a.seat >= 0 {
			d.addPoint(a.risesTo)
		}
		for _, m := range a.pending[:a.waiting] {
			d.add(uint64(m.seq), uint64(m.tick), uint64(m.heading), uint64(m.gait))
		}
	}
	for _, s := range r.seats {
		d.add(uint64(s))
	}
	return uint64(d)
}

func (f *Fact) mix(before uint64) uint64 {
	d := digest(before)
	d.add(uint64(f.Op), uint64(f.Avatar), uint64(f.Code), uint64(f.Utterance), uint64(f.Phrase), uint64(len(f.Audience)))
	d.addPoint(f.At)
	d.addText(string(f.To))
	d.addText(f.ToAt)
	for _, a := range f.Audience {
		d.add(uint64(a))
	}
	return uint64(d)
}
