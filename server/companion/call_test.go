package companion

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world"
	"kakitsubata/world/plane"
)

// soon is how long a visitor waits for the first words.
const soon = 4 * time.Second

// first runs the stage until something is said, for soon at most.
func (s *stage) first() (string, bool) {
	s.t.Helper()
	said := len(s.said)
	for range int(soon / (50 * time.Millisecond)) {
		if s.run(50 * time.Millisecond); len(s.said) > said {
			return s.said[said], true
		}
	}
	return "", false
}

// did counts the actions of an op.
func (s *stage) did(op Op) int { return strings.Count(s.dump(), fmt.Sprintf("{Op:%d ", op)) }

func TestWhoSpeaksAloneIsAnsweredAtOnce(t *testing.T) {
	for _, to := range []plane.Point{tile(12, 12), tile(4, 12), tile(38, 14), tile(43, 11), tile(22, 2), tile(47, 23), tile(0, 0)} {
		s := newStage(t, Options{Script: script})
		s.visitor(1, to, id.El34)
		s.run(time.Second)
		s.says(1, "きょうゲームした")
		line, ok := s.first()
		if !ok || !slices.Contains(rendered(Game, id.El34), line) {
			t.Fatalf("%v: within %v it said %q\n%s", to, soon, s.said, s.dump())
		}
		if i, j := strings.Index(s.dump(), fmt.Sprintf("{Op:%d ", Write)), strings.Index(s.dump(), fmt.Sprintf("{Op:%d ", Say)); i < 0 || i > j {
			t.Errorf("%v: no dots before it speaks\n%s", to, s.dump())
		}
		s.run(10 * time.Second)
		c := s.companions()
		v, _, _ := s.room.View().Find(1)
		if len(c) != 1 || s.did(Appear) != 1 || s.did(Come) != 0 {
			t.Fatalf("%v: %d companions\n%s", to, len(c), s.dump())
		}
		if d := distance(c[0].At(), v.At()); d > 9 || d < 1 || c[0].Gait != protocol.Stand {
			t.Errorf("%v: it stands %v tiles² away", to, d)
		}
		if n := s.hidden(); n > 2 {
			t.Errorf("%v: it hides the visitor by %d", to, n)
		}
		if len(s.said) != 2 || !slices.Contains(rendered(Machine, id.El34), s.said[1]) {
			t.Errorf("%v: said %q; it answers, then says what it is", to, s.said)
		}
	}
}

// Who speaks before any sight of the room shows it is answered all the same,
// and several lines get one answer and one companion.
func TestWordsBeforeTheFirstSight(t *testing.T) {
	s := newStage(t, Options{Script: script})
	s.visitor(1, tile(12, 12), id.El34)
	s.says(1, "あのね")
	s.run(400 * time.Millisecond)
	s.says(1, "ねこがいた")
	if line, ok := s.first(); !ok || !slices.Contains(rendered(Animals, id.El34), line) {
		t.Errorf("said %q", s.said)
	}
	s.run(10 * time.Second)
	if len(s.companions()) != 1 || s.did(Appear) != 1 || len(s.said) != 2 {
		t.Errorf("%d companions, said %q", len(s.companions()), s.said)
	}
}

