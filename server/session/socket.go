package session

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/frame"
	"kakitsubata/server/volley"
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

// A socket is a Conn lent to a visit, with what waits for it. Whoever brings a
// frame writes it, if it goes without waiting: that spares a goroutine's waking
// for every viewer and tick. What does not go is the write pump's.
type socket struct {
	conn  Conn
	out   *outbox
	meter *Meter
	lent  chan struct{} // closed when the visit has taken it

	writing sync.Mutex // whoever holds it writes, and owns what follows
	eyes    *frame.Eyes
	notes   []frame.Note
	batch   [][]byte
	tick    id.Tick
	left    Left // of the last try: the pump must wait for it
	wrote   func(Left, error)
}

func newSocket(conn Conn, avatar id.AvatarID, m *Meter) *socket {
	k := &socket{conn: conn, out: newOutbox(), meter: m, lent: make(chan struct{}), eyes: frame.NewEyes(avatar)}
	k.wrote = k.tried
	return k
}

// Serve lends a socket to the visit until it ends, and returns why.
// It is the read pump; it starts the write pump and waits for it.
func (s *Session) Serve(ctx context.Context, conn Conn) error {
	k := newSocket(conn, s.avatar, s.meter)
	select {
	case s.attach <- k:
	case <-s.done:
		last := s.refused.Load()
		if last == nil {
			return ErrOver
		}
		k.out.leave(*last)
		return errors.Join(ErrClosed, guard(k.pump))
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-k.lent:
	case <-s.done: // it broke just then
		k.out.leave(s.leaving(protocol.LeaveFault, true, 5*time.Second))
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		if err := guard(k.pump); err != nil {
			s.failed(err)
			_ = conn.Close(protocol.LeaveFault, "")
		}
	}()
	var err error
	s.failed(guard(func() { err = s.read(k) }))
	k.out.leave(readLeaving(err, s.says)) // if nobody said a better one
	<-written
	select {
	case s.detach <- k:
	case <-s.done:
	}
	return err
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
func (k *socket) see(f *frame.Frame, v *volley.Volley) {
	k.out.see(f)
	if !k.writing.TryLock() {
		k.out.ring() // the pump writes, and must look again
		return
	}
	if k.left != Nothing || k.out.ending() {
		k.writing.Unlock()
		k.out.ring()
		return
	}
	if err := guard(func() { k.gather() }); err != nil {
		slog.Error("a socket broke", "err", err)
		k.writing.Unlock()
		_ = k.conn.Close(protocol.LeaveFault, "")
		return
	}
	if len(k.batch) == 0 {
		k.writing.Unlock()
		return
	}
	k.conn.TryWrite(k.batch, v, k.wrote)
}

// tried is told what became of what see has tried.
func (k *socket) tried(left Left, err error) {
	k.left = left
	k.writing.Unlock()
	switch {
	case err != nil:
		_ = k.conn.Close(protocol.LeaveSlow, "") // Read fails now, and the visit goes on as a ghost
	case left != Nothing:
		k.out.ring()
	}
}

// gather makes a batch of what waits: events first, then the newest frame. It
// returns the last event of all, if that has been said.
func (k *socket) gather() *protocol.Leaving {
	var f *frame.Frame
	var last *protocol.Leaving
	k.notes, f, last = k.out.take(k.notes)
	k.batch = k.batch[:0]
	for i := range k.notes {
		n := &k.notes[i]
		switch n.Op {
		case frame.Entered:
			k.eyes.Enter(n.Room)
		case frame.Asleep:
			k.eyes.Sleep(n.On)
			continue
		}
		k.batch = append(k.batch, n.Bytes)
	}
	if last != nil {
		k.batch = append(k.batch, protocol.EncodeEvent(last))
	} else if f != nil {
		k.tick = f.Tick
		if p := k.eyes.Look(f); p != nil {
			k.meter.Frames.Add(1)
			k.batch = append(k.batch, p)
		}
	}
	for _, p := range k.batch {
		k.meter.BytesDown.Add(int64(len(p)))
	}
	return last
}

// pump is the write pump: it writes what nobody else could.
func (k *socket) pump() {
	beat := time.NewTicker(protocol.BeatEvery)
	defer beat.Stop()
	for {
		beats := false
		select {
		case <-k.out.wake:
		case <-beat.C:
			beats = true
		}
		if !k.flush(beats) {
			return
		}
	}
}

// flush writes all that waits, waiting for the other end; false when that was
// the last.
func (k *socket) flush(beats bool) bool {
	k.writing.Lock()
	defer k.writing.Unlock()
	switch k.left {
	case Rest:
		k.batch = append(k.batch[:0], nil)
	case Nothing:
		k.batch = k.batch[:0]
	}
	if !k.write() {
		return false
	}
	k.left = Nothing
	last := k.gather()
	if beats && last == nil {
		k.batch = append(k.batch, protocol.EncodeEvent(&protocol.Beat{Tick: k.tick}))
	}
	if !k.write() {
		return false
	}
	if last != nil {
		_ = k.conn.Close(last.Code, last.Text)
		return false
	}
	if beats {
		_ = k.conn.Ping() // a dead socket is noticed by Read
	}
	return true
}

// write writes the batch, waiting for the other end; false when it is lost.
func (k *socket) write() bool {
	for _, p := range k.batch {
		if k.conn.Write(p) != nil {
			_ = k.conn.Close(protocol.LeaveSlow, "") // Read fails now, and the visit goes on as a ghost
			return false
		}
	}
	return true
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

func (s *Session) read(k *socket) error {
	r := reader{
		Session: s, k: k,
		intents: newBucket(intentBurst, intentEvery),
		words:   newBucket(sayBurst, sayEvery),
		calls:   newBucket(reportBurst, reportEvery),
		hides:   newBucket(hideBurst, hideEvery),
		appeals: newBucket(reportBurst, reportEvery),

		patience: newBucket(patienceBurst, patienceEvery),
	}
	for {
		p, err := k.conn.Read()
		if err != nil {
			return err
		}
		s.meter.Intents.Add(1)
		s.meter.BytesUp.Add(int64(len(p)))
		if last, over := r.take(p, time.Now()); over {
			k.out.leave(last)
			return ErrClosed
		}
	}
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

func (r *reader) refuse(code protocol.Code) {
	r.k.out.tell(event(&protocol.Refused{Code: code, Text: r.says(code)}))
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
		r.say(say{seq: m.Seq, phrase: m.Phrase}, now)
	case *protocol.Say:
		r.say(say{seq: m.Seq, text: m.Text}, now)
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

func (r *reader) say(w say, now time.Time) {
	w.at = now
	if wait, ok := r.words.take(now); !ok {
		r.answer(w.seq, protocol.TooFast, wait)
		return
	}
	select {
	case r.speech <- w:
	default:
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
	if !ok || v == 0 || v == r.visitor.ID {
		return protocol.RefuseRange
	}
	if !r.setHidden(v, m.Hidden) {
		return protocol.RefuseRange
	}
	ctx, cancel := context.WithTimeout(context.Background(), keepWait)
	defer cancel()
	if r.city.Hide(ctx, r.visitor.ID, v, m.Hidden) != nil {
		r.refuse(protocol.RefuseLater) // it holds for this visit all the same
	}
	r.k.out.tell(event(&protocol.Hidden{Avatar: m.Avatar, Hidden: m.Hidden}))
	return 0
}

// keepWait is how long the read pump waits for the store. A child that hides
// or reports somebody stands still that long at worst.
const keepWait = 2 * time.Second

func (r *reader) report(m *protocol.Report, now time.Time) protocol.Code {
	v, name, ok := r.city.Visitor(m.Avatar)
	room := r.Room()
	if !ok || room == nil || v == r.visitor.ID {
		return protocol.RefuseRange
	}
	ctx, cancel := context.WithTimeout(context.Background(), keepWait)
	defer cancel()
	err := r.city.Report(ctx, Report{
		By: r.visitor.ID, ByName: r.visitor.Name, Bracket: r.visitor.Bracket, Kind: r.kind,
		Of: v, OfName: name, Room: room.ID(), Reason: m.Reason, Lines: r.heard.since(now), At: now,
	})
	if err != nil {
		return protocol.RefuseLater
	}
	r.k.out.tell(event(&protocol.Notice{Text: r.city.Sentence("report.thanks", r.Reader())}))
	return 0
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

// say is an utterance, or a phrase, on its way.
type say struct {
	seq    uint32
	text   string
	phrase id.PhraseID
	at     time.Time
}

// speak is the speech slot beside the read pump: it waits for the gate, so
// that motion need not.
func (s *Session) speak(ctx context.Context, w say) {
	for {
		if w.text == "" {
			s.sayPhrase(w)
		} else {
			s.sayText(ctx, w)
		}
		select {
		case <-ctx.Done():
			return
		case w = <-s.speech:
		}
	}
}

func (s *Session) sayPhrase(w say) {
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

func (s *Session) sayText(ctx context.Context, w say) {
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
		Before: s.heard.since(w.at), Unheard: mode != protocol.SpeechOpen,
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
