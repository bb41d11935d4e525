package session

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/frame"
)

func heardNote(u id.UtteranceID, a id.AvatarID, text string) frame.Note {
	e := &protocol.Heard{Utterance: u, Avatar: a, Text: text}
	return frame.Note{Op: frame.Heard, Bytes: protocol.EncodeEvent(e), Avatar: a, Text: text, Utterance: u, At: time.Now()}
}

// blocks answers every utterance with a blocked insult.
func blocks(u moderation.Utterance) (moderation.Answer, error) {
	v := moderation.Verdict{Show: moderation.Block, Severity: 2, Reasons: []moderation.Reason{{Rule: "insult.3", Category: moderation.Insult, Severity: 2}}}
	return moderation.Answer{Utterance: 7, Verdict: v, Case: 3}, nil
}

func TestAppealOfBlockedWords(t *testing.T) {
	c := &stage{judge: blocks}
	play(t, c, func(_ *Session, p *pipe) {
		p.say(&protocol.Say{Seq: 1, Text: "ばか"})
		synctest.Wait()
		a := find[*protocol.Answer](p.events(t))
		if len(a) != 1 || a[0].Utterance != 7 || !strings.Contains(a[0].Text, "insult") {
			t.Fatalf("answered %+v", a)
		}
		for range 2 { // the second tap says the same
			p.say(&protocol.Appeal{Utterance: 7})
			synctest.Wait()
			if e := find[*protocol.Appealed](p.events(t)); len(e) != 1 || e[0].Utterance != 7 || e[0].Text == "" {
				t.Fatalf("told %+v", e)
			}
		}
		got := c.appeals[0]
		if got.Utterance.Speaker != 101 || got.Utterance.Text != "ばか" || got.Utterance.ID != 7 || got.Case != 3 ||
			got.Outcome != protocol.Blocked || got.Retracted || len(got.Verdict.Reasons) != 1 {
			t.Errorf("appealed %+v", got)
		}
		p.say(&protocol.Appeal{Utterance: 8}) // somebody else's
		synctest.Wait()
		if e := find[*protocol.Refused](p.events(t)); len(e) != 1 || e[0].Code != protocol.RefuseRange {
			t.Errorf("another's words: %+v", e)
		}
		p.say(&protocol.Appeal{Utterance: 7})
		synctest.Wait()
		if e := find[*protocol.Refused](p.events(t)); len(e) != 1 || e[0].Code != protocol.RefuseFast {
			t.Errorf("a fourth tap: %+v", e)
		}
	})
}

func TestAppealEnds(t *testing.T) {
	c := &stage{judge: blocks}
	play(t, c, func(_ *Session, p *pipe) {
		p.say(&protocol.Say{Seq: 1, Text: "ばか"})
		synctest.Wait()
		c.mu.Lock()
		c.unkept = true
		c.mu.Unlock()
		p.say(&protocol.Appeal{Utterance: 7})
		synctest.Wait()
		if e := find[*protocol.Refused](p.events(t)); len(e) != 1 || e[0].Code != protocol.RefuseLater {
			t.Errorf("it could not be kept: %+v", e)
		}
		for range 11 { // a socket that says nothing for long is given up
			time.Sleep(time.Minute)
			p.say(&protocol.Ping{})
			synctest.Wait()
		}
		p.say(&protocol.Appeal{Utterance: 7})
		synctest.Wait()
		if e := find[*protocol.Refused](p.events(t)); len(e) != 1 || e[0].Code != protocol.RefuseRange {
			t.Errorf("after ten minutes: %+v", e)
		}
	})
}

// Words that were shown as they are can't be appealed; taken back they can.
func TestRetraction(t *testing.T) {
	c := &stage{judge: func(moderation.Utterance) (moderation.Answer, error) {
		return moderation.Answer{Utterance: 7, Cleared: moderation.Cleared{}}, nil
	}, retracted: map[id.UtteranceID]moderation.Verdict{}}
	v := moderation.Verdict{Reasons: []moderation.Reason{{Rule: "second", Category: moderation.Threat, Severity: 2}}}
	play(t, c, func(s *Session, p *pipe) {
		s.keep(moderation.Utterance{Text: "おぼえてろよ"}, moderation.Answer{Utterance: 7}, protocol.Shown)
		p.say(&protocol.Appeal{Utterance: 7})
		synctest.Wait()
		if e := find[*protocol.Refused](p.events(t)); len(e) != 1 || e[0].Code != protocol.RefuseRange {
			t.Fatalf("nothing was hidden: %+v", e)
		}
		s.Tell(heardNote(7, 1, "おぼえてろよ"))
		s.Tell(heardNote(8, 2, "また あした"))
		retract := func(u id.UtteranceID) []*protocol.Retracted {
			c.mu.Lock()
			c.retracted[u] = v
			c.mu.Unlock()
			s.Retract(u, v)
			s.Send(&protocol.Pong{}) // wakes the pump
			synctest.Wait()
			return find[*protocol.Retracted](p.events(t))
		}
		if e := retract(7); len(e) != 1 || e[0].Utterance != 7 || !strings.Contains(e[0].Text, "threat") {
			t.Errorf("the speaker is told %+v", e)
		}
		if e := retract(7); len(e) != 0 {
			t.Errorf("twice: %+v", e)
		}
		if e := retract(8); len(e) != 1 || e[0].Text != "" {
			t.Errorf("who heard it is told %+v", e)
		}
		if standing, all := s.heard.standing(time.Now()), s.heard.since(time.Now()); len(standing) != 0 || len(all) != 2 {
			t.Errorf("the next words are judged by %+v, a report has %+v", standing, all)
		}
		if e := retract(9); len(e) != 0 {
			t.Errorf("who never heard it is told %+v", e)
		}
		p.say(&protocol.Appeal{Utterance: 7})
		synctest.Wait()
		if len(c.appeals) != 1 || !c.appeals[0].Retracted || c.appeals[0].Utterance.Text != "おぼえてろよ" || c.appeals[0].Verdict.Reasons[0].Rule != "second" {
			t.Errorf("appealed %+v", c.appeals)
		}
		// What is on its way when it is taken back never comes.
		s.Tell(heardNote(9, 2, "おそい"))
		s.Send(&protocol.Pong{})
		synctest.Wait()
		if e := find[*protocol.Heard](p.events(t)); len(e) != 0 {
			t.Errorf("heard %+v", e)
		}
		for i := range 3 * maxTold {
			s.own.mu.Lock()
			s.own.hear(id.UtteranceID(1000 + i))
			s.own.mu.Unlock()
		}
		if len(s.own.told) != maxTold {
			t.Errorf("%d utterances are remembered", len(s.own.told))
		}
	})
}
