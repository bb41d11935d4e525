package node

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
	"kakitsubata/server/llm"
	"kakitsubata/server/second"
)

// buildSecond makes the door of the model, and the second tier behind it.
func (n *Node) buildSecond() (err error) {
	if n.cfg.Ollama == "off" {
		return nil
	}
	if n.model, err = llm.Dial(n.cfg.Ollama, n.cfg.Model); err != nil {
		return err
	}
	n.second = second.New(second.Options{Model: n.model, Name: n.cfg.Model, Deeds: deeds{n}, Log: n.log})
	return nil
}

// lookAgain runs the second tier. If it breaks, the first judges alone.
func (n *Node) lookAgain(ctx context.Context) (err error) {
	if n.second == nil {
		return nil
	}
	defer func() {
		if r := recover(); r != nil {
			n.log.Error("the second tier broke; the first judges alone", "kind", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			err = nil
		}
	}()
	return n.second.Run(ctx)
}

// deeds is what the second tier may do to the city.
type deeds struct{ n *Node }

func (d deeds) Reconsider(ctx context.Context, al moderation.Alarm) (id.CaseID, error) {
	return d.n.book.Reconsider(ctx, al)
}

func (d deeds) Correct(ctx context.Context, u moderation.Utterance, v moderation.Verdict) error {
	return d.n.gate.Correct(ctx, u, v)
}

// Comfort gives a child the numbers to call that it would have got at once, had
// the first tier seen what the second saw; the listener, too, knows from now on.
func (d deeds) Comfort(al moderation.Alarm) {
	d.n.cries.add(al.Utterance.ID)
	if s := d.n.people.byVisitor(al.Utterance.Speaker); s != nil {
		s.Send(d.n.Notice(al.Verdict.Labels(), s.Visitor().Bracket, s.Reader()))
	}
}

// TakeBack writes the case, then takes the words from everybody who has them,
// and from whatever remembers what is said. Harm does not stay because a disk
// is full: the book keeps what it could not write.
func (d deeds) TakeBack(ctx context.Context, al moderation.Alarm) error {
	_, err := d.n.book.Retract(ctx, al)
	d.n.retract(al.Utterance.ID, al.Verdict, "second")
	return errors.Join(err, d.n.forgetWords(ctx, al.Utterance, al.Verdict))
}

// forgetWords takes the words of u out of the gate's memory; what they were a
// sign of stays there, v's reasons beside it.
func (n *Node) forgetWords(ctx context.Context, u moderation.Utterance, v moderation.Verdict) error {
	u.Text, u.Before = "", nil
	return n.gate.Correct(ctx, u, v)
}

// tier is how the second tier is.
type tier uint8

const (
	tierOff tier = iota
	tierPaused
	tierAway
	tierJudges
)

func (n *Node) tier() tier {
	if n.second == nil {
		return tierOff
	}
	m := n.model.Status()
	switch {
	case m.Paused || n.second.Status().Paused:
		return tierPaused
	case !m.Present:
		return tierAway
	}
	return tierJudges
}

// secondTier says how the second tier is, for staff, and whether it judges.
func (n *Node) secondTier() (words string, judges bool) {
	switch n.tier() {
	case tierPaused:
		return "第一段だけ（AIの見なおしは、失敗がつづいたので休止中: " + n.cfg.Model + "）", false
	case tierAway:
		return "第一段だけ（AIの見なおしの Ollama " + n.cfg.Model + " に届きません）", false
	case tierJudges:
		return "第一段とAIの見なおし（" + n.cfg.Model + "）", true
	}
	return "第一段だけ（規則と学習したモデル）", false
}

func (n *Node) collectSecond(put func(t prometheus.ValueType, name string, v float64, labels ...string)) {
	put(prometheus.GaugeValue, "second_state", float64(n.tier()))
	for i, by := range retractors {
		put(prometheus.CounterValue, "retractions_total", float64(n.retractions.tiers[i].Load()), by)
	}
	var s second.Status
	if n.second != nil {
		s = n.second.Status()
	}
	put(prometheus.GaugeValue, "second_waiting", float64(s.Waiting))
	for look, v := range map[string]uint64{"looked": s.Looked, "dropped": s.Dropped, "failed": s.Failed} {
		put(prometheus.CounterValue, "second_looks_total", float64(v), look)
	}
	for deed, v := range map[string]uint64{"raised": s.Raised, "lowered": s.Lowered, "retracted": s.Retracted, "braked": s.Braked, "unkept": s.Unkept} {
		put(prometheus.CounterValue, "second_deeds_total", float64(v), deed)
	}
	put(prometheus.GaugeValue, "second_seconds", s.Slowest.Seconds(), "slowest")
	if s.Looked > 0 {
		put(prometheus.GaugeValue, "second_seconds", (s.Took / time.Duration(s.Looked)).Seconds(), "mean")
	}
}
