package node

import (
	"context"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/companion"
	"kakitsubata/server/frame"
	"kakitsubata/world"
)

// sightEvery is the pace at which the guide sees the rooms.
const sightEvery = companion.SightEvery * time.Second / id.TicksPerSecond

func (n *Node) buildCompanion() {
	c := n.pack.Companion
	script := companion.Script{Name: c.Name, Look: c.Look, Lines: make(map[companion.Moment][]string), Phrases: make(map[id.PhraseID]string)}
	for m, lines := range c.Lines {
		script.Lines[companion.Moment(m)] = lines
	}
	if len(c.Words) > 0 {
		script.Words = make(map[companion.Moment][]string)
		for m, words := range c.Words {
			script.Words[companion.Moment(m)] = words
		}
	}
	for _, p := range n.pack.Phrases {
		script.Phrases[p.ID] = p.Text
	}
	var mind companion.Mind
	if n.model != nil {
		mind = companion.NewThinker(n.model, script)
	}
	n.guide = companion.New(companion.Options{Script: script, Mind: mind, Seed: uint64(time.Now().UnixNano())})
}

// listen runs a part of the listener. If it panics the listener goes home, and
// the city goes on without it.
func (n *Node) listen(ctx context.Context, part func(context.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			n.log.Error("the listener broke; the city goes on without it", "fault", r, "stack", string(debug.Stack()))
			for _, h := range n.town.live() {
				if f := h.Latest(); f != nil {
					for _, a := range f.View.States() {
						if n.guide.Owns(a.Avatar) {
							_ = h.Do(world.Leave(a.Avatar))
						}
					}
				}
			}
			err = nil
		}
	}()
	return part(ctx)
}

