package session

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/frame"
	"kakitsubata/world"
)

// Paces of one socket. A walking child sends ten intents a second.
const (
	intentBurst = 120
	intentEvery = time.Second / 60
	sayBurst    = 4
	sayEvery    = 1500 * time.Millisecond
	reportBurst = 3
	reportEvery = 20 * time.Second
	hideBurst   = 10
	hideEvery   = 2 * time.Second

	// patience is spent by whatever is refused: one for a pace, ten and more
	// for what can't be read.
	patienceBurst = 200
	patienceEvery = time.Second
)

// A socket is a Line lent to a visit, with what waits for it. Whoever brings a
// frame writes it, if it goes without waiting: that spares a goroutine's waking
// for every viewer and tick. For what does not go a write pump starts, and ends
// when nothing waits any more.
type socket struct {
	conn    Line
	out     outbox
	meter   *Meter
	failed  func(error)
	lent    chan struct{} // closed when the visit has taken it
	written chan struct{} // closed when the last is written, or nothing can be any more
	pumping atomic.Int32
	beat    *time.Timer
	due     atomic.Bool // a beat is

	writing sync.Mutex // whoever holds it writes, and owns what follows
	eyes    frame.Eyes
	tick    id.Tick
	more    bool     // the line keeps what did not go: the pump must wait for it
	unsent  [][]byte // what the line did not take
	wrote   func(more bool, err error)
}

// What the write pump does.
const (
	idle int32 = iota
	busy
	again // it is busy, and must look again
	over
)

func newSocket(conn Line, avatar id.AvatarID, m *Meter, failed func(error)) *socket {
	k := &socket{conn: conn, meter: m, failed: failed, lent: make(chan struct{}), written: make(chan struct{}), eyes: frame.NewEyes(avatar)}
	k.out.ring = k.ring
	k.wrote = k.tried
	k.beat = time.AfterFunc(protocol.BeatEvery, func() {
		if k.pumping.Load() != over {
			k.due.Store(true)
			k.beat.Reset(protocol.BeatEvery)
			k.ring()
		}
	})
	return k
}

// An Inlet takes what a socket reads. For one goroutine at a time.
type Inlet struct{ r reader }

// Open lends a socket to the visit, and returns where its frames go. ErrOver if
// the visit is over; ErrClosed if it could not begin, which the socket has been
// told.
func (s *Session) Open(ctx context.Context, conn Line) (*Inlet, error) {
	k := newSocket(conn, s.avatar, s.meter, s.failed)
	attach := s.attach
	if s.ending.Load() {
		attach = nil // whoever comes back now is to begin afresh
	}
	select {
	case attach <- k:
	case <-s.done:
		last := s.refused.Load()
		if last == nil {
			k.stop()
			return nil, ErrOver
		}
		k.out.leave(*last)
		<-k.written
		return nil, ErrClosed
	case <-ctx.Done():
		k.stop()
		return nil, ctx.Err()
	}
	select {
	case <-k.lent:
	case <-s.done: // it broke just then
		k.out.leave(s.leaving(protocol.LeaveFault, true, 5*time.Second))
	}
	return &Inlet{newReader(s, k)}, nil
}

// Take takes one frame that was read. It never waits. When it is false,
// reading is over.
func (in *Inlet) Take(p []byte) (more bool) {
	err := guard(func() { more = in.r.read(p) })
	in.r.failed(err)
	return more && err == nil
}

// Lost tells why reading is over, which is ErrClosed when Take said so, and
// waits until the last is written.
func (in *Inlet) Lost(err error) {
	k := in.r.k
	k.out.leave(readLeaving(err, in.r.says)) // if nobody said a better one
	<-k.written
	select {
	case in.r.detach <- k:
	case <-in.r.done:
	}
}

// Serve lends a socket to the visit, reads it until it ends, and returns why.
func (s *Session) Serve(ctx context.Context, conn Conn) error {
	in, err := s.Open(ctx, conn)
	if err != nil {
		return err
	}
	for {
		p, err := conn.Read()
		if err == nil && in.Take(p) {
			continue
		}
		if err == nil {
			err = ErrClosed
		}
		in.Lost(err)
		return err
	}
}

