package second

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
	"kakitsubata/server/llm"
)

// modelFunc stands in for a model.
type modelFunc func(ctx context.Context, each func(string) error) error

func (f modelFunc) Chat(ctx context.Context, _ llm.Request, each func(string) error) error {
	return f(ctx, each)
}

func says(answer string) modelFunc {
	return func(_ context.Context, each func(string) error) error { return each(answer) }
}

// deeds keeps what a looker does.
type deeds struct {
	mu        sync.Mutex
	told      []moderation.Alarm
	corrected []moderation.Verdict
	back      []moderation.Alarm
	comforted []moderation.Alarm
	fail      error
}

func (d *deeds) Reconsider(_ context.Context, al moderation.Alarm) (id.CaseID, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told = append(d.told, al)
	return 1, d.fail
}

func (d *deeds) Correct(_ context.Context, _ moderation.Utterance, v moderation.Verdict) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.corrected = append(d.corrected, v)
	return d.fail
}

func (d *deeds) Comfort(al moderation.Alarm) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.comforted = append(d.comforted, al)
}

func (d *deeds) TakeBack(_ context.Context, al moderation.Alarm) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.back = append(d.back, al)
	return d.fail
}

func (d *deeds) none() bool { return len(d.told)+len(d.corrected)+len(d.back) == 0 }