func TestPhraseAndWaveCall(t *testing.T) {
	s := newStage(t, Options{Script: Script{Name: "かきつ", Phrases: map[id.PhraseID]string{1: "こんにちは"}}})
	s.visitor(1, tile(12, 12), id.El12)
	s.run(time.Second)
	s.speaks(Heard{Avatar: 1, Phrase: 1})
	if line, ok := s.first(); !ok || !slices.Contains(rendered(Hello, id.El12), line) {
		t.Errorf("a phrase: said %q", s.said)
	}
	s = newStage(t, Options{Script: script})
	s.visitor(1, tile(12, 12), id.El12)
	s.run(time.Second)
	s.step(world.Emote(1, id.EmoteWave))
	if line, ok := s.first(); !ok || !slices.Contains(rendered(Greet, id.El12), line) {
		t.Errorf("a wave: said %q", s.said)
	}
	s.run(6 * time.Second)
	if len(s.said) != 2 || !slices.Contains(rendered(Machine, id.El12), s.said[1]) || len(s.companions()) != 1 {
		t.Errorf("a wave: said %q", s.said)
	}
	s = newStage(t, Options{Script: script})
	s.visitor(1, tile(12, 12), id.El12)
	s.run(time.Second)
	s.step(world.Emote(1, id.EmoteLaugh))
	if s.run(6 * time.Second); len(s.log) != 0 {
		t.Errorf("a laugh calls nobody:\n%s", s.dump())
	}
}

// A cry for help is answered by the lines that people wrote, first of all.
func TestCryOfALoneVisitor(t *testing.T) {
	s := newStage(t, Options{Script: script, Mind: thinking{}})
	s.visitor(1, tile(12, 12), id.High)
	s.run(time.Second)
	s.speaks(Heard{Avatar: 1, Text: "＊＊＊", Distressed: true, Concern: moderation.Urgent})
	if line, ok := s.first(); !ok || !slices.Contains(rendered(Distress, id.High), line) || len(s.asks) != 0 {
		t.Errorf("said %q, %d asks", s.said, len(s.asks))
	}
	// So is one that comes while a mind thinks.
	s = newStage(t, Options{Script: script, Mind: thinking{}})
	s.visitor(1, tile(12, 12), id.High)
	s.run(time.Second)
	s.says(1, "ゲームした")
	s.run(2 * time.Second)
	s.says(1, "もう消えたい")
	s.run(soon)
	if len(s.asks) != 1 || !slices.ContainsFunc(s.said, func(l string) bool { return slices.Contains(rendered(Distress, id.High), l) }) {
		t.Errorf("said %q, %d asks", s.said, len(s.asks))
	}
}

// The mind is asked while the companion is on its way. What takes long is
// preceded by a word that it was heard.
func TestMindOfWhoIsCalled(t *testing.T) {
	for wait, slow := range map[time.Duration]bool{time.Second: false, 8 * time.Second: true} {
		s := newStage(t, Options{Script: script, Mind: thinking{}})
		s.visitor(1, tile(12, 12), id.El34)
		s.run(time.Second)
		s.says(1, "ゲームした")
		s.run(1200 * time.Millisecond)
		if len(s.asks) != 1 || s.asks[0].Conversation.last() != "ゲームした" || len(s.asks[0].Conversation.Turns) != 1 {
			t.Fatalf("asks %+v", s.asks)
		}
		if slow {
			if line, ok := s.first(); !ok || !slices.Contains(rendered(Heed, id.El34), line) {
				t.Errorf("after %v: said %q", soon, s.said)
			}
			s.run(wait - soon)
		} else {
			s.run(wait)
		}
		s.answers = []Answer{{Companion: s.asks[0].Companion, Number: s.asks[0].Number, Text: "どんなゲームだったの?"}}
		s.run(8 * time.Second)
		want := [][]string{{"どんなゲームだったの?"}, rendered(Machine, id.El34)}
		if slow {
			want = [][]string{rendered(Heed, id.El34), rendered(Machine, id.El34), {"どんなゲームだったの?"}}
		}
		if len(s.said) != len(want) {
			t.Fatalf("the mind takes %v: said %q", wait, s.said)
		}
		for i := range want {
			if !slices.Contains(want[i], s.said[i]) {
				t.Errorf("the mind takes %v: said %q", wait, s.said)
			}
		}
	}
}

