package drive

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options of a drive.
type Options struct {
	Peer     string // as New knows it
	Label    string // in the result; empty: Peer
	Target   Target
	Workload Workload
	PID      int // of the server, for its CPU and memory

	Warm, For time.Duration // warm-up after the last join; what is measured
	JoinGap   time.Duration // between two joins
	Observers int

	ServerCore, OwnCore int // for what others took of them
}

// Result is what one run measured. Its names are the columns of the raw file.
type Result struct {
	Peer, Workload         string
	Clients                int
	CPU, CPUUser, CPUSys   float64 // the server's CPU seconds a second
	RSSMB, RSS0MB          float64 // the server's memory at the end, and before anybody came
	DownBps                float64 // bytes a second for each client, WebSocket heads included
	Hz, HzP5               float64 // snapshots a second and client: mean, and of the 5th percentile client
	BytesPerSnap           float64
	P50, P99               float64 // move to seen, ms; -1: none
	Coalesced              float64 // share of moves that no snapshot showed
	SayP50, SayP99, SayFan float64 // words to heard, ms; deliveries of each utterance
	InHz                   float64 // moves a second and client that were sent
	DriverCPU              float64
	Core0, Other0, Other1  float64 // busy shares: server's core; others on it; others on the driver's
	Dead                   int64   // sockets that were lost
	Err                    string  `json:",omitempty"`
	Samples                int
	At                     string
}

// drive is one run.
type drive struct {
	o       Options
	a       Adapter
	traits  Traits
	start   time.Time
	clients []*client
	byKey   map[uint64]*client // complete when ready
	readers sync.WaitGroup

	ready, measuring, closing atomic.Bool
	sent, said, dead          atomic.Int64
	first                     atomic.Pointer[error] // that ended a socket
}

type client struct {
	*Conn
	*walker
	i      int
	obs    *observer
	saidAt [kept]atomic.Int64

	bytes, snaps, heard atomic.Int64
	lost                atomic.Bool
}

func (d *drive) now() int64 { return int64(time.Since(d.start)) }

// Run joins everybody, measures, and leaves. It fails when somebody can't join.
func Run(ctx context.Context, o Options) (Result, error) {
	a, err := New(o.Peer, o.Target)
	if err != nil {
		return Result{}, err
	}
	d := &drive{o: o, a: a, traits: a.Traits(), start: time.Now(), byKey: make(map[uint64]*client)}
	defer d.end()
	before := memoryOf(o.PID)
	if err := d.join(ctx); err != nil {
		return Result{}, err
	}
	var writers sync.WaitGroup
	if !o.Workload.Mute {
		for _, c := range d.clients {
			writers.Go(func() { d.write(c) })
		}
	}
	r, err := d.measure(ctx)
	d.end() // what observers found is theirs until then
	writers.Wait()
	if err != nil {
		return Result{}, err
	}
	d.latencies(&r)
	r.RSS0MB = before
	return r, nil
}

// end closes all sockets and waits for their readers.
func (d *drive) end() {
	d.closing.Store(true)
	for _, c := range d.clients {
		if c != nil {
			_ = c.nc.Close()
		}
	}
	d.readers.Wait()
}

// join lets everybody in, as many abreast as the server likes.
func (d *drive) join(ctx context.Context) error {
	d.clients = make([]*client, d.o.Workload.Avatars())
	var mu sync.Mutex
	var failed error
	one := func(i int) {
		c, err := d.open(i)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("drive: avatar %d can't join: %w", i, err))
			return
		}
		d.clients[i], d.byKey[c.Key] = c, c
		d.readers.Go(func() { d.read(c) })
	}
	abreast := make(chan struct{}, max(1, d.traits.Abreast))
	var joining sync.WaitGroup
	for i := range d.clients {
		abreast <- struct{}{}
		joining.Go(func() {
			one(i)
			<-abreast
		})
		if d.traits.Abreast <= 1 {
			joining.Wait()
		}
		mu.Lock()
		err := errors.Join(failed, ctx.Err())
		mu.Unlock()
		if err != nil {
			break
		}
		time.Sleep(d.o.JoinGap)
	}
	joining.Wait()
	d.ready.Store(true)
	return errors.Join(failed, ctx.Err())
}

func (d *drive) open(i int) (*client, error) {
	conn, err := d.a.Open(i, i%d.o.Workload.Rooms)
	if err != nil {
		return nil, err
	}
	c := &client{Conn: conn, walker: newWalker(i), i: i}
	if d.traits.Headings {
		c.walker.x, c.walker.y = conn.X, conn.Y
	}
	if d.o.Workload.observes(i, d.o.Observers) {
		c.obs = &observer{d: d, seen: make(map[uint64]*seen)}
	}
	return c, nil
}

func (d *drive) read(c *client) {
	var err error
	if c.obs != nil {
		err = d.watch(c)
	} else {
		err = d.count(c)
	}
	if !d.closing.Load() {
		c.lost.Store(true)
		d.dead.Add(1)
		d.first.CompareAndSwap(nil, &err)
	}
}

// count reads no more than it must.
func (d *drive) count(c *client) error {
	for {
		k, n, err := c.skip(d.a.Classify)
		if err != nil {
			return err
		}
		c.took(k, n)
	}
}

func (c *client) took(k Kind, n int) {
	c.bytes.Add(int64(n))
	switch k {
	case Snapshot:
		c.snaps.Add(1)
	case Heard:
		c.heard.Add(1)
	}
}

