package node

import (
	"testing"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// What is taken back vanishes on every wire that had it, the speaker is told
// why, and one tap makes a case of it.
func TestRetractAndAppeal(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a, b := c.enter(id.El34), c.enter(id.El34)
	said := a.say("きょうは さむいね")
	b.awaitHeard("きょうは さむいね")
	if said.Outcome != protocol.Shown || said.Utterance == 0 {
		t.Fatalf("answered %+v", said)
	}
	c.n.Retract(said.Utterance, moderation.Verdict{Reasons: []moderation.Reason{{Rule: "second/insult", Category: moderation.Insult, Severity: 2}}})
	back := func(g *guest) *protocol.Retracted {
		return g.await("the retraction", func(e protocol.Event) bool { _, ok := e.(*protocol.Retracted); return ok }).(*protocol.Retracted)
	}
	if e := back(b); e.Utterance != said.Utterance || e.Text != "" {
		t.Errorf("who heard it is told %+v", e)
	}
	e := back(a)
	if e.Text != c.n.TakenBack(moderation.Verdict{Reasons: []moderation.Reason{{Category: moderation.Insult}}}, id.Ja34) {
		t.Errorf("the speaker is told %+v", e)
	}
	appealed := func(u id.UtteranceID) {
		a.send(&protocol.Appeal{Utterance: u})
		a.await("the thanks", func(e protocol.Event) bool {
			x, ok := e.(*protocol.Appealed)
			return ok && x.Utterance == u && x.Text != ""
		})
	}
	appealed(said.Utterance)

	blocked := a.say("おまえ しね")
	if blocked.Utterance <= said.Utterance || blocked.Text != c.n.Why(blocked.Outcome, moderation.Verdict{Reasons: []moderation.Reason{{Category: moderation.Threat}}}, id.Ja34) {
		t.Errorf("answered %+v", blocked)
	}
	appealed(blocked.Utterance)
	b.send(&protocol.Appeal{Utterance: blocked.Utterance})
	b.await("a refusal", func(e protocol.Event) bool {
		r, ok := e.(*protocol.Refused)
		return ok && r.Code == protocol.RefuseRange
	})

	cases, err := c.n.book.Live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := map[id.UtteranceID]casebook.Said{}
	for _, k := range cases {
		if k.Source == casebook.Appealing {
			for _, s := range k.Alerts() {
				found[s.Utterance] = s
			}
		}
	}
	if s := found[said.Utterance]; s.Words != "きょうは さむいね" || !s.Shown || s.Retracted.IsZero() || len(s.Reasons) != 1 {
		t.Errorf("what was taken back: %+v", s)
	}
	if s := found[blocked.Utterance]; s.Words != "おまえ しね" || s.Shown || len(s.Reasons) == 0 {
		t.Errorf("what was not shown: %+v", s)
	}
}