func TestWhoIsNotAnswered(t *testing.T) {
	for name, speak := range map[string]func(*stage){
		"two who hear each other": func(s *stage) {
			s.visitor(1, tile(10, 5), id.El12)
			s.visitor(2, tile(15, 5), id.El12)
			s.run(time.Second)
			s.says(1, "ねこがいた")
		},
		"one whom somebody has just come to": func(s *stage) {
			s.visitor(1, tile(10, 5), id.El12)
			s.run(time.Second)
			s.visitor(2, tile(15, 5), id.El12) // in no sight yet
			s.says(1, "ねこがいた")
		},
		"one in a quiet corner": func(s *stage) {
			s.visitor(1, tile(35, 3), id.El12)
			s.run(time.Second)
			s.says(1, "ねこがいた")
		},
		"one who wants to be alone": func(s *stage) {
			s.visitor(1, tile(10, 5), id.El12)
			s.run(time.Second)
			s.says(1, "ひとりにして")
			s.run(time.Minute)
			s.says(1, "ねこがいた")
		},
		"one who says goodbye": func(s *stage) {
			s.visitor(1, tile(10, 5), id.El12)
			s.run(time.Second)
			s.says(1, "ばいばい")
		},
		"a bot": func(s *stage) {
			s.step(world.Enter(1, protocol.Who{Kind: id.Bot, Name: "ロボット"}, ""))
			s.run(time.Second)
			s.heard = append(s.heard, Heard{Room: plaza, Avatar: 1, By: id.Bot, Text: "ねこがいた", Audience: []id.AvatarID{1}})
		},
		"one who takes it back": func(s *stage) {
			s.visitor(1, tile(10, 5), id.El12)
			s.take(s.guide.Step(s.now, Input{Heard: []Heard{{Room: plaza, Avatar: 1, By: id.Visitor, Utterance: 5, Text: "ねこがいた", Audience: []id.AvatarID{1}}}}))
			s.take(s.guide.Step(s.now, Input{Unsaid: []id.UtteranceID{5}}))
		},
	} {
		s := newStage(t, Options{Script: script})
		speak(s)
		s.run(10 * time.Second)
		if len(s.log) > 0 {
			t.Errorf("%s: %s", name, s.dump())
		}
	}
}

// Bots are no company, and whoever was only put off is answered when it speaks.
func TestWhoIsAnsweredAllTheSame(t *testing.T) {
	s := newStage(t, Options{Script: script})
	s.visitor(1, tile(10, 5), id.El12)
	s.step(world.Enter(2, protocol.Who{Kind: id.Bot, Name: "ロボット"}, ""))
	s.run(time.Second)
	s.says(1, "ねこがいた")
	if _, ok := s.first(); !ok {
		t.Errorf("beside a bot: %s", s.dump())
	}
	s = met(t, Options{}, id.High)
	s.walk(1, tile(36, 20)) // away, and it is not followed
	s.run(30 * time.Second)
	s.says(1, "ねこがいた")
	if line, ok := s.first(); !ok || !slices.Contains(rendered(Animals, id.High), line) {
		t.Errorf("after walking away: said %q", s.said)
	}
	// Who spoke with it and asks it to go is not met again by what it says.
	s = met(t, Options{}, id.High)
	s.hid = append(s.hid, Hid{Visitor: 1, Companion: s.companions()[0].Avatar})
	s.run(30 * time.Second)
	s.says(1, "ねこがいた")
	if line, ok := s.first(); ok || len(s.companions()) != 0 {
		t.Errorf("after hiding it: said %q", line)
	}
}

