package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// serve stands in for the model's server.
func serve(t *testing.T, h http.HandlerFunc) *Model {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections) // runs first: hanging answers end
	m, err := Dial(s.URL, "tiny")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func say(w http.ResponseWriter, words string, done bool) {
	json.NewEncoder(w).Encode(map[string]any{"model": "tiny", "message": map[string]string{"role": "assistant", "content": words}, "done": done})
	w.(http.Flusher).Flush()
}

// hang waits until the client is gone.
func hang(r *http.Request) {
	io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// Requests of which at most one deadline is short: a slow machine can't meet
// another one first.
var (
	patient  = Request{First: time.Hour, Idle: time.Hour, Whole: time.Hour}
	noFirst  = Request{First: 80 * time.Millisecond, Idle: time.Hour, Whole: time.Hour}
	noSecond = Request{First: time.Hour, Idle: 80 * time.Millisecond, Whole: time.Hour}
	noEnd    = Request{First: time.Hour, Idle: time.Hour, Whole: 200 * time.Millisecond}
)

func collect(m *Model, r Request) (string, error) {
	var b strings.Builder
	err := m.Chat(context.Background(), r, func(s string) error { b.WriteString(s); return nil })
	return b.String(), err
}

func TestChatStreams(t *testing.T) {
	var body map[string]any
	m := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/chat" {
			t.Errorf("path %s", r.URL.Path)
		}
		json.NewDecoder(r.Body).Decode(&body)
		say(w, "こん", false)
		say(w, "にちは", false)
		say(w, "", true)
	})
	r := patient
	r.System, r.Turns, r.Words, r.Temperature = "やさしく", []Turn{{User, "やあ"}, {Assistant, "うん"}}, 30, 0.5
	got, err := collect(m, r)
	if got != "こんにちは" || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	options, _ := body["options"].(map[string]any)
	if options["num_predict"] != 30.0 || options["temperature"] != 0.5 || body["keep_alive"] == nil || body["model"] != "tiny" {
		t.Errorf("asked %v", body)
	}
	if messages, _ := body["messages"].([]any); len(messages) != 3 {
		t.Errorf("messages %v", body["messages"])
	}
	if s := m.Status(); !s.Present || s.Calls != 1 || s.Failed != 0 || s.First.Count != 1 || s.Whole.Count != 1 {
		t.Errorf("status %+v", s)
	}
}

// A judgement is asked for coldly and in a form.
func TestSchemaGoesAlong(t *testing.T) {
	var body map[string]any
	m := serve(t, func(w http.ResponseWriter, r *http.Request) {
		json.NewDecoder(r.Body).Decode(&body)
		say(w, `{"level":"none"}`, true)
	})
	r := patient
	r.Cold, r.Schema = true, json.RawMessage(`{"type":"object"}`)
	if got, err := collect(m, r); got != `{"level":"none"}` || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	options, _ := body["options"].(map[string]any)
	format, _ := body["format"].(map[string]any)
	if options["temperature"] != 0.0 || format["type"] != "object" {
		t.Errorf("asked %v", body)
	}
}

// Whatever the server does, the call ends with an error that says so.
func TestBadServers(t *testing.T) {
	tests := []struct {
		name string
		h    http.HandlerFunc
		ask  Request
		want error
	}{
		{"hangs before the header", func(w http.ResponseWriter, r *http.Request) { hang(r) }, noFirst, ErrSlow},
		{"hangs after the header", func(w http.ResponseWriter, r *http.Request) { w.(http.Flusher).Flush(); hang(r) }, noFirst, ErrSlow},
		{"hangs between words", func(w http.ResponseWriter, r *http.Request) { say(w, "あ", false); hang(r) }, noSecond, ErrSlow},
		{"keeps alive without words", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				say(w, "", false)
				time.Sleep(5 * time.Millisecond)
			}
		}, noFirst, ErrSlow},
		{"drips for ever", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				say(w, "あ", false)
				time.Sleep(10 * time.Millisecond)
			}
		}, noEnd, ErrSlow},
		{"babbles endlessly", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				say(w, strings.Repeat("あ", 100), false)
			}
		}, patient, ErrBroken},
		{"one line without end", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				io.WriteString(w, strings.Repeat("あ", 10000))
			}
		}, patient, ErrBroken},
		{"broken JSON", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "{\"message\": ひみつのことば\n")
		}, patient, ErrBroken},
		{"not JSON", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<html>ひみつのことば</html>") }, patient, ErrBroken},
		{"dies in mid-stream", func(w http.ResponseWriter, r *http.Request) { say(w, "あ", false); panic(http.ErrAbortHandler) }, patient, ErrBroken},
		{"ends before done", func(w http.ResponseWriter, r *http.Request) { say(w, "あ", false) }, patient, ErrBroken},
		{"empty", func(w http.ResponseWriter, r *http.Request) {}, patient, ErrBroken},
		{"an error in the stream", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, `{"error":"ひみつのことば"}`) }, patient, ErrBroken},
		{"500", func(w http.ResponseWriter, r *http.Request) { http.Error(w, `{"error":"ひみつのことば"}`, 500) }, patient, ErrBroken},
		{"no such model", func(w http.ResponseWriter, r *http.Request) { http.Error(w, `{"error":"model not found"}`, 404) }, patient, ErrAbsent},
		{"redirects elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://192.0.2.1/", http.StatusTemporaryRedirect)
		}, patient, ErrBroken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := serve(t, tt.h)
			_, err := collect(m, tt.ask)
			if !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
			if s := m.Status(); s.Failed != 1 || strings.Contains(s.Err, "ひみつ") || strings.Contains(fmt.Sprint(err), "ひみつ") {
				t.Errorf("status %+v, error %v: it must count the failure and quote nothing", s, err)
			}
		})
	}
}