// rig is a looker that runs in a bubble.
func rig(t *testing.T, m Model, f func(l *Looker, d *deeds)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := &deeds{}
		l := New(Options{Model: m, Name: "tiny", Deeds: d, Queue: 4, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- l.Run(ctx) }()
		f(l, d)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func watched() moderation.Judged {
	return judged(moderation.Pass, moderation.Watch, reason(moderation.Insult, 1, moderation.Watch))
}

func TestHarmIsTakenBackWithItsReason(t *testing.T) {
	rig(t, says(fine), func(l *Looker, d *deeds) {
		l.Judged(watched())
		synctest.Wait()
		if len(d.back) != 1 || len(d.told) != 0 {
			t.Fatalf("%+v", d)
		}
		al := d.back[0]
		r := al.Verdict.Reasons[0]
		if al.Utterance.ID != 7 || !al.Shown || al.Verdict.Concern != moderation.Case || al.Verdict.Severity != 2 ||
			r.Tier != 2 || r.Version != "tiny" || r.Rule != "second/insult" || r.Category != moderation.Insult || len(r.Spans) != 1 || r.Spans[0].From != 6 {
			t.Errorf("%+v", al)
		}
		for _, want := range []string{"第二段", "tiny", "95％", "取り消した", "仲間はずし", words} {
			if !strings.Contains(al.Note, want) {
				t.Errorf("the note lacks %s: %s", want, al.Note)
			}
		}
		if s := l.Status(); s.Looked != 1 || s.Retracted != 1 || s.Failed+s.Dropped != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestRaiseAndLower(t *testing.T) {
	answer := strings.Replace(fine, `"confidence":95`, `"confidence":80`, 1)
	m := modelFunc(func(_ context.Context, each func(string) error) error { return each(answer) })
	rig(t, m, func(l *Looker, d *deeds) {
		l.Judged(watched())
		synctest.Wait()
		if len(d.told) != 1 || len(d.corrected) != 1 || len(d.back) != 0 || d.told[0].Verdict.Concern != moderation.Case ||
			len(d.corrected[0].Reasons) != 1 || !strings.Contains(d.told[0].Note, "観察から確認にした") {
			t.Fatalf("%+v", d)
		}
		answer = `{"duty":"none","category":"none","severity":0,"level":"none","confidence":95,"quote":"","reason":"ゲームの話。"}`
		l.Judged(watched())
		synctest.Wait()
		if len(d.told) != 2 || len(d.corrected) != 2 || len(d.corrected[1].Reasons) != 0 || d.told[1].Verdict.Concern != moderation.None {
			t.Fatalf("%+v", d)
		}
		l.Judged(judged(moderation.Pass, moderation.Case, reason(moderation.Insult, 2, moderation.Case)))
		synctest.Wait()
		if len(d.told) != 3 || len(d.corrected) != 2 || d.told[2].Verdict.Concern != moderation.Watch || d.told[2].Verdict.Reasons[0].Category != moderation.Insult {
			t.Fatalf("%+v", d)
		}
		if s := l.Status(); s.Looked != 3 || s.Raised != 1 || s.Lowered != 2 {
			t.Errorf("%+v", s)
		}
	})
}

// A child in whom only the second look finds need gets the notice, once: not for
// what the first tier heard already, not for harm.
func TestNeedThatIsFoundLateIsComforted(t *testing.T) {
	answer := `{"duty":"support","category":"loneliness","severity":2,"level":"case","confidence":85,"quote":"","reason":"ひとりでいる。"}`
	m := modelFunc(func(_ context.Context, each func(string) error) error { return each(answer) })
	rig(t, m, func(l *Looker, d *deeds) {
		l.Judged(judged(moderation.Pass, moderation.Watch, reason(moderation.Loneliness, 1, moderation.Watch)))
		synctest.Wait()
		if len(d.comforted) != 1 || len(d.told) != 1 || d.comforted[0].Verdict.Labels()[0] != moderation.Loneliness {
			t.Fatalf("%+v", d)
		}
		answer = strings.NewReplacer(`"case"`, `"urgent"`, `85`, `95`).Replace(answer)
		l.Judged(judged(moderation.Pass, moderation.Case, reason(moderation.Loneliness, 2, moderation.Case)))
		synctest.Wait()
		answer = `{"duty":"harm","category":"insult","severity":1,"level":"case","confidence":80,"quote":"","reason":"からかい。"}`
		l.Judged(watched())
		synctest.Wait()
		if len(d.told) != 3 || len(d.comforted) != 1 {
			t.Fatalf("%+v", d)
		}
	})
}

// A model that hangs, babbles, breaks off, is absent or breaks by itself leaves
// everything as it is, in time, and is left alone for a while.
func TestBadModels(t *testing.T) {
	for name, m := range map[string]modelFunc{
		"hangs":        func(ctx context.Context, _ func(string) error) error { <-ctx.Done(); return context.Cause(ctx) },
		"babbles":      says(strings.Repeat("あのね、", 500)),
		"broken JSON":  says(fine[:40]),
		"breaks off":   func(_ context.Context, each func(string) error) error { _ = each(fine); return llm.ErrBroken },
		"absent":       func(context.Context, func(string) error) error { return llm.ErrAbsent },
		"panics":       func(context.Context, func(string) error) error { panic("a model of the test") },
		"says nothing": says(""),
	} {
		t.Run(name, func(t *testing.T) {
			rig(t, m, func(l *Looker, d *deeds) {
				for range pauseAfter {
					l.Judged(watched())
					time.Sleep(DefaultWithin + time.Second)
					synctest.Wait()
				}
				s := l.Status()
				if !d.none() || s.Failed != pauseAfter || s.Looked != 0 || !s.Paused || strings.Contains(s.Err, "あのね") {
					t.Fatalf("%+v, %+v", d, s)
				}
				l.Judged(watched())
				if s := l.Status(); s.Dropped != 1 || s.Waiting != 0 {
					t.Errorf("in the pause: %+v", s)
				}
			})
		})
	}
}

// After the pause one look tries; while it fails the pause grows, when it
// succeeds all is as before.
func TestThePauseEndsWithATrial(t *testing.T) {
	good := false
	calls := 0
	m := modelFunc(func(_ context.Context, each func(string) error) error {
		if calls++; !good {
			return llm.ErrAbsent
		}
		return each(fine)
	})
	rig(t, m, func(l *Looker, d *deeds) {
		for range pauseAfter {
			l.Judged(watched())
			synctest.Wait()
		}
		for _, length := range []time.Duration{30, 60, 120, 240, 300, 300} {
			time.Sleep(length*time.Second - 1)
			l.Judged(watched())
			synctest.Wait()
			if !l.Status().Paused {
				t.Fatalf("over before %d s", length)
			}
			time.Sleep(time.Nanosecond)
			before := calls
			for range 3 {
				l.Judged(watched())
			}
			synctest.Wait()
			if calls != before+1 || !l.Status().Paused {
				t.Fatalf("%d tried after %d s", calls-before, length)
			}
		}
		good = true
		time.Sleep(pauseLimit)
		l.Judged(watched())
		synctest.Wait()
		good = false
		l.Judged(watched())
		synctest.Wait()
		if s := l.Status(); s.Paused || s.Looked != 1 || len(d.back) != 1 {
			t.Errorf("%+v", s)
		}
	})
}

// Whoever speaks never waits: a full queue drops and counts.
func TestTheQueueIsBounded(t *testing.T) {
	release := make(chan struct{})
	m := modelFunc(func(_ context.Context, each func(string) error) error { <-release; return each(fine) })
	synctest.Test(t, func(t *testing.T) {
		release = make(chan struct{})
		d := &deeds{}
		l := New(Options{Model: m, Deeds: d, Queue: 4})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- l.Run(ctx) }()
		l.Judged(watched())
		synctest.Wait() // it looks at the first
		began := time.Now()
		for range 4 { // a label alone leaves half to what is kept in mind
			l.Judged(judged(moderation.Pass, moderation.None, reason(moderation.Insult, 1, moderation.None)))
		}
		if s := l.Status(); s.Waiting != 2 || s.Dropped != 2 {
			t.Fatalf("%+v", s)
		}
		for range 6 {
			l.Judged(watched())
		}
		if time.Since(began) != 0 {
			t.Error("the speaker waited")
		}
		if s := l.Status(); s.Waiting != 4 || s.Dropped != 6 {
			t.Fatalf("%+v", s)
		}
		time.Sleep(staleAfter + time.Second)
		close(release)
		synctest.Wait()
		if s := l.Status(); s.Looked != 1 || s.Dropped != 10 || s.Waiting != 0 {
			t.Errorf("what waited too long: %+v", s)
		}
		l.Judged(judged(moderation.Pass, moderation.None))
		if s := l.Status(); s.Dropped != 10 || s.Waiting != 0 {
			t.Errorf("plain talk: %+v", s)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// A model that would take everything back is braked: it makes cases.
func TestTheBrake(t *testing.T) {
	rig(t, says(fine), func(l *Looker, d *deeds) {
		for range maxBack + 3 {
			l.Judged(watched())
			synctest.Wait()
		}
		if s := l.Status(); len(d.back) != maxBack || len(d.told) != 3 || s.Braked != 3 || s.Raised != 3 || d.told[0].Verdict.Concern != moderation.Case {
			t.Fatalf("%d taken back, %d told, %+v", len(d.back), len(d.told), s)
		}
		time.Sleep(backSpan)
		l.Judged(watched())
		synctest.Wait()
		if len(d.back) != maxBack+1 {
			t.Error("the brake stays on")
		}
	})
}

func TestWhatIsNotKeptIsCounted(t *testing.T) {
	rig(t, says(fine), func(l *Looker, d *deeds) {
		d.fail = errors.New("the disk is full")
		l.Judged(watched())
		synctest.Wait()
		if s := l.Status(); s.Unkept != 1 || s.Retracted != 1 || s.Paused {
			t.Errorf("%+v", s)
		}
	})
}

// The door's own refusals are no fault of an answer.
func TestTheDoorsPauseIsNoFailure(t *testing.T) {
	for _, err := range []error{llm.ErrPaused, llm.ErrBusy} {
		rig(t, modelFunc(func(context.Context, func(string) error) error { return err }), func(l *Looker, d *deeds) {
			for range 2 * pauseAfter {
				l.Judged(watched())
				synctest.Wait()
			}
			if s := l.Status(); s.Failed != 0 || s.Dropped != 2*pauseAfter || s.Paused {
				t.Errorf("%+v", s)
			}
		})
	}
}

// With the real door: the look is asked for coldly, in the form, with the
// rubric; and it goes before the listener's words that wait, while those that
// are being answered are let finish.
func TestALookGoesBeforeTheListener(t *testing.T) {
	type asked struct {
		Messages []struct{ Role, Content string }
		Options  map[string]any
		Format   json.RawMessage
	}
	came := make(chan asked, 8)
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var a asked
		_ = json.NewDecoder(r.Body).Decode(&a)
		came <- a
		select {
		case <-release:
		case <-r.Context().Done():
			return
		}
		answer := "うん。"
		if len(a.Format) > 0 {
			answer = fine
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"message": map[string]string{"role": "assistant", "content": answer}, "done": true})
	}))
	defer s.Close()
	m, err := llm.Dial(s.URL, "tiny")
	if err != nil {
		t.Fatal(err)
	}
	var talks sync.WaitGroup
	talk := func(text string) {
		talks.Go(func() {
			r := llm.Request{Turns: []llm.Turn{{Role: llm.User, Text: text}}, First: time.Hour, Idle: time.Hour, Whole: time.Hour}
			if err := m.Chat(t.Context(), r, func(string) error { return nil }); err != nil {
				t.Errorf("%s: %v", text, err)
			}
		})
	}
	waits := func(n int) {
		t.Helper()
		for end := time.Now().Add(30 * time.Second); m.Status().Waiting != n; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d wait, want %d", m.Status().Waiting, n)
			}
		}
	}
	d := &deeds{}
	l := New(Options{Model: m, Name: "tiny", Deeds: d, Within: time.Hour})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()

	talk("ひとつめ")
	first := <-came
	talk("ふたつめ")
	waits(1)
	l.Judged(watched())
	waits(2)
	close(release)
	look, last := <-came, <-came
	talks.Wait()
	if first.Messages[0].Content != "ひとつめ" || last.Messages[0].Content != "ふたつめ" {
		t.Errorf("the listener's words came as %v, %v", first.Messages, last.Messages)
	}
	if len(look.Messages) != 2 || look.Messages[0].Content != rubric || !strings.Contains(look.Messages[1].Content, words) ||
		look.Options["temperature"] != 0.0 || !strings.Contains(string(look.Format), `"npc_abuse"`) {
		t.Errorf("the look was asked as %+v", look)
	}
	for end := time.Now().Add(30 * time.Second); l.Status().Retracted == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%+v", l.Status())
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func ExampleDeed_String() {
	fmt.Println(Leave, Raise, Lower, Retract)
	// Output: leave raise lower retract
}
