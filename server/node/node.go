package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"kakitsubata/assets"
	"kakitsubata/assets/cities"
	"kakitsubata/assets/words"
	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/moderation/shadow"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/companion"
	"kakitsubata/server/console"
	"kakitsubata/server/entrance"
	"kakitsubata/server/gateway"
	"kakitsubata/server/host"
	"kakitsubata/server/llm"
	"kakitsubata/server/second"
	"kakitsubata/server/session"
	"kakitsubata/server/store"
	"kakitsubata/world/atlas"
	"kakitsubata/world/atlas/tiled"
)

// Node is one running process of one city.
type Node struct {
	cfg  Config
	log  *slog.Logger
	pack *cities.Pack

	store    *store.Store
	book     *casebook.Book
	gate     *moderation.Gate
	desk     *entrance.Desk
	staff    *console.Console
	gateway  *gateway.Gateway
	model    *llm.Model     // nil without Ollama
	second   *second.Looker // the same
	guide    *companion.Guide
	town     *town
	people   *people
	queue    queue
	watchers watchers
	meter    session.Meter
	metrics  *metrics
	bots     string // the bots' secret

	speech   atomic.Uint32 // protocol.SpeechMode for those who may type
	draining atomic.Bool
	saved    places
	hours    hours
	traces   traces
	cries    cries
	aloud    *aloud        // nil when there is to be no furigana
	shadow   *shadow.Watch // nil without a candidate
	trial    string        // what the shadow tries, as staff read it
	shadowMu sync.Mutex    // of the shadow's files

	retractions retractions
}

// New reads and builds everything; it starts nothing but opens the store.
func New(cfg Config, log *slog.Logger) (*Node, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	if err := enoughFiles(); err != nil {
		return nil, err
	}
	pack, err := cities.Load(cfg.City)
	if err != nil {
		return nil, fmt.Errorf("node: the city pack: %w", err)
	}
	n := &Node{cfg: cfg, log: log, pack: pack, people: newPeople(log)}
	n.metrics = newMetrics(n)
	if n.town, err = n.buildTown(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("node: the data folder: %w", err)
	}
	db := filepath.Join(cfg.Data, "kakitsubata.db")
	key, err := readKey(cfg.Data, db)
	if err != nil {
		return nil, err
	}
	if n.store, err = store.Open(db); err != nil {
		return nil, err
	}
	if err := n.buildParts(key); err != nil {
		return nil, errors.Join(err, n.store.Close())
	}
	return n, nil
}