// readLeaving is the leaving for a Read that failed.
func readLeaving(err error, says func(protocol.Code) string) protocol.Leaving {
	if errors.Is(err, ErrFrame) {
		return Leaving(protocol.LeaveMalformed, true, 10*time.Second, says)
	}
	return Leaving(protocol.LeaveSilent, true, 0, says)
}

// see takes a frame from the room's goroutine and adds it to the volley, if
// nothing holds it up. Whoever adds to the volley holds writing until it is
// fired.
func (k *socket) see(f *frame.Frame, p *frame.Press) {
	if !k.writing.TryLock() {
		k.out.see(f)
		k.ring() // the pump writes, and must look again
		return
	}
	if k.more || k.unsent != nil {
		k.out.see(f)
		k.writing.Unlock()
		k.ring()
		return
	}
	var last *protocol.Leaving
	if err := guard(func() { last = k.gather(p, f) }); err != nil {
		slog.Error("a socket broke", "err", err)
		k.writing.Unlock()
		_ = k.conn.Close(protocol.LeaveFault, "")
		return
	}
	if last != nil {
		p.Events = p.Events[:len(p.Events)-1] // the pump says it: somebody must close afterwards
	}
	switch {
	case len(p.Events) == 0:
		k.writing.Unlock()
	case !k.conn.TryWrite(p.Events, &p.Volley, k.wrote):
		for _, e := range p.Events {
			k.unsent = append(k.unsent, bytes.Clone(e))
		}
		k.writing.Unlock()
		k.ring()
	}
}

// tried is told what became of what see has tried.
func (k *socket) tried(more bool, err error) {
	k.more = more
	k.writing.Unlock()
	switch {
	case err != nil:
		_ = k.conn.Close(protocol.LeaveSlow, "") // reading ends now, and the visit goes on as a ghost
	case more:
		k.ring()
	}
}

// gather lays out what waits: events first, then the newest frame, which is f
// unless that is nil. It returns the last event of all, if that has been said.
func (k *socket) gather(p *frame.Press, f *frame.Frame) *protocol.Leaving {
	var last *protocol.Leaving
	p.Notes, f, last = k.out.take(p.Notes, f)
	p.Events = p.Events[:0]
	for i := range p.Notes {
		n := &p.Notes[i]
		switch n.Op {
		case frame.Entered:
			k.eyes.Enter(n.Room)
		case frame.Asleep:
			k.eyes.Sleep(n.On)
			continue
		}
		p.Events = append(p.Events, n.Bytes)
	}
	if last != nil {
		p.Events = append(p.Events, protocol.EncodeEvent(last))
	} else if f != nil {
		k.tick = f.Tick
		if b := k.eyes.Look(f, &p.Scratch); b != nil {
			k.meter.Frames.Add(1)
			p.Events = append(p.Events, b)
		}
	}
	for _, e := range p.Events {
		k.meter.BytesDown.Add(int64(len(e)))
	}
	return last
}

// ring has the write pump look for what waits.
func (k *socket) ring() {
	for {
		switch k.pumping.Load() {
		case idle:
			if k.pumping.CompareAndSwap(idle, busy) {
				go k.pump()
				return
			}
		case busy:
			if k.pumping.CompareAndSwap(busy, again) {
				return
			}
		default:
			return
		}
	}
}

// pump is the write pump: it writes what nobody else could.
func (k *socket) pump() {
	rest := false
	err := guard(func() {
		for k.flush() {
			if rest = k.pumping.CompareAndSwap(busy, idle); rest {
				return
			}
			k.pumping.Store(busy)
		}
	})
	if rest {
		return
	}
	if err != nil {
		k.failed(err)
		_ = k.conn.Close(protocol.LeaveFault, "")
	}
	k.stop()
}

// stop ends the writing.
func (k *socket) stop() {
	k.pumping.Store(over)
	k.beat.Stop()
	close(k.written)
}

// flush writes all that waits, waiting for the other end; false when that was
// the last.
func (k *socket) flush() bool {
	beats := k.due.Swap(false)
	k.writing.Lock()
	defer k.writing.Unlock()
	var p frame.Press
	if k.more && !k.write(nil) {
		return false
	}
	for _, e := range k.unsent {
		if !k.write(e) {
			return false
		}
	}
	k.more, k.unsent = false, nil
	last := k.gather(&p, nil)
	if beats && last == nil {
		p.Events = append(p.Events, protocol.EncodeEvent(&protocol.Beat{Tick: k.tick}))
	}
	for _, e := range p.Events {
		if !k.write(e) {
			return false
		}
	}
	if last != nil {
		_ = k.conn.Close(last.Code, last.Text)
		return false
	}
	if beats {
		_ = k.conn.Ping() // a dead socket is noticed by whoever reads
	}
	return true
}

