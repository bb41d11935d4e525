package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

// gold is an alert as a person judged it, in the format of moderation's own
// utterances: what tools/train reads.
type gold struct {
	ID         string                `json:"id"`
	Text       string                `json:"text"`
	Labels     []moderation.Category `json:"labels"`
	Duty       string                `json:"duty"`
	Kind       string                `json:"kind"`
	Near       *moderation.Category  `json:"near"`
	Lang       string                `json:"lang"`
	Obfuscated bool                  `json:"obfuscated"`
	Severity   int                   `json:"severity"`
	Expected   expected              `json:"expected"`
}

// expected is what the gate should do: Shown is true, "masked" or false.
type expected struct {
	Shown          any      `json:"shown"`
	ShownAccept    []any    `json:"shown_accept"`
	Escalate       string   `json:"escalate"`
	EscalateAccept []string `json:"escalate_accept"`
}

const masked = "masked"

// expect is what should become of words that a person judged, by the rules of
// the utterances that the gate has learned from.
func expect(duty Duty, c moderation.Category, severity int) expected {
	switch duty {
	case DutySupport:
		switch severity {
		case 3:
			return expected{true, []any{true, masked}, "urgent", []string{"urgent", "case"}}
		case 2:
			return expected{true, []any{true, masked}, "case", []string{"case", "urgent"}}
		}
		return expected{true, []any{true}, "watch", []string{"watch", "case"}}
	case DutyHarm:
		return expectHarm(c, severity)
	}
	return expected{true, []any{true}, "none", []string{"none", "watch"}}
}

func expectHarm(c moderation.Category, severity int) expected {
	pursued := slices.Contains([]moderation.Category{moderation.Grooming, moderation.Threat, moderation.DarkJob, moderation.Drugs}, c)
	switch {
	case c == moderation.PII, c == moderation.URL:
		return expected{masked, []any{masked, false}, "watch", []string{"none", "watch", "case"}}
	case c == moderation.Spam:
		return expected{false, []any{false, masked}, "none", []string{"none", "watch"}}
	case severity == 3 && (c == moderation.Grooming || c == moderation.Threat):
		return expected{false, []any{false}, "urgent", []string{"urgent", "case"}}
	case severity == 3:
		return expected{false, []any{false, masked}, "case", []string{"watch", "case", "urgent"}}
	case severity == 2 && pursued:
		return expected{false, []any{false, masked}, "case", []string{"watch", "case", "urgent"}}
	case severity == 2:
		return expected{false, []any{false, masked}, "watch", []string{"none", "watch", "case"}}
	case pursued:
		return expected{true, []any{true, masked, false}, "watch", []string{"none", "watch", "case"}}
	}
	return expected{masked, []any{masked, true, false}, "none", []string{"none", "watch"}}
}

// memoryView is the view of reasons that come of what was said before: the
// words alone are no example of it.
const memoryView = "history"

// Errors of an alert that is no example.
var (
	errGone   = errors.New("console: the alert is not on the case any more")
	errMemory = errors.New("console: the alert came of several utterances")
)

// example is an alert of k as j judged it.
func example(k casebook.Case, j Judgement) (gold, error) {
	alerts := k.Alerts()
	at := slices.IndexFunc(alerts, func(s casebook.Said) bool { return s.Utterance == j.Utterance })
	if j.Utterance == 0 {
		at = len(alerts) - 1
	}
	if at < 0 {
		return gold{}, errGone
	}
	s := alerts[at]
	if len(s.Reasons) > 0 && !slices.ContainsFunc(s.Reasons, func(r moderation.Reason) bool { return r.View != memoryView }) {
		return gold{}, errMemory
	}
	g := gold{
		ID: fmt.Sprintf("feedback-%s-%d-%d", k.City, k.ID, at+1), Text: s.Words, Labels: []moderation.Category{},
		Duty: "none", Kind: "hard_negative", Lang: language(s.Words), Obfuscated: obfuscated(s.Reasons),
	}
	duty := j.Duty
	switch j.Finding {
	case FoundRight:
		duty = dutyOf(s)
		g.Labels = append(g.Labels, labelsOf(s, duty)...)
		g.Severity = severityOf(s, duty)
	case FoundOther:
		g.Labels, g.Severity = append(g.Labels, moderation.Category(j.Category)), j.Severity
	default:
		duty = DutyNone
		if len(s.Reasons) > 0 {
			g.Near = &s.Reasons[0].Category
		}
	}
	var first moderation.Category
	if len(g.Labels) > 0 {
		first = g.Labels[0]
	}
	switch duty {
	case DutySupport:
		g.Duty, g.Kind = "support", "positive"
	case DutyHarm:
		g.Duty, g.Kind = "harm", "positive"
	}
	g.Expected = expect(duty, first, g.Severity)
	return g, nil
}

// dutyOf is the side on which the machine saw the words: that of need where it
// called for a person because of it.
func dutyOf(s casebook.Said) Duty {
	need, harm := false, false
	for _, r := range s.Reasons {
		if !r.Support() {
			harm = true
		} else if r.Concern >= moderation.Case || r.Concern == moderation.None {
			need = true
		}
	}
	if need || !harm {
		return DutySupport
	}
	return DutyHarm
}

