package node

import (
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
	"kakitsubata/server/host"
)

// metrics are the figures of the node, for Prometheus on a loopback port.
// None carries a name or anybody's words.
type metrics struct {
	registry       *prometheus.Registry
	tick           prometheus.Histogram
	entranceAlarms prometheus.Counter
	node           *Node
	descs          map[string]*prometheus.Desc
}

func newMetrics(n *Node) *metrics {
	m := &metrics{
		node:     n,
		registry: prometheus.NewRegistry(),
		tick: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kakitsubata_tick_seconds", Help: "What one tick of one room took, encoding included.",
			Buckets: []float64{.00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1},
		}),
		entranceAlarms: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kakitsubata_entrance_alarms_total", Help: "Times the entrance's budget of wrong tries was used up.",
		}),
		descs: make(map[string]*prometheus.Desc),
	}
	for name, d := range map[string]struct {
		help   string
		labels []string
	}{
		"visitors":               {"Avatars in the city by kind.", []string{"kind"}},
		"sockets":                {"Visits that have a socket.", nil},
		"rooms":                  {"Live rooms.", nil},
		"overruns_total":         {"Ticks that took longer than a tick, by room.", []string{"room"}},
		"load":                   {"What a room leaves out: 0 nothing, 1 distant counts, 2 half the frames, 3 new visitors.", []string{"room"}},
		"outbox_depth":           {"Events that wait for sockets: all, and the deepest.", []string{"of"}},
		"intents_total":          {"Intents from clients.", nil},
		"refused_total":          {"Intents that were refused.", nil},
		"frames_total":           {"Frames written.", nil},
		"slow_total":             {"Sockets given up because events overflowed.", nil},
		"bytes_total":            {"Bytes of intents and events.", []string{"way"}},
		"verdicts_total":         {"Verdicts of the gate, by what became of the words.", []string{"show"}},
		"concerns_total":         {"Verdicts of the gate, by concern.", []string{"concern"}},
		"gate_faults_total":      {"Utterances that could not be judged, by fault.", []string{"fault"}},
		"shadow_total":           {"Utterances of visitors beside a candidate: judged, of them changed, missed, fault.", []string{"what"}},
		"second_looks_total":     {"Utterances for the second tier, by what became of the look.", []string{"look"}},
		"second_deeds_total":     {"What followed from looks of the second tier.", []string{"deed"}},
		"second_seconds":         {"What looks of the second tier took.", []string{"of"}},
		"second_waiting":         {"Utterances that wait for the second tier.", nil},
		"second_state":           {"The second tier: 0 off, 1 paused after failures, 2 its model is away, 3 it judges.", nil},
		"retractions_total":      {"Words that were taken back, by whom.", []string{"by"}},
		"cases_unkept":           {"Cases that wait for the store.", nil},
		"staff_on_duty":          {"Members of staff on duty.", nil},
		"companion_seconds":      {"Latency of the listener's model: the last answers.", []string{"of"}},
		"companion_faults_total": {"Answers of the model that failed.", nil},
	} {
		m.descs[name] = prometheus.NewDesc("kakitsubata_"+name, d.help, d.labels, nil)
	}
	m.registry.MustRegister(m.tick, m.entranceAlarms, m,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// observe times a room's ticks.
func (m *metrics) observe(h *host.Meter) {
	h.Observe = func(d time.Duration) { m.tick.Observe(d.Seconds()) }
}

// Describe is prometheus.Collector's.
func (m *metrics) Describe(c chan<- *prometheus.Desc) {
	for _, d := range m.descs {
		c <- d
	}
}

// Collect is prometheus.Collector's.
func (m *metrics) Collect(c chan<- prometheus.Metric) {
	put := func(t prometheus.ValueType, name string, v float64, labels ...string) {
		c <- prometheus.MustNewConstMetric(m.descs[name], t, v, labels...)
	}
	n := m.node
	var kinds [3]int64
	live := n.town.live()
	for _, h := range live {
		k := h.Meter()
		kinds[id.Visitor] += k.Visitors.Load()
		kinds[id.Companion] += k.Companions.Load()
		kinds[id.Bot] += k.Bots.Load()
		put(prometheus.CounterValue, "overruns_total", float64(k.Overruns.Load()), h.ID().String())
		put(prometheus.GaugeValue, "load", float64(k.Load.Load()), h.ID().String())
	}
	for k, name := range []string{"visitor", "companion", "bot"} {
		put(prometheus.GaugeValue, "visitors", float64(kinds[k]), name)
	}
	put(prometheus.GaugeValue, "rooms", float64(len(live)))
	sockets, depth, deepest := 0, 0, 0
	for _, s := range n.people.all() {
		if s.Connected() {
			sockets++
		}
		d := s.Depth()
		depth += d
		deepest = max(deepest, d)
	}
	put(prometheus.GaugeValue, "sockets", float64(sockets))
	put(prometheus.GaugeValue, "outbox_depth", float64(depth), "all")
	put(prometheus.GaugeValue, "outbox_depth", float64(deepest), "deepest")
	put(prometheus.CounterValue, "intents_total", float64(n.meter.Intents.Load()))
	put(prometheus.CounterValue, "refused_total", float64(n.meter.Refused.Load()))
	put(prometheus.CounterValue, "frames_total", float64(n.meter.Frames.Load()))
	put(prometheus.CounterValue, "slow_total", float64(n.meter.Slow.Load()))
	put(prometheus.CounterValue, "bytes_total", float64(n.meter.BytesDown.Load()), "down")
	put(prometheus.CounterValue, "bytes_total", float64(n.meter.BytesUp.Load()), "up")
	g := n.gate.Counters()
	for s := moderation.Pass; s <= moderation.Block; s++ {
		put(prometheus.CounterValue, "verdicts_total", float64(g.Shows[s]), s.String())
	}
	for s := moderation.None; s <= moderation.Urgent; s++ {
		put(prometheus.CounterValue, "concerns_total", float64(g.Concerns[s]), s.String())
	}
	for fault, v := range map[string]uint64{"closed": g.Closed, "full": g.Full, "slow": g.Slow, "fault": g.Fault, "no_case": g.NoCase} {
		put(prometheus.CounterValue, "gate_faults_total", float64(v), fault)
	}
	if n.shadow != nil {
		s := n.shadow.Counters()
		for what, v := range map[string]uint64{"judged": s.Judged, "changed": s.Changed, "missed": s.Missed, "fault": s.Faults} {
			put(prometheus.CounterValue, "shadow_total", float64(v), what)
		}
	}
	put(prometheus.GaugeValue, "cases_unkept", float64(n.book.Unkept()))
	put(prometheus.GaugeValue, "staff_on_duty", float64(n.staff.OnDuty()))
	n.collectModel(put)
	n.collectSecond(put)
}

// listen serves /metrics and /debug/pprof on a port of this machine alone.
func (m *metrics) listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	m.node.log.Info("figures", "metrics", "http://"+l.Addr().String()+"/metrics")
	go func() { _ = (&http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}).Serve(l) }() // ends with the listener
	return l, nil
}