// write writes an event after what was left, waiting for the other end; false
// when the socket is lost.
func (k *socket) write(event []byte) bool {
	if k.conn.Write(event) == nil {
		return true
	}
	_ = k.conn.Close(protocol.LeaveSlow, "") // reading ends now, and the visit goes on as a ghost
	return false
}

// reader is what the read pump alone knows.
type reader struct {
	*Session
	k                            *socket
	intents, words, calls, hides bucket
	appeals                      bucket
	patience                     bucket
	floods                       int
}

func newReader(s *Session, k *socket) reader {
	return reader{
		Session: s, k: k,
		intents: newBucket(intentBurst, intentEvery),
		words:   newBucket(sayBurst, sayEvery),
		calls:   newBucket(reportBurst, reportEvery),
		hides:   newBucket(hideBurst, hideEvery),
		appeals: newBucket(reportBurst, reportEvery),

		patience: newBucket(patienceBurst, patienceEvery),
	}
}

// read takes one frame; false when it was the last.
func (r *reader) read(p []byte) bool {
	r.meter.Intents.Add(1)
	r.meter.BytesUp.Add(int64(len(p)))
	last, over := r.take(p, time.Now())
	if over {
		r.k.out.leave(last)
	}
	return !over
}

// take reads one frame from the client. What it can't do is refused by
// number; a client that keeps at it has to leave.
func (r *reader) take(p []byte, now time.Time) (last protocol.Leaving, over bool) {
	if r.sock.Load() != r.k { // what is late must not act, let alone say goodbye, for the newer socket
		return r.leaving(protocol.LeaveElsewhere, false, 0), true
	}
	if _, ok := r.intents.take(now); !ok {
		code := protocol.RefuseFast
		if r.floods++; r.floods%20 != 1 {
			code = 0 // a flood is not answered word for word
		}
		return r.blame(now, 1, code, protocol.LeaveFlood)
	}
	intent, err := protocol.DecodeIntent(p)
	switch {
	case errors.Is(err, protocol.ErrText), errors.Is(err, protocol.ErrTooLong):
		return r.blame(now, 10, protocol.RefuseText, protocol.LeaveMalformed)
	case errors.Is(err, protocol.ErrKind):
		return r.blame(now, 10, protocol.RefuseKind, protocol.LeaveMalformed)
	case err != nil:
		return r.blame(now, 20, protocol.RefuseMalformed, protocol.LeaveMalformed)
	}
	if _, ok := intent.(*protocol.Leave); ok {
		r.End(protocol.LeaveGoodbye, false)
		return r.leaving(protocol.LeaveGoodbye, false, 0), true
	}
	switch code := r.do(intent, now); code {
	case 0:
		return last, false
	case protocol.RefuseLater: // no fault of the client's
		return r.blame(now, 0, code, protocol.LeaveFlood)
	default:
		return r.blame(now, 1, code, protocol.LeaveFlood)
	}
}

func (r *reader) blame(now time.Time, weight float64, code, leave protocol.Code) (last protocol.Leaving, over bool) {
	r.meter.Refused.Add(1)
	if _, ok := r.patience.spend(now, weight); !ok {
		return r.leaving(leave, true, 10*time.Second), true
	}
	if code != 0 {
		r.refuse(code)
	}
	return last, false
}

func (s *Session) refuse(code protocol.Code) {
	s.Send(&protocol.Refused{Code: code, Text: s.says(code)})
}