func TestAbsentServerOpensTheBreaker(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	m, _ := Dial(s.URL, "tiny")
	clock := time.Unix(1000, 0)
	m.now = func() time.Time { return clock }
	for range breakAfter {
		if _, err := collect(m, patient); !errors.Is(err, ErrAbsent) {
			t.Fatalf("%v", err)
		}
	}
	if _, err := collect(m, patient); !errors.Is(err, ErrPaused) {
		t.Fatalf("after %d failures: %v", breakAfter, err)
	}
	if s := m.Status(); !s.Paused || s.Refused != 1 || s.Failed != breakAfter {
		t.Errorf("status %+v", s)
	}
	clock = clock.Add(breakFirst)
	if _, err := collect(m, patient); !errors.Is(err, ErrAbsent) {
		t.Errorf("the trial: %v", err)
	}
	if err := m.Ready(context.Background()); !errors.Is(err, ErrAbsent) {
		t.Errorf("Ready: %v", err)
	}
}

func TestReady(t *testing.T) {
	m := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, `{"details":{}}`) })
	if err := m.Ready(context.Background()); err != nil || !m.Status().Present {
		t.Errorf("%v, %+v", err, m.Status())
	}
	m = serve(t, func(w http.ResponseWriter, r *http.Request) { http.Error(w, `{"error":"no"}`, 404) })
	if err := m.Ready(context.Background()); !errors.Is(err, ErrAbsent) || m.Status().Present {
		t.Errorf("%v", err)
	}
}

func TestEnoughEndsEarlyAndWell(t *testing.T) {
	gone := make(chan struct{})
	m := serve(t, func(w http.ResponseWriter, r *http.Request) { say(w, "あ。", false); hang(r); close(gone) })
	err := m.Chat(context.Background(), patient, func(string) error { return Enough() })
	if err != nil || m.Status().Failed != 0 {
		t.Errorf("%v, %+v", err, m.Status())
	}
	<-gone // the server is told to stop
}

func TestCallerThatLeavesIsNobodysFailure(t *testing.T) {
	m := serve(t, func(w http.ResponseWriter, r *http.Request) { hang(r) })
	for range 2 * breakAfter {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
		err := m.Chat(ctx, patient, func(string) error { return nil })
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
	}
	if s := m.Status(); s.Failed != 0 || s.Paused {
		t.Errorf("status %+v", s)
	}
}

func TestOneAtATimeUrgentFirst(t *testing.T) {
	var at atomic.Int32
	release := make(chan struct{})
	var mu sync.Mutex
	var order []string
	m := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if at.Add(1) > 1 {
			t.Error("two at once")
		}
		var q struct{ Messages []struct{ Content string } }
		json.NewDecoder(r.Body).Decode(&q)
		mu.Lock()
		order = append(order, q.Messages[0].Content)
		mu.Unlock()
		<-release
		at.Add(-1)
		say(w, "あ", true)
	})
	var wg sync.WaitGroup
	ask := func(text string, p Priority, depth int) {
		r := patient
		r.Priority, r.Turns = p, []Turn{{User, text}}
		wg.Go(func() { collect(m, r) })
		until(t, func() bool { mu.Lock(); defer mu.Unlock(); return len(order) == 1 && m.queue.depth() == depth })
	}
	ask("1", Talk, 0)
	ask("2", Talk, 1)
	ask("3", Talk, 2)
	ask("4", Judge, 3)
	close(release)
	wg.Wait()
	if got := strings.Join(order, ""); got != "1423" {
		t.Errorf("order %s", got)
	}
}

func TestQueueIsBounded(t *testing.T) {
	m := serve(t, func(w http.ResponseWriter, r *http.Request) { hang(r) })
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for range maxQueue + 1 {
		wg.Go(func() {
			m.Chat(ctx, patient, func(string) error { return nil })
		})
	}
	until(t, func() bool { return m.queue.depth() == maxQueue })
	if _, err := collect(m, patient); !errors.Is(err, ErrBusy) {
		t.Errorf("%v", err)
	}
	cancel()
	wg.Wait()
	if m.queue.depth() != 0 || m.queue.taken {
		t.Error("the queue did not empty")
	}
}

func TestNoGoroutineStays(t *testing.T) {
	m := serve(t, func(w http.ResponseWriter, r *http.Request) { say(w, "あ", false); hang(r) })
	before := runtime.NumGoroutine()
	for range 3 {
		collect(m, noSecond)
	}
	until(t, func() bool { return runtime.NumGoroutine() <= before+2 })
}

func TestDialRefuses(t *testing.T) {
	for _, a := range []string{"", "off", "127.0.0.1:11434", "ftp://x", "http://", "://"} {
		if _, err := Dial(a, "m"); !errors.Is(err, ErrURL) {
			t.Errorf("%q: %v", a, err)
		}
	}
	if _, err := Dial("http://127.0.0.1:1", ""); !errors.Is(err, ErrURL) {
		t.Errorf("no model: %v", err)
	}
}

func until(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never came to that")
		}
	}
}