// watch decodes everything.
func (d *drive) watch(c *client) error {
	var buf []byte
	for {
		b, n, err := c.Conn.read(buf)
		if err != nil {
			return err
		}
		buf = b
		k := d.a.Classify(b[:min(len(b), headBytes)])
		c.took(k, n)
		if !d.ready.Load() {
			d.a.Decode(c.Conn, b, blind{})
			continue
		}
		c.obs.now = d.now()
		d.a.Decode(c.Conn, b, c.obs)
		if k == Snapshot {
			c.obs.before = c.obs.now
		}
	}
}

// write sends ten moves a second, from a random moment on, and words if asked.
func (d *drive) write(c *client) {
	op := byte(opBinary)
	if d.traits.Text {
		op = opText
	}
	next := time.Now().Add(time.Duration(c.rng.Int64N(int64(movesIn))))
	sayAt := next.Add(time.Duration(c.rng.Int64N(int64(time.Second))))
	words := Words{Avatar: c.i}
	last := next
	var buf []byte
	for {
		time.Sleep(time.Until(next))
		if d.closing.Load() || c.lost.Load() {
			return
		}
		var m Move
		if d.traits.Headings {
			now := time.Now()
			m = c.turn(now.Sub(last))
			last = now
		} else {
			m = c.step()
		}
		m = c.sent(m, d.now())
		buf = d.a.Move(buf[:0], c.Conn, m)
		if c.Conn.write(op, buf) != nil {
			return
		}
		d.sent.Add(1)
		if d.o.Workload.Say && !time.Now().Before(sayAt) {
			sayAt = sayAt.Add(time.Second)
			buf = d.a.Say(buf[:0], c.Conn, words)
			c.saidAt[words.N%kept].Store(d.now())
			if c.Conn.write(op, buf) != nil {
				return
			}
			words.N = (words.N + 1) % kept
			d.said.Add(1)
		}
		for next = next.Add(movesIn); time.Since(next) > 0; next = next.Add(movesIn) {
		}
	}
}

// reading is what is counted at one moment.
type reading struct {
	at                  time.Time
	user, system, own   float64
	serverCore, ownCore float64
	bytes, snaps, heard int64
	sent, said          int64
	perClient           []int64
	resident            float64
}

func (d *drive) gauge() reading {
	r := reading{at: time.Now(), own: ownCPU(), serverCore: coreBusy(d.o.ServerCore), ownCore: coreBusy(d.o.OwnCore),
		sent: d.sent.Load(), said: d.said.Load(), resident: memoryOf(d.o.PID)}
	r.user, r.system = cpuOf(d.o.PID)
	for _, c := range d.clients {
		n := c.snaps.Load()
		r.perClient = append(r.perClient, n)
		r.snaps += n
		r.bytes += c.bytes.Load()
		r.heard += c.heard.Load()
	}
	return r
}

func (d *drive) measure(ctx context.Context) (Result, error) {
	if err := pause(ctx, d.o.Warm); err != nil {
		return Result{}, err
	}
	from := d.gauge()
	d.measuring.Store(true)
	err := pause(ctx, d.o.For)
	to := d.gauge()
	d.measuring.Store(false)
	if err != nil {
		return Result{}, err
	}
	return d.result(from, to), nil
}

func (d *drive) result(from, to reading) Result {
	took := to.at.Sub(from.at).Seconds()
	clients := float64(len(d.clients))
	snaps := float64(to.snaps - from.snaps)
	r := Result{
		Peer: d.o.Peer, Workload: d.o.Workload.Name, Clients: len(d.clients),
		CPUUser: (to.user - from.user) / took, CPUSys: (to.system - from.system) / took, RSSMB: to.resident,
		DownBps: float64(to.bytes-from.bytes) / took / clients, Hz: snaps / took / clients,
		BytesPerSnap: float64(to.bytes-from.bytes) / max(1, snaps),
		SayFan:       float64(to.heard-from.heard) / float64(max(1, to.said-from.said)),
		InHz:         float64(to.sent-from.sent) / took / clients,
		DriverCPU:    (to.own - from.own) / took, Core0: (to.serverCore - from.serverCore) / took,
		Dead: d.dead.Load(), At: time.Now().UTC().Format(time.RFC3339),
	}
	if d.o.Label != "" {
		r.Peer = d.o.Label
	}
	r.CPU = r.CPUUser + r.CPUSys
	r.Other0 = r.Core0 - r.CPU // on loopback, what the kernel does for a socket is charged to the process
	r.Other1 = (to.ownCore-from.ownCore)/took - r.DriverCPU
	var hz []float32
	for i := range to.perClient {
		hz = append(hz, float32(float64(to.perClient[i]-from.perClient[i])/took))
	}
	r.HzP5 = percentile(hz, .05)
	if err := d.first.Load(); err != nil {
		r.Err = (*err).Error()
	}
	return r
}

func (d *drive) latencies(r *Result) {
	var moves, heard []float32
	var overrun int64
	for _, c := range d.clients {
		if c.obs != nil {
			moves = append(moves, c.obs.latency...)
			heard = append(heard, c.obs.heard...)
			overrun += c.obs.overrun
		}
	}
	r.Samples = len(moves)
	r.P50, r.P99 = percentile(moves, .5), percentile(moves, .99)
	r.SayP50, r.SayP99 = percentile(heard, .5), percentile(heard, .99)
	r.Coalesced = float64(overrun) / max(1, float64(overrun)+float64(len(moves)))
}

// percentile sorts v; -1 of nothing.
func percentile(v []float32, p float64) float64 {
	if len(v) == 0 {
		return -1
	}
	slices.Sort(v)
	return float64(v[min(len(v)-1, int(p*float64(len(v))))])
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