// do carries an intent out; a code other than zero says why not.
func (r *reader) do(intent protocol.Intent, now time.Time) protocol.Code {
	switch m := intent.(type) {
	case *protocol.Ping:
		var tick id.Tick
		if f := r.last.Load(); f != nil {
			tick = f.Tick
		}
		r.k.out.tell(event(&protocol.Pong{Nonce: m.Nonce, Tick: tick}))
	case *protocol.Move:
		return r.command(world.Move(r.avatar, m.Seq, m.Tick, m.Heading, m.Gait))
	case *protocol.Emote:
		return r.command(world.Emote(r.avatar, m.Emote))
	case *protocol.Sit:
		return r.command(world.Sit(r.avatar, m.Seat))
	case *protocol.Asleep:
		r.k.out.tell(frame.Note{Op: frame.Asleep, On: m.Asleep})
	case *protocol.Phrase:
		if !r.city.HasPhrase(m.Phrase) {
			return protocol.RefuseRange
		}
		r.say(errand{seq: m.Seq, phrase: m.Phrase}, now)
	case *protocol.Say:
		r.say(errand{seq: m.Seq, text: m.Text}, now)
	case *protocol.Hide:
		return r.hide(m, now)
	case *protocol.Report:
		if _, ok := r.calls.take(now); !ok {
			return protocol.RefuseFast
		}
		return r.report(m, now)
	case *protocol.Appeal:
		return r.appeal(m, now)
	}
	return 0
}

func (r *reader) command(c world.Command) protocol.Code {
	room := r.Room()
	if room == nil {
		return 0 // between two rooms: the new one begins afresh
	}
	if room.Do(c) != nil {
		return protocol.RefuseLater
	}
	return 0
}

func (r *reader) say(w errand, now time.Time) {
	w.at = now
	if wait, ok := r.words.take(now); !ok {
		r.answer(w.seq, protocol.TooFast, wait)
		return
	}
	if r.send(w) != 0 {
		r.answer(w.seq, protocol.TooFast, time.Second)
	}
}

func (r *reader) hide(m *protocol.Hide, now time.Time) protocol.Code {
	if _, ok := r.hides.take(now); !ok {
		return protocol.RefuseFast // each may be a write to the disk
	}
	if m.Hidden && r.city.Shun(r.avatar, m.Avatar) {
		r.k.out.tell(event(&protocol.Hidden{Avatar: m.Avatar, Hidden: true}))
		return 0
	}
	v, _, ok := r.city.Visitor(m.Avatar)
	if !ok || v == 0 || v == r.visitor.ID || !r.setHidden(v, m.Hidden) {
		return protocol.RefuseRange
	}
	r.k.out.tell(event(&protocol.Hidden{Avatar: m.Avatar, Hidden: m.Hidden}))
	return r.send(errand{hide: v, hidden: m.Hidden})
}

func (r *reader) report(m *protocol.Report, now time.Time) protocol.Code {
	v, name, ok := r.city.Visitor(m.Avatar)
	room := r.Room()
	if !ok || room == nil || v == r.visitor.ID {
		return protocol.RefuseRange
	}
	return r.send(errand{report: &Report{
		By: r.visitor.ID, ByName: r.visitor.Name, Bracket: r.visitor.Bracket, Kind: r.kind,
		Of: v, OfName: name, Room: room.ID(), Reason: m.Reason, Lines: r.heard.since(now), At: now,
	}})
}

// send leaves an errand to the slot beside the reading.
func (r *reader) send(w errand) protocol.Code {
	select {
	case r.errands <- w:
		return 0
	default:
		return protocol.RefuseLater
	}
}

func (s *Session) answer(seq uint32, o protocol.Outcome, wait time.Duration) {
	s.Send(&protocol.Answer{Seq: seq, Outcome: o, Wait: seconds(wait), Text: s.city.Outcome(o, s.Reader())})
}

// seconds rounds up.
func seconds(d time.Duration) uint32 { return uint32((d + time.Second - 1) / time.Second) }

// judged answers words that the gate has judged: with their number, and of what
// was hidden or not shown, with why.
func (s *Session) judged(seq uint32, o protocol.Outcome, u moderation.Utterance, a moderation.Answer) {
	e := protocol.Answer{Seq: seq, Outcome: o, Utterance: a.Utterance}
	switch {
	case o == protocol.Shown:
	case o == protocol.Muted && a.Verdict.Show < moderation.Hold: // muted before: it is not about these words
		e.Utterance, e.Text = 0, s.city.Outcome(o, s.Reader())
	default:
		e.Text = s.city.Why(o, a.Verdict, s.Reader())
	}
	if o == protocol.Muted {
		e.Wait = seconds(a.MutedFor)
	}
	if e.Utterance != 0 {
		s.keep(u, a, o)
	}
	s.Send(&e)
	if v, gone := s.city.Retracted(a.Utterance); gone {
		s.Retract(a.Utterance, v) // before we knew of our own words
	}
}

