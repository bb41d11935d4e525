package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/ollama/ollama/api"
)

// Errors of a call. Each may wrap a cause.
var (
	ErrURL    = errors.New("llm: not an address of a model server")
	ErrBusy   = errors.New("llm: too many wait for the model")
	ErrPaused = errors.New("llm: the model failed lately and is left alone for a while")
	ErrSlow   = errors.New("llm: the model took too long")
	ErrBroken = errors.New("llm: the model's answer broke off or could not be read")
	ErrAbsent = errors.New("llm: no model server, or it lacks the model")
)

// Limits of an answer, whatever the server sends.
const (
	maxBody  = 1 << 20 // bytes of one HTTP answer
	maxReply = 4096    // bytes of words in one reply
	maxQueue = 16      // callers that wait
	keepWarm = 30 * time.Minute
)

// Defaults of a Request.
const (
	DefaultWords = 80
	DefaultFirst = 3 * time.Second
	DefaultIdle  = 2 * time.Second
	DefaultWhole = 8 * time.Second
)

// Role is who said a turn.
type Role string

// Roles, by the model's names.
const (
	User      Role = "user"
	Assistant Role = "assistant"
)

// Turn is one thing said before.
type Turn struct {
	Role Role
	Text string
}

// Request is one question to the model. Zero values take the defaults.
type Request struct {
	System      string
	Turns       []Turn // oldest first
	Priority    Priority
	Words       int             // tokens at most
	Temperature float32         // zero leaves it to the model
	Cold        bool            // temperature zero: the likeliest words, each time the same
	Schema      json.RawMessage // JSON schema that the answer keeps; none for plain words
	First       time.Duration   // until the first words, waiting in the queue included
	Idle        time.Duration   // between words
	Whole       time.Duration   // until the end
}

// Status is the model as metrics and staff see it. Counters never fall.
type Status struct {
	Model   string
	Present bool   // the last call or probe reached it
	Paused  bool   // the breaker is open
	Waiting int    // callers in the queue
	Calls   uint64 // that reached the head of the queue
	Failed  uint64 // of these
	Refused uint64 // by the breaker or a full queue
	First   Span   // from the call to the first words
	Whole   Span   // from the call to the end, of those that did not fail
	Err     string // of the last failure; it holds no words of anybody
}

// Span sums up durations.
type Span struct {
	Count uint64
	Sum   time.Duration
	Max   time.Duration
}

func (s *Span) add(d time.Duration) {
	s.Count++
	s.Sum += d
	s.Max = max(s.Max, d)
}

// Model is one model on one server. It may be used by many goroutines.
type Model struct {
	name   string
	client *api.Client
	now    func() time.Time
	queue  queue

	mu      sync.Mutex
	breaker breaker
	status  Status
}

// Dial makes a Model for a server's base address, such as
// http://127.0.0.1:11434, and a model's name. Nothing is sent yet.
func Dial(address, model string) (*Model, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%w: %q", ErrURL, address)
	}
	if model == "" {
		return nil, fmt.Errorf("%w: no model is named", ErrURL)
	}
	h := &http.Client{
		Transport: capped{&http.Transport{
			// Children's words go to the named server: by no proxy, to no
			// address that it redirects to.
			Proxy:                 nil,
			DialContext:           (&net.Dialer{Timeout: 2 * time.Second}).DialContext,
			ResponseHeaderTimeout: time.Minute,
			MaxIdleConns:          2,
			IdleConnTimeout:       time.Minute,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Model{
		name: model, client: api.NewClient(u, h), now: time.Now,
		queue: queue{limit: maxQueue}, status: Status{Model: model},
	}, nil
}

// capped ends every answer after maxBody bytes.
type capped struct{ http.RoundTripper }

func (t capped) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, maxBody), resp.Body}
	}
	return resp, err
}

// errEnough ends a stream whose caller has heard enough.
var errEnough = errors.New("llm: enough")

// Enough is what a caller's function returns to end an answer early: Chat then
// returns nil.
func Enough() error { return errEnough }

