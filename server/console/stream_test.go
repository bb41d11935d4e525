package console

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// listen opens a live page and returns its events as they come.
func (b *browser) listen(query string) (events <-chan [2]string, end context.CancelFunc) {
	b.g.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, _ := http.NewRequestWithContext(ctx, "GET", b.g.server.URL+"/staff/live"+query, nil)
	res, err := b.Do(r)
	if err != nil {
		b.g.t.Fatal(err)
	}
	if ct := res.Header.Get("Content-Type"); !strings.HasPrefix(ct, "text/event-stream") {
		b.g.t.Fatalf("%d %s", res.StatusCode, ct)
	}
	out := make(chan [2]string, 64)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(out)
		defer res.Body.Close()
		s := bufio.NewScanner(res.Body)
		s.Buffer(nil, 1<<20)
		event := ""
		for s.Scan() {
			if e, ok := strings.CutPrefix(s.Text(), "event: "); ok {
				event = e
			}
			if d, ok := strings.CutPrefix(s.Text(), "data: "); ok {
				var text string
				_ = json.Unmarshal([]byte(d), &text)
				out <- [2]string{event, text}
			}
		}
	})
	b.g.t.Cleanup(func() { cancel(); wg.Wait() })
	return out, cancel
}

// await reads events until one of that name holds all the words.
func await(t *testing.T, events <-chan [2]string, name string, words ...string) string {
	t.Helper()
	late := time.After(30 * time.Second)
next:
	for {
		select {
		case e, ok := <-events:
			if !ok {
				t.Fatalf("the stream ended before %s with %q", name, words)
			}
			if e[0] != name {
				continue
			}
			for _, w := range words {
				if !strings.Contains(e[1], w) {
					continue next
				}
			}
			return e[1]
		case <-late:
			t.Fatalf("no %s with %q", name, words)
		}
	}
}

func TestLivePageTellsOfANewCase(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	b := g.signedIn("tanaka")
	events, _ := b.listen("?page=now")
	await(t, events, "part", "駅前ひろば", "いま対応がいるケースはありません", "tanaka")
	g.raise(moderation.Urgent, `</li><script>消えたい`)
	if a := await(t, events, "alarm"); !strings.Contains(a, "緊急") {
		t.Errorf("%q", a)
	}
	part := await(t, events, "part", "ふわふわペンギン", `data-urgent="1"`)
	if strings.Contains(part, "消えたい") {
		t.Error("the list quotes a child whose case nobody has opened")
	}
	b.post("/staff/case/1/acknowledge")
	await(t, events, "part", "対応中（tanaka）", `data-open="0"`)
	g.city.mu.Lock()
	g.city.rooms[0].Visitors = 17
	g.city.mu.Unlock()
	await(t, events, "part", ">17<")
	time.Sleep(pageTimeout + 200*time.Millisecond)
	g.city.mu.Lock()
	g.city.rooms[0].Visitors = 18
	g.city.mu.Unlock()
	await(t, events, "part", ">18<")
}

// What a colleague opens by hand as urgent is told to everybody, although it
// is taken from the start.
func TestLivePageTellsOfAnUrgentCaseByHand(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	g.account("mori", RoleStaff)
	events, end := g.signedIn("mori").listen("?page=now")
	defer end()
	await(t, events, "part")
	if code, _, _ := g.signedIn("tanaka").post("/staff/new", "why", "電話で助けを求めている", "level", "urgent"); code != 303 {
		t.Fatal(code)
	}
	if a := await(t, events, "alarm"); !strings.Contains(a, "緊急") {
		t.Errorf("%s", a)
	}
}

func TestLiveCasePageGrows(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	g.raise(moderation.Case, "ねむれない")
	b := g.signedIn("tanaka")
	b.get("/staff/case/1")
	events, _ := b.listen("?case=1")
	await(t, events, "part", "れない")
	if len(g.store.views) != 1 {
		t.Errorf("one look, logged %d times", len(g.store.views))
	}
	g.pass(5 * time.Second)
	g.raise(moderation.Urgent, "もう消えたい")
	await(t, events, "part", "もう消えたい")
	// A live page that nobody opened the case for is a look of its own.
	other := g.signedIn("tanaka")
	more, _ := other.listen("?case=1")
	await(t, more, "part", "もう消えたい")
	if len(g.store.views) != 2 {
		t.Errorf("a second browser's look: %d entries", len(g.store.views))
	}
}

func TestLivePageEnds(t *testing.T) {
	for name, end := range map[string]func(*rig, *browser){
		"signed out": func(g *rig, b *browser) { b.post("/staff/sign-out") },
		"idle":       func(g *rig, b *browser) { g.pass(SessionIdle) },
	} {
		t.Run(name, func(t *testing.T) {
			g := newRig(t)
			g.account("tanaka", RoleStaff)
			b := g.signedIn("tanaka")
			events, _ := b.listen("?page=now")
			await(t, events, "part")
			end(g, b)
			await(t, events, "out")
		})
	}
	t.Run("drained", func(t *testing.T) {
		g := newRig(t)
		g.account("tanaka", RoleStaff)
		events, _ := g.signedIn("tanaka").listen("?page=now")
		await(t, events, "part")
		g.stop()
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := g.server.Config.Shutdown(ctx); err != nil {
			t.Fatalf("the server waits for live pages: %v", err)
		}
	})
	t.Run("nobody", func(t *testing.T) {
		g := newRig(t)
		events, _ := g.browser().listen("?page=now")
		await(t, events, "out")
	})
	t.Run("too many pages", func(t *testing.T) {
		g := newRig(t)
		g.account("tanaka", RoleStaff)
		b := g.signedIn("tanaka")
		oldest, _ := b.listen("?page=now")
		await(t, oldest, "part")
		for range streamsEach {
			b.listen("?")
		}
		await(t, oldest, "elsewhere")
	})
}

func TestDuty(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	if g.console.OnDuty() != 0 {
		t.Fatal("somebody before anybody")
	}
	_, changed := g.console.Duty()
	b := g.signedIn("tanaka")
	<-changed
	if on, _ := g.console.Duty(); !slices.Equal(on, []id.StaffID{"tanaka"}) {
		t.Fatalf("%v", on)
	}
	// An open page keeps somebody on duty without a request.
	events, leave := b.listen("?page=now")
	await(t, events, "part")
	g.pass(dutyFor * 2)
	g.console.duty.tire(g.now())
	if g.console.OnDuty() != 1 {
		t.Fatal("off duty with an open page")
	}
	leave()
	for range events {
	}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		g.pass(dutyFor) // the server notices in its own time
		g.console.duty.tire(g.now())
		if g.console.OnDuty() == 0 {
			break
		}
	}
	if g.console.OnDuty() != 0 {
		t.Fatal("on duty for ever")
	}
	_, changed = g.console.Duty()
	b.get("/staff/")
	<-changed
	_, changed = g.console.Duty()
	b.post("/staff/sign-out")
	<-changed
	if g.console.OnDuty() != 0 {
		t.Fatal("on duty after signing out")
	}
}