// probe asks now and then whether the model is there, so that staff are told
// before a child waits for it.
func (n *Node) probe(ctx context.Context) error {
	if n.model == nil {
		return nil
	}
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		if err := n.model.Ready(ctx); err != nil && ctx.Err() == nil {
			n.log.Info("the model does not answer; the script speaks and the first tier judges alone", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// feedGuide shows the guide the rooms and does what the companions do.
func (n *Node) feedGuide(ctx context.Context) error {
	var speaking sync.WaitGroup
	defer speaking.Wait()
	tick := time.NewTicker(sightEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			for _, h := range n.town.live() {
				if f := h.Latest(); f != nil {
					n.guide.See(n.sight(f, h.ID()))
				}
			}
		case actions := <-n.guide.Actions():
			for _, a := range actions {
				if a.Op == companion.Say {
					speaking.Go(func() { n.companionSays(ctx, a) })
					continue
				}
				n.companionActs(ctx, a)
			}
		}
	}
}

func (n *Node) sight(f *frame.Frame, room id.RoomID) companion.Sight {
	s := companion.Sight{Room: room, Tick: f.Tick, Atlas: n.town.places[room.Place].atlas}
	s.Avatars = make([]companion.Seen, 0, f.View.Len())
	for _, a := range f.View.States() {
		seen := companion.Seen{Avatar: a.Avatar, Kind: a.Who.Kind, At: a.At(), Name: a.Who.Name, Ghost: a.Ghost, Emote: a.Emote}
		if v := n.people.byAvatar(a.Avatar); v != nil {
			seen.Bracket = v.Visitor().Bracket
		}
		s.Avatars = append(s.Avatars, seen)
	}
	return s
}

// companionActs carries out what needs no gate. What fails the guide sees in
// the next sight.
func (n *Node) companionActs(ctx context.Context, a companion.Action) {
	h := n.town.find(a.Room)
	if h == nil {
		return
	}
	switch a.Op {
	case companion.Come, companion.Appear:
		who := protocol.Who{Kind: id.Companion, Name: a.Name, Look: a.Look}
		var err error
		if a.Op == companion.Come {
			err = h.Join(ctx, a.Avatar, who, a.At, unseeing{})
		} else {
			err = h.Appear(ctx, a.Avatar, who, a.Spot, a.Heading, unseeing{})
		}
		if err != nil {
			n.log.Info("a companion could not come", "room", a.Room.String(), "err", err)
		}
	case companion.Walk:
		_ = h.Do(world.Move(a.Avatar, a.Seq, a.Tick, a.Heading, protocol.Walk))
	case companion.Stand:
		_ = h.Do(world.Move(a.Avatar, a.Seq, a.Tick, a.Heading, protocol.Stand))
	case companion.Write:
		_ = h.Do(world.Emote(a.Avatar, id.EmoteTyping))
	case companion.Go:
		_ = h.Do(world.Leave(a.Avatar))
	}
}

// companionSays passes a companion's words through the gate like anybody's.
func (n *Node) companionSays(ctx context.Context, a companion.Action) {
	answer, err := n.gate.Submit(ctx, moderation.Utterance{
		City: n.pack.City, Room: a.Room, Name: n.pack.Companion.Name, Bracket: a.Bracket,
		Kind: id.Companion, Road: moderation.Companion, Text: a.Text, At: time.Now(),
	})
	if err != nil || answer.Cleared.Zero() {
		n.log.Warn("a companion's words were held back", "room", a.Room.String(), "err", err)
		return
	}
	if h := n.town.find(a.Room); h != nil {
		_ = h.Do(world.Say(a.Avatar, answer.Cleared))
	}
}

// unseeing is a companion's view of its room: the guide sees and hears all
// rooms by itself.
type unseeing struct{}

func (unseeing) See(*frame.Frame, *frame.Press) {}
func (unseeing) Tell(frame.Note)                {}

// overhear passes on to the guide what a companion hears, and what a visitor
// says when nobody else is there to hear it. It is called by the rooms.
func (n *Node) overhear(note frame.Note, audience []id.AvatarID) {
	if note.By != id.Visitor || !n.forListener(note.Avatar, audience) {
		return
	}
	h := companion.Heard{
		Room: note.Room, Avatar: note.Avatar, By: note.By, Utterance: note.Utterance, Text: note.Text, Phrase: note.Phrase,
		Audience: slices.Clone(audience), Distressed: n.cries.has(note.Utterance),
	}
	if s := n.people.byAvatar(note.Avatar); s != nil {
		h.Bracket = s.Visitor().Bracket
	}
	n.guide.Hear(h)
	if _, gone := n.Retracted(note.Utterance); gone { // while it was on its way
		n.guide.Forget(note.Utterance)
	}
}

// forListener reports whether words are a listener's to hear.
func (n *Node) forListener(speaker id.AvatarID, audience []id.AvatarID) bool {
	if len(audience) > 0 && n.guide.Owns(audience[len(audience)-1]) { // companions' ids are the highest
		return true
	}
	return !slices.ContainsFunc(audience, func(a id.AvatarID) bool {
		s := n.people.byAvatar(a)
		return a != speaker && (s == nil || s.Kind() == id.Visitor)
	})
}

// Shun sends a companion away from a visitor that hides it. It is false when
// the avatar is no companion.
func (n *Node) Shun(by, avatar id.AvatarID) bool {
	if !n.guide.Owns(avatar) {
		return false
	}
	n.guide.Hide(companion.Hid{Visitor: by, Companion: avatar})
	return true
}

// listener says what the companion speaks with, for staff.
func (n *Node) listener() string {
	s := n.model.Status()
	switch {
	case s.Paused:
		return "台本の聞き手（Ollama " + s.Model + " は休止中: " + s.Err + "）"
	case !s.Present:
		return "台本の聞き手（Ollama " + s.Model + " に届きません）"
	}
	return "Ollama " + s.Model
}

func (n *Node) collectModel(put func(t prometheus.ValueType, name string, v float64, labels ...string)) {
	s := n.guide.Status()
	put(prometheus.GaugeValue, "companion_seconds", s.Slowest.Seconds(), "slowest")
	if s.Asked > 0 {
		put(prometheus.GaugeValue, "companion_seconds", (s.Thinking / time.Duration(s.Asked)).Seconds(), "mean")
	}
	put(prometheus.CounterValue, "companion_faults_total", float64(s.FellBack))
}