// errand is what must wait for others: an utterance or a phrase on its way, a
// visitor to be hidden, a report, an appeal.
type errand struct {
	seq    uint32
	text   string
	phrase id.PhraseID
	at     time.Time
	hide   id.VisitorID
	hidden bool
	report *Report
	appeal *Appeal
}

// runErrands is the slot beside the reading: it waits for the gate and the store, so
// that motion need not.
func (s *Session) runErrands(ctx context.Context, w errand) {
	for {
		switch {
		case w.report != nil:
			s.sendReport(ctx, *w.report)
		case w.appeal != nil:
			s.sendAppeal(ctx, *w.appeal)
		case w.hide != 0:
			s.keepHidden(ctx, w)
		case w.text != "":
			s.sayText(ctx, w)
		default:
			s.sayPhrase(w)
		}
		select {
		case <-ctx.Done():
			return
		case w = <-s.errands:
		}
	}
}

// keepWait is how long the store is waited for.
const keepWait = 2 * time.Second

func (s *Session) keepHidden(ctx context.Context, w errand) {
	ctx, cancel := context.WithTimeout(ctx, keepWait)
	defer cancel()
	if s.city.Hide(ctx, s.visitor.ID, w.hide, w.hidden) != nil {
		s.refuse(protocol.RefuseLater) // it holds for this visit all the same
	}
}

func (s *Session) sendReport(ctx context.Context, r Report) {
	ctx, cancel := context.WithTimeout(ctx, keepWait)
	defer cancel()
	if s.city.Report(ctx, r) != nil {
		s.refuse(protocol.RefuseLater)
		return
	}
	s.Send(&protocol.Notice{Text: s.city.Sentence("report.thanks", s.Reader())})
}

func (s *Session) sayPhrase(w errand) {
	mode := s.city.Speech(s.visitor.Bracket, s.Reader()).Mode
	room := s.Room()
	switch {
	case mode == protocol.SpeechShut:
		s.answer(w.seq, protocol.SpeechClosed, 0)
	case room == nil || room.Do(world.SayPhrase(s.avatar, w.phrase)) != nil:
		s.answer(w.seq, protocol.NotJudged, 0)
	default:
		s.answer(w.seq, protocol.Shown, 0)
	}
}

func (s *Session) sayText(ctx context.Context, w errand) {
	mode := s.city.Speech(s.visitor.Bracket, s.Reader()).Mode
	room := s.Room()
	if room == nil {
		s.answer(w.seq, protocol.NotJudged, 0)
		return
	}
	// What is not open to this child is judged all the same: a cry for help
	// calls a person even when nobody may hear it.
	u := moderation.Utterance{
		City: room.ID().City, Room: room.ID(), Speaker: s.visitor.ID, Name: s.visitor.Name,
		Bracket: s.visitor.Bracket, Kind: s.kind, Road: moderation.Say, Text: w.text, At: w.at,
		Before: s.heard.standing(w.at), Unheard: mode != protocol.SpeechOpen,
	}
	a, err := s.city.Judge(ctx, u)
	room = s.Room() // it may have gone through a portal meanwhile
	if a.Distressed {
		s.Send(s.city.Notice(a.Verdict.Labels(), s.visitor.Bracket, s.Reader()))
	}
	switch {
	case mode == protocol.SpeechShut:
		s.answer(w.seq, protocol.SpeechClosed, 0)
	case mode == protocol.SpeechPhrases:
		s.answer(w.seq, protocol.PhrasesOnly, 0)
	case err != nil:
		s.answer(w.seq, protocol.NotJudged, 0)
	case a.Cleared.Zero() && a.MutedFor > 0:
		s.judged(w.seq, protocol.Muted, u, a)
	case a.Cleared.Zero():
		s.judged(w.seq, protocol.Blocked, u, a)
	case room == nil || room.Do(world.Say(s.avatar, a.Cleared)) != nil:
		s.answer(w.seq, protocol.NotJudged, 0)
	case a.Cleared.Masked():
		s.judged(w.seq, protocol.Masked, u, a)
	default:
		s.judged(w.seq, protocol.Shown, u, a)
	}
}