// labelsOf are the categories that the machine saw on one side, each once.
func labelsOf(s casebook.Said, duty Duty) (out []moderation.Category) {
	for _, r := range s.Reasons {
		if r.Support() == (duty == DutySupport) && !slices.Contains(out, r.Category) {
			out = append(out, r.Category)
		}
	}
	return out
}

// severityOf is how grave the machine took the words to be, 1 to 3.
func severityOf(s casebook.Said, duty Duty) int {
	if duty == DutySupport {
		return min(max(int(s.Level), 1), 3)
	}
	n := max(s.Severity, 1)
	for _, r := range s.Reasons {
		if !r.Support() {
			n = max(n, r.Severity)
		}
	}
	return min(n, 3)
}

// obfuscated reports whether the words were seen in no plain form.
func obfuscated(rs []moderation.Reason) bool {
	other := false
	for _, r := range rs {
		switch r.View {
		case "", "plain", "model", memoryView:
			return false
		}
		other = true
	}
	return other
}

// language is "ja" for whatever holds Japanese letters, else "mixed".
func language(s string) string {
	for _, r := range s {
		if unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) {
			return "ja"
		}
	}
	return "mixed"
}

// Tally is what judgements say about the machine.
type Tally struct {
	Right, Wrong, Other int // by the latest judgement of each alert
	Written             int // alerts that were written out
	Several             int // left out: they came of several utterances
	Gone                int // left out: the case does not hold the words any more
}

// judgePage is how many judgements are read at once.
const judgePage = 500

// Feedback writes every alert that staff have judged, one line each, in the
// format that tools/train reads; io.Discard counts them alone. The lines hold
// children's words: they are the city's, and stay there. Alerts of bots and
// tests are left out.
func (c *Console) Feedback(ctx context.Context, w io.Writer) (Tally, error) {
	latest, order, err := c.latestJudgements(ctx)
	if err != nil {
		return Tally{}, err
	}
	var t Tally
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for _, key := range order {
		j := latest[key]
		k, err := c.cases.Case(ctx, j.Case)
		if errors.Is(err, casebook.ErrUnknown) {
			t.Gone++
			continue
		}
		if err != nil {
			return t, err
		}
		if k.Mark {
			continue
		}
		switch j.Finding {
		case FoundRight:
			t.Right++
		case FoundWrong:
			t.Wrong++
		case FoundOther:
			t.Other++
		}
		g, err := example(k, j)
		switch {
		case errors.Is(err, errMemory):
			t.Several++
			continue
		case err != nil:
			t.Gone++
			continue
		}
		if err := out.Encode(g); err != nil {
			return t, err
		}
		t.Written++
	}
	return t, nil
}

type alertKey struct {
	of id.CaseID
	at id.UtteranceID
}

// latestJudgements is the one that counts of each alert, in the order in which
// the alerts were first judged.
func (c *Console) latestJudgements(ctx context.Context) (map[alertKey]Judgement, []alertKey, error) {
	latest, order := make(map[alertKey]Judgement), []alertKey(nil)
	var from time.Time
	seen := map[Judgement]bool{} // of the last moment: a page begins where the last one ended
	for {
		js, err := c.store.Judgements(ctx, c.city, from, judgePage)
		if err != nil {
			return nil, nil, err
		}
		fresh := 0
		for _, j := range js {
			if seen[j] {
				continue
			}
			fresh++
			if !j.At.Equal(from) {
				from = j.At
				clear(seen)
			}
			seen[j] = true
			key := alertKey{j.Case, j.Utterance}
			if _, ok := latest[key]; !ok {
				order = append(order, key)
			}
			latest[key] = j
		}
		if len(js) < judgePage || fresh == 0 {
			return latest, order, nil
		}
	}
}

type feedbackBody struct {
	Tally Tally
	All   int
}

func (c *Console) feedbackPage(v visit) {
	t, err := c.Feedback(v.r.Context(), io.Discard)
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	c.show(v, "feedback", "feedback", "判断の記録", feedbackBody{t, t.Right + t.Wrong + t.Other})
}

// feedbackPost hands the judgements out as a file. The log says so first.
func (c *Console) feedbackPost(v visit) {
	t, err := c.Feedback(v.r.Context(), io.Discard)
	if err == nil {
		err = c.store.AddDeed(v.r.Context(), Deed{
			City: c.city, At: v.now, Staff: v.account.Staff, Kind: DeedFeedback, Text: "判断の記録 " + strconv.Itoa(t.Written) + "件を取り出した",
		})
	}
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/jsonl; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="train-feedback-`+string(c.city)+"-"+v.now.In(c.zone).Format("20060102")+`.jsonl"`)
	if _, err := c.Feedback(v.r.Context(), v.w); err != nil {
		c.log.Error("console: judgements broke off", "err", err)
		panic(http.ErrAbortHandler) // the browser sees a broken file, not a short one
	}
}