// Chat asks the model and calls each with the words as they come, on the
// caller's goroutine. It returns nil when the answer is whole, or each
// returned Enough. Words that came before an error should not be used.
func (m *Model) Chat(ctx context.Context, r Request, each func(delta string) error) error {
	r = r.withDefaults()
	began := m.now()
	// The clock for the first words, then for each that follows.
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	whole := time.AfterFunc(r.Whole, func() { cancel(ErrSlow) })
	defer whole.Stop()
	idle := time.AfterFunc(r.First, func() { cancel(ErrSlow) })
	defer idle.Stop()

	p := m.permit()
	if p == refused {
		return ErrPaused
	}
	if err := m.queue.enter(ctx, r.Priority); err != nil {
		m.giveUp(p)
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return err
	}
	defer m.queue.leave()
	entered := m.now()

	first, total, done, callers := true, 0, false, error(nil)
	err := m.client.Chat(ctx, m.request(r), func(resp api.ChatResponse) error {
		if delta := resp.Message.Content; delta != "" {
			idle.Reset(r.Idle)
			if first {
				first = false
				m.heard(m.now().Sub(began))
			}
			if total += len(delta); total > maxReply {
				return fmt.Errorf("%w: more than %d bytes", ErrBroken, maxReply)
			}
			if err := each(delta); err != nil {
				callers = err
				return err
			}
		}
		done = done || resp.Done
		return nil
	})
	switch {
	case errors.Is(callers, errEnough):
		err = nil
	case callers != nil:
		err = callers
	case context.Cause(ctx) != nil: // before err: the client returns nil when a stream breaks off
		err = context.Cause(ctx)
	case err != nil && !errors.Is(err, ErrBroken):
		err = classify(err)
	case err == nil && !done:
		err = fmt.Errorf("%w: it ended early", ErrBroken)
	}
	// Lateness is the model's fault only if it had the time to itself.
	blame := err != nil && (!errors.Is(err, ErrSlow) || entered.Sub(began) < r.First/10)
	m.settle(p, err, blame, m.now().Sub(began))
	return err
}

func (r Request) withDefaults() Request {
	if r.Words <= 0 {
		r.Words = DefaultWords
	}
	if r.First <= 0 {
		r.First = DefaultFirst
	}
	if r.Idle <= 0 {
		r.Idle = DefaultIdle
	}
	if r.Whole <= 0 {
		r.Whole = DefaultWhole
	}
	return r
}

func (m *Model) request(r Request) *api.ChatRequest {
	stream, think := true, api.ThinkValue{Value: false}
	options := map[string]any{"num_predict": r.Words}
	if r.Temperature > 0 {
		options["temperature"] = r.Temperature
	}
	if r.Cold {
		options["temperature"] = 0
	}
	messages := make([]api.Message, 0, len(r.Turns)+1)
	if r.System != "" {
		messages = append(messages, api.Message{Role: "system", Content: r.System})
	}
	for _, t := range r.Turns {
		messages = append(messages, api.Message{Role: string(t.Role), Content: t.Text})
	}
	return &api.ChatRequest{
		Model: m.name, Messages: messages, Stream: &stream, Think: &think,
		KeepAlive: &api.Duration{Duration: keepWarm}, Options: options, Format: r.Schema,
	}
}

// classify says what kind of fault it was, in words that hold nothing of what
// the server sent: an error may quote an answer.
func classify(err error) error {
	var status api.StatusError
	if errors.As(err, &status) {
		if status.StatusCode == http.StatusNotFound {
			return fmt.Errorf("%w: status 404", ErrAbsent)
		}
		return fmt.Errorf("%w: status %d", ErrBroken, status.StatusCode)
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return fmt.Errorf("%w: %w", ErrAbsent, op)
	}
	return ErrBroken
}

// Ready asks whether the server is there and has the model.
func (m *Model) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, DefaultFirst)
	defer cancel()
	_, err := m.client.Show(ctx, &api.ShowRequest{Model: m.name})
	if err != nil {
		if ctx.Err() != nil {
			err = ErrSlow
		} else {
			err = classify(err)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.status.Present = err == nil
	if err != nil {
		m.status.Err = err.Error()
	}
	return err
}

// Status is a snapshot.
func (m *Model) Status() Status {
	waiting := m.queue.depth()
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.status
	s.Waiting = waiting
	s.Paused = m.breaker.open(m.now())
	return s
}

func (m *Model) permit() pass {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.breaker.allow(m.now())
	if p == refused {
		m.status.Refused++
	}
	return p
}

func (m *Model) giveUp(p pass) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.breaker.forgo(p)
	m.status.Refused++
}

func (m *Model) heard(after time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.status.First.add(after)
}

// settle counts a call that reached the server. A caller that went away, or
// whose own function failed, is nobody's failure.
func (m *Model) settle(p pass, err error, blame bool, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.status.Calls++
	fault := errors.Is(err, ErrSlow) || errors.Is(err, ErrBroken) || errors.Is(err, ErrAbsent)
	switch {
	case err == nil:
		m.breaker.done(m.now(), p, true)
		m.status.Present = true
		m.status.Whole.add(took)
		return
	case fault && blame:
		m.breaker.done(m.now(), p, false)
	default:
		m.breaker.forgo(p)
	}
	if fault {
		m.status.Failed++
		m.status.Present = m.status.Present && !errors.Is(err, ErrAbsent)
		m.status.Err = err.Error()
	}
}