// buildTown reads the maps. A broken one is told now, by file, object and
// fault.
func (n *Node) buildTown() (*town, error) {
	t := &town{
		city: n.pack.City, places: make(map[id.PlaceID]*place), log: n.log,
		observe: n.metrics.observe, hear: n.overhear, rooms: make(map[id.RoomID]*host.Host),
	}
	all := make(map[id.PlaceID]*atlas.Atlas)
	var faults []error
	for _, p := range n.pack.Places {
		a, err := tiled.Load(n.pack.Maps, p.Map, p.ID)
		if err == nil {
			err = a.Check()
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		all[p.ID] = a
		t.places[p.ID] = &place{Place: p, atlas: a, encoded: atlas.Encode(a), name: a.Name()}
		t.order = append(t.order, p.ID)
	}
	shown, wrong := boards(n.pack, all)
	t.shown = shown
	faults = append(faults, wrong...)
	if len(faults) == 0 {
		faults = append(faults, atlas.CheckCity(all), t.addBench(n.cfg.Bench))
	}
	return t, errors.Join(faults...)
}

func (n *Node) buildParts(key []byte) (err error) {
	_, port, _ := net.SplitHostPort(n.cfg.Addr)
	if n.bots, err = writeSecret(filepath.Join(n.cfg.Data, "bots-"+port+".secret")); err != nil {
		return err
	}
	read, err := n.cfg.judge()
	if err != nil {
		return fmt.Errorf("node: the moderation lists: %w", err)
	}
	scorer := read.Twin()
	n.book = casebook.New(n.store, n.pack.City, nil)
	memory, err := n.recall(scorer.Lean)
	if err != nil {
		return err
	}
	if err := n.buildShadow(read); err != nil {
		return err
	}
	if err := n.buildSecond(); err != nil {
		return err
	}
	scorers := []moderation.Scorer{scorer}
	if n.cfg.judgeBy != nil {
		scorers[0] = n.cfg.judgeBy(scorer)
	}
	n.gate = moderation.NewGate(moderation.Options{
		Scorers: scorers, Memory: memory, Sink: n.book, Table: n.pack.Verdicts, Follow: n.followers(), Log: n.log,
		Deadline: n.cfg.judgeFor, CaseWait: n.cfg.judgeFor,
	})
	seal, err := n.cfg.sealTo()
	if err != nil {
		return err
	}
	n.desk, err = entrance.New(entrance.Options{
		SealTo: seal, Decent: decent(scorer.Twin()),
		Store: n.store, City: n.pack.City, Key: key,
		Names: entrance.Names{First: words.NameFirst(), Second: words.NameSecond()}, Words: words.Passphrase(),
		Alarm: func(a entrance.Alarm) {
			n.log.Warn("the entrance is being tried", "wrong", a.Wrong)
			n.metrics.entranceAlarms.Inc()
		},
	})
	if err != nil {
		return err
	}
	proxies, err := prefixes(n.cfg.TrustedProxy)
	if err != nil {
		return err
	}
	n.staff, err = console.New(console.Options{
		City: n.pack.City, Live: n, Cases: n.book, Store: n.store,
		Zone: n.pack.Zone, Proxies: proxies, Log: n.log,
	})
	if err != nil {
		return err
	}
	n.buildCompanion()
	public, err := fs.Sub(assets.Public, "public")
	if err != nil {
		return err
	}
	if n.cfg.Furigana {
		n.aloud = newAloud(n.names(), n.log)
	}
	texts, err := n.pageTexts()
	if err != nil {
		return err
	}
	n.gateway, err = gateway.New(gateway.Options{
		City: n, Texts: texts, Desk: n.desk, Public: public, Client: n.cfg.Client, Staff: n.staff,
		Origins: n.cfg.Origins, Secure: n.cfg.TLSCert != "" || len(proxies) > 0, Log: n.log,
	})
	return err
}

// Run serves until ctx ends, then drains: visitors are told and the store is
// closed. ready is called once, when the door is open.
func (n *Node) Run(ctx context.Context, ready func(addr string)) (err error) {
	defer func() { err = errors.Join(err, n.store.Close()) }()
	listener, err := net.Listen("tcp", n.cfg.Addr)
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	defer listener.Close()
	admin, err := n.listenAdmin()
	if err != nil {
		return err
	}
	defer admin.Close()

	if n.cfg.Metrics != "off" {
		m, err := n.metrics.listen(n.cfg.Metrics)
		if err != nil {
			return err
		}
		defer m.Close()
	}

	// Three lives, ended one after the other: the visits, then the rooms they
	// are in, then what keeps what they said.
	keep, endKeep := context.WithCancel(context.WithoutCancel(ctx))
	rooms, endRooms := context.WithCancel(keep)
	visits, endVisits := context.WithCancel(rooms)
	defer endKeep()
	defer endRooms()
	defer endVisits()
	n.town.start(rooms)
	n.people.start(visits)

	g, fault := errgroup.WithContext(keep)
	g.Go(func() error { return n.book.Run(keep) })
	g.Go(func() error { return n.gate.Run(keep) })
	g.Go(func() error { return n.staff.Run(keep) })
	g.Go(func() error { return n.gateway.Run(keep) })
	g.Go(func() error { return n.minutes(keep) })
	g.Go(func() error { return n.listen(rooms, n.guide.Run) })
	g.Go(func() error { return n.listen(rooms, n.feedGuide) })
	g.Go(func() error { return n.watchRooms(rooms) })
	g.Go(func() error { return n.probe(rooms) })
	g.Go(func() error { return n.lookAgain(rooms) })
	g.Go(func() error { return n.aloud.run(rooms) })
	if n.shadow != nil {
		g.Go(func() error { return n.shadow.Run(keep) })
	}
	if err := n.resumeSanctions(keep); err != nil { // nobody is unmuted by a fault
		endKeep()
		return errors.Join(fmt.Errorf("node: earlier sanctions: %w", err), g.Wait())
	}

	if err := n.HoursChanged(keep); err != nil {
		endKeep()
		return errors.Join(err, g.Wait())
	}
	n.reconsiderSpeech() // before anybody may speak

	server := &http.Server{
		Handler:           n.gateway,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(n.log.Handler(), slog.LevelWarn),
		ConnContext:       func(ctx context.Context, _ net.Conn) context.Context { return gateway.WithTries(ctx) },
	}
	g.Go(func() error { return n.serve(server, listener) })
	g.Go(func() error { return ended(admin.server.Serve(admin.Listener)) })
	debug.FreeOSMemory() // reading lists and maps leaves garbage that nobody needs any more
	ready(listener.Addr().String())

	select {
	case <-ctx.Done():
	case <-fault.Done():
	}
	n.drain(server, admin.server, endVisits, endRooms, endKeep)
	return g.Wait()
}

func (n *Node) serve(s *http.Server, l net.Listener) error {
	if n.cfg.TLSCert != "" {
		return ended(s.ServeTLS(l, n.cfg.TLSCert, n.cfg.TLSKey))
	}
	return ended(s.Serve(l))
}

func ended(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// drain ends the lives in turn. Nobody new comes in meanwhile.
func (n *Node) drain(server, admin *http.Server, endVisits, endRooms, endKeep func()) {
	n.log.Info("draining")
	n.draining.Store(true)
	deadline, cancel := context.WithTimeout(context.Background(), n.cfg.DrainFor)
	defer cancel()
	n.watchers.end(protocol.LeaveDrain)
	endVisits()
	n.people.stop()
	// The write pumps have their leaving already, and need a moment to send it.
	for n.gateway.Sockets() > 0 && deadline.Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}
	endRooms()
	n.town.stop()
	n.saved.flush(n)
	n.traces.flush(deadline, n)
	n.keepShadow(time.Now())
	endKeep()
	_ = server.Shutdown(deadline) // a request that is too slow is cut
	_ = server.Close()
	_ = admin.Close()
}

// minutes does what the clock asks for: hours, duty, what is kept soon.
func (n *Node) minutes(ctx context.Context) error {
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		_, duty := n.staff.Duty()
		n.reconsiderSpeech()
		select {
		case <-ctx.Done():
			return nil
		case <-duty:
		case <-tick.C:
			n.saved.flush(n)
			n.traces.flush(ctx, n)
			n.keepShadow(time.Now())
			n.closeDoor()
		}
	}
}

