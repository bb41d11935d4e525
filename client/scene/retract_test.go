package scene

import (
	"testing"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

func said(s *Scene, text string) *Line {
	for i := range s.talk.lines {
		if s.talk.lines[i].Text == text {
			return &s.talk.lines[i]
		}
	}
	return nil
}

// Words of others that are taken back vanish, and leave nothing behind.
func TestRetractedWordsVanish(t *testing.T) {
	s := here(t)
	s.Apply(time.Millisecond, &protocol.Heard{Utterance: 7, Avatar: 9, Name: "b", Text: "あっちいけ"})
	s.Apply(time.Millisecond, &protocol.Heard{Utterance: 8, Avatar: 9, Name: "b", Text: "こんにちは"})
	_, before := s.Log()
	s.Apply(2*time.Millisecond, &protocol.Retracted{Utterance: 7})
	lines, changed := s.Log()
	if said(s, "あっちいけ") != nil || said(s, "こんにちは") == nil || changed == before {
		t.Errorf("the log holds %+v", lines)
	}
	if b := s.Bubbles(); len(b) != 1 || b[0].Text != "こんにちは" {
		t.Errorf("over heads: %+v", b)
	}
	n := len(lines)
	s.Apply(3*time.Millisecond, &protocol.Retracted{Utterance: 7})
	s.Apply(3*time.Millisecond, &protocol.Retracted{Utterance: 99})
	s.Apply(3*time.Millisecond, &protocol.Retracted{})
	if lines, _ := s.Log(); len(lines) != n {
		t.Errorf("unknown words changed the log: %+v", lines)
	}
}

// One's own stay on one's own page as not shown, with why and one tap.
func TestOwnRetractedWordsCanBeAppealed(t *testing.T) {
	s := here(t)
	s.Say("おまえら うるさい")
	seq := s.Tick(time.Millisecond)[0].(*protocol.Say).Seq
	s.Apply(2*time.Millisecond, &protocol.Heard{Utterance: 7, Avatar: s.welcome.You, Text: "おまえら うるさい"})
	s.Apply(2*time.Millisecond, &protocol.Answer{Seq: seq, Utterance: 7})
	s.Apply(3*time.Millisecond, &protocol.Retracted{Utterance: 7, Text: "とりけしました。"})
	if l := said(s, "おまえら うるさい"); l == nil || l.Fate != Unsaid {
		t.Errorf("one's own words: %+v", l)
	}
	if len(s.Bubbles()) != 0 {
		t.Errorf("over heads: %+v", s.Bubbles())
	}
	why := said(s, "とりけしました。")
	if why == nil || why.Kind != LineSystem || why.Appeal != MayAppeal || why.Utterance != 7 {
		t.Fatalf("why: %+v", why)
	}
	appeals(t, s, 7)
}

// A verdict that hides says why, and can be called wrong once.
func TestAppeal(t *testing.T) {
	s := here(t)
	s.Say("しね")
	seq := s.Tick(time.Millisecond)[0].(*protocol.Say).Seq
	s.Apply(2*time.Millisecond, &protocol.Answer{Seq: seq, Outcome: protocol.Blocked, Text: "おくりませんでした。", Utterance: 7})
	if l := said(s, "おくりませんでした。"); l == nil || l.Appeal != MayAppeal {
		t.Fatalf("why: %+v", l)
	}
	if s.Appeal(8) {
		t.Error("words that were never said are appealed")
	}
	appeals(t, s, 7)
	s.Say("ゆっくり")
	seq = s.Tick(5 * time.Millisecond)[0].(*protocol.Say).Seq
	s.Apply(5*time.Millisecond, &protocol.Answer{Seq: seq, Outcome: protocol.NotJudged, Text: "もういちど"})
	if l := said(s, "もういちど"); l.Appeal != NoAppeal {
		t.Errorf("nothing was judged: %+v", l)
	}
}

func appeals(t *testing.T, s *Scene, u id.UtteranceID) {
	t.Helper()
	if !s.Appeal(u) || s.Appeal(u) {
		t.Fatal("one tap is one appeal")
	}
	sent := s.Tick(4 * time.Millisecond)
	if len(sent) != 1 || sent[0].(*protocol.Appeal).Utterance != u {
		t.Fatalf("sent %+v", sent)
	}
	s.Apply(4*time.Millisecond, &protocol.Refused{Code: protocol.RefuseLater, Text: "いまは むり"})
	if !s.Appeal(u) {
		t.Fatal("it can't be tried again")
	}
	s.Tick(5 * time.Millisecond)
	s.Apply(5*time.Millisecond, &protocol.Appealed{Utterance: u, Text: "ありがとう"})
	if said(s, "ありがとう") == nil || s.Appeal(u) {
		t.Error("it is not done with")
	}
}