// A companion that leaves because another came, or because of a goodbye, turns
// round for who is alone and speaks again; not when it was asked to go.
func TestItIsCalledBack(t *testing.T) {
	s := met(t, Options{}, id.El34)
	s.says(1, "ばいばい")
	s.run(1500 * time.Millisecond)
	s.says(1, "ゲームしてくる")
	s.run(soon)
	if len(s.said) != 2 || !slices.Contains(rendered(Game, id.El34), s.said[1]) {
		t.Errorf("said %q\n%s", s.said, s.dump())
	}
	s.run(10 * time.Second)
	if len(s.companions()) != 1 || s.did(Come)+s.did(Appear) != 1 || len(s.said) != 2 {
		t.Errorf("%d companions, said %q", len(s.companions()), s.said)
	}
	s = met(t, Options{}, id.El34)
	s.says(1, "ひとりにして")
	s.run(1500 * time.Millisecond)
	s.says(1, "ゲームする")
	if s.run(20 * time.Second); len(s.said) != 1 || len(s.companions()) != 0 {
		t.Errorf("asked to go, it says %q", s.said)
	}
}

// However much it has just said, an answer comes soon; and it does not wait for
// somebody who writes line after line.
func TestAnswersAreNotLate(t *testing.T) {
	for _, after := range []time.Duration{0, 400 * time.Millisecond, time.Second, 1500 * time.Millisecond, 2500 * time.Millisecond} {
		s := newStage(t, Options{Script: script})
		s.visitor(1, tile(12, 12), id.El34)
		for s.run(LoneFor); len(s.said) == 0; {
			s.run(50 * time.Millisecond)
		}
		s.run(after)
		s.says(1, "きょうゲームした")
		before := len(s.said)
		s.run(soon)
		if !slices.ContainsFunc(s.said[before:], func(l string) bool { return slices.Contains(rendered(Game, id.El34), l) }) {
			t.Errorf("%v after its greeting: said %q", after, s.said)
		}
		if s.run(6 * time.Second); len(s.said) != 3 || !slices.ContainsFunc(s.said, func(l string) bool { return slices.Contains(rendered(Machine, id.El34), l) }) {
			t.Errorf("%v after its greeting: said %q", after, s.said)
		}
	}
	s := met(t, Options{}, id.El34)
	for range 6 {
		s.says(1, "あのね")
		s.run(600 * time.Millisecond)
	}
	if len(s.said) == 0 {
		t.Error("it waits for the last of many lines")
	}
}

// Calls change nothing about how many companions there are.
func TestCallsKeepTheLimits(t *testing.T) {
	g := New(Options{Script: script})
	a := meadow(t)
	a.Earshot = 128 // everybody is lonely
	now := time.Unix(0, 0)
	in := Input{}
	for n := range 6 {
		s := Sight{Room: id.RoomID{City: "kariya", Place: "plaza", Copy: uint16(n + 1)}, Atlas: a}
		for i := range 20 {
			v := id.AvatarID(n*100 + i + 1)
			s.Avatars = append(s.Avatars, Seen{Avatar: v, At: tile(int32(i%9*2+1), int32(i/9*2+1)), Name: fmt.Sprint(n, i)})
			for range 20 {
				in.Heard = append(in.Heard, Heard{Room: s.Room, Avatar: v, By: id.Visitor, Text: "やあ", Audience: []id.AvatarID{v}})
			}
		}
		in.Sights = append(in.Sights, s)
	}
	for range 4 {
		out := g.Step(now, in)
		here := map[id.RoomID]int{}
		for _, c := range g.companions {
			here[c.room]++
		}
		for room, n := range here {
			if n > MaxPerRoom {
				t.Errorf("%v: %d", room, n)
			}
		}
		if len(g.companions) != MaxInAll || len(out.Asks) > 0 {
			t.Errorf("%d companions", len(g.companions))
		}
		for _, r := range g.rooms {
			for _, c := range r.calls {
				if len(c.said) > maxCalls {
					t.Errorf("%d lines wait", len(c.said))
				}
			}
		}
		now = now.Add(200 * time.Millisecond)
	}
	// Whom nobody could come to in time is forgotten.
	if g.Step(now.Add(callFor+time.Second), Input{}); slices.ContainsFunc(in.Sights, func(s Sight) bool { return len(g.rooms[s.Room].calls) > 0 }) {
		t.Error("calls wait for ever")
	}
}