func (n *Node) resumeSanctions(ctx context.Context) error {
	all, err := n.book.Sanctions(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	for _, s := range all {
		if s.Active(now) {
			if err := n.gate.Mute(ctx, s.Visitor, s.Until.Sub(now), s.Why); err != nil {
				return err
			}
		}
	}
	return nil
}

// decent judges display names by the same lists as speech, so that a change of
// the lists reaches names too. The entrance asks from many goroutines, a scorer
// is for one.
func decent(scorer moderation.Scorer) func(string) bool {
	var mu sync.Mutex
	return func(name string) bool {
		mu.Lock()
		defer mu.Unlock()
		return scorer.Score(moderation.Utterance{Road: moderation.Name, Text: name}).Show == moderation.Pass
	}
}

func prefixes(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		if a, err := netip.ParseAddr(s); err == nil {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("node: trusted_proxy %q: want an address or a network", s)
		}
		out = append(out, p)
	}
	return out, nil
}

// readKey reads the key of all keyed hashes, or makes it at the first start.
// It is not in the data file: a copy of that file alone opens nothing.
func readKey(data, db string) ([]byte, error) {
	path := filepath.Join(data, "entrance.key")
	_, noKey := os.Stat(path)
	if _, err := os.Stat(db); err == nil && errors.Is(noKey, fs.ErrNotExist) {
		return nil, fmt.Errorf("node: %s is gone: without it no code, ticket or passphrase opens; bring it back from where you keep it", path)
	}
	return store.KeyFile(path)
}
