package world

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// Limits of a journal.
const (
	MaxJournalBytes = 16 << 20
	MaxJournalSteps = 24 * 60 * 60 * id.TicksPerSecond // a day of one room
	maxJournalText  = 255
)

// Errors of journals.
var (
	ErrJournal     = errors.New("world: not a journal")
	ErrJournalFull = errors.New("world: the journal is full")
)

const journalMagic = "kakitsubata journal 1\n"

// Journal is what a room was told from its beginning: the commands of each
// Step. It is enough to have the same room again. It holds no words that
// anybody said, only their id, length and hash. The zero Journal is empty.
type Journal struct {
	entries []byte
	tick    id.Tick // of the last step
	idle    uint64  // steps without commands since the last entry
	steps   uint64
	err     error
}

// An entry is: steps without commands before it, ticks left out before it,
// how many commands, and the commands.

// Record takes what Step is called with, each time. When the journal can't
// hold it, it says so, and takes no more: a journal with a gap is of no use.
func (j *Journal) Record(now id.Tick, in []Command) error {
	if j.err != nil {
		return j.err
	}
	now = max(now, j.tick+1)
	gap := now - j.tick - 1
	j.tick = now
	if j.steps++; j.steps > MaxJournalSteps {
		j.err = fmt.Errorf("%w: %d steps", ErrJournalFull, MaxJournalSteps)
		return j.err
	}
	if gap == 0 && len(in) == 0 {
		j.idle++
		return nil
	}
	before := len(j.entries)
	e := recorder{out: j.entries}
	idle, left, n := j.idle, uint64(gap), uint64(len(in))
	e.number(&idle)
	e.number(&left)
	e.number(&n)
	for i := range in {
		c := in[i]
		e.command(&c)
	}
	j.entries, j.idle = e.out, 0
	switch {
	case e.err != nil:
		j.err = e.err
	case len(j.entries) > MaxJournalBytes:
		j.err = fmt.Errorf("%w: %d bytes", ErrJournalFull, MaxJournalBytes)
	default:
		return nil
	}
	j.entries = j.entries[:before]
	return j.err
}

// WriteTo writes the journal; see io.WriterTo.
func (j *Journal) WriteTo(w io.Writer) (int64, error) {
	b := []byte(journalMagic)
	b = append(b, j.entries...)
	// What is idle at the end is an entry without commands.
	b = binary.AppendUvarint(b, j.idle)
	b = append(b, 0, 0)
	n, err := w.Write(b)
	return int64(n), err
}

// ReadFrom replaces the journal by one that WriteTo wrote; see io.ReaderFrom.
// It reads to the end, but no more than MaxJournalBytes and a little, and
// checks all of it.
func (j *Journal) ReadFrom(r io.Reader) (int64, error) {
	const limit = MaxJournalBytes + 64
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	n := int64(len(b))
	if err != nil {
		return n, fmt.Errorf("%w: %w", ErrJournal, err)
	}
	if len(b) > limit {
		return n, fmt.Errorf("%w: over %d bytes", ErrJournal, MaxJournalBytes)
	}
	entries, ok := bytes.CutPrefix(b, []byte(journalMagic))
	if !ok {
		return n, fmt.Errorf("%w: it begins with something else than %q", ErrJournal, journalMagic)
	}
	got := Journal{entries: entries}
	e := recorder{in: entries, reading: true}
	for len(e.in) > 0 && e.err == nil {
		idle, gap, commands := e.entry(func(Command) {})
		var step uint64
		if gap > 0 || commands > 0 {
			step = 1
		}
		if idle > MaxJournalSteps || gap > 1<<32-1 {
			e.fail("a number out of range")
			break
		}
		got.steps += idle + step
		end := uint64(got.tick) + idle + gap + step
		if got.steps > MaxJournalSteps || end > 1<<32-1 {
			e.fail("too many steps")
			break
		}
		got.tick = id.Tick(end)
	}
	if e.err != nil {
		return n, e.err
	}
	*j = got
	return n, nil
}

// Steps yields the arguments of each Step. The slice is valid until the next.
func (j *Journal) Steps() iter.Seq2[id.Tick, []Command] {
	return func(yield func(id.Tick, []Command) bool) {
		var tick id.Tick
		var commands []Command
		e := recorder{in: j.entries, reading: true}
		rest := j.idle
		for len(e.in) > 0 {
			commands = commands[:0]
			idle, gap, n := e.entry(func(c Command) { commands = append(commands, c) })
			for range idle {
				tick++
				if !yield(tick, nil) {
					return
				}
			}
			if gap == 0 && n == 0 {
				continue
			}
			tick += id.Tick(gap) + 1
			if !yield(tick, commands) {
				return
			}
		}
		for range rest {
			tick++
			if !yield(tick, nil) {
				return
			}
		}
	}
}

// Replay steps a new room through a journal, and gives its hash.
func Replay(a *atlas.Atlas, options Options, j *Journal) (*Room, uint64) {
	r := New(a, options)
	for tick, commands := range j.Steps() {
		r.Step(tick, commands)
	}
	return r, r.Hash()
}

// A recorder walks a command's fields, reading or writing.
type recorder struct {
	reading bool
	in, out []byte
	err     error
}

func (e *recorder) fail(what string) {
	if e.err == nil {
		e.err = fmt.Errorf("%w: %s", ErrJournal, what)
	}
	e.in = nil
}

// entry reads one entry and hands each of its commands over.
func (e *recorder) entry(each func(Command)) (idle, gap, commands uint64) {
	e.number(&idle)
	e.number(&gap)
	e.number(&commands)
	for i := uint64(0); i < commands && e.err == nil; i++ {
		var c Command
		e.command(&c)
		if e.err == nil {
			each(c)
		}
	}
	return idle, gap, commands
}

func (e *recorder) command(c *Command) {
	recordSmall(e, &c.Op)
	recordSmall(e, &c.Avatar)
	switch c.Op {
	case OpEnter:
		recordSmall(e, &c.Who.Kind)
		recordText(e, &c.Who.Name)
		recordSmall(e, &c.Who.Look)
		recordText(e, &c.At)
	case OpAppear:
		recordSmall(e, &c.Who.Kind)
		recordText(e, &c.Who.Name)
		recordSmall(e, &c.Who.Look)
		x, y := uint32(c.Spot.X), uint32(c.Spot.Y)
		recordSmall(e, &x)
		recordSmall(e, &y)
		c.Spot = plane.Point{X: int32(x), Y: int32(y)}
		recordSmall(e, &c.Heading)
	case OpLeave:
	case OpMove:
		recordSmall(e, &c.Seq)
		recordSmall(e, &c.Tick)
		recordSmall(e, &c.Heading)
		recordSmall(e, &c.Gait)
	case OpSay:
		recordSmall(e, &c.Utterance)
		runes := uint32(c.Runes)
		recordSmall(e, &runes)
		c.Runes = int(runes)
		e.number(&c.Hash)
	case OpPhrase:
		recordSmall(e, &c.Phrase)
	case OpEmote:
		recordSmall(e, &c.Emote)
	case OpSit:
		recordSmall(e, &c.Seat)
	case OpHaunt:
		e.flag(&c.Ghost)
	default:
		e.fail(fmt.Sprintf("unknown op %d", c.Op))
	}
}

func (e *recorder) number(p *uint64) {
	if !e.reading {
		e.out = binary.AppendUvarint(e.out, *p)
		return
	}
	v, n := binary.Uvarint(e.in)
	if n <= 0 {
		e.fail("too short")
		return
	}
	*p, e.in = v, e.in[n:]
}

func (e *recorder) flag(p *bool) {
	v := flag(*p)
	e.number(&v)
	if v > 1 {
		e.fail("a flag that is neither")
	}
	*p = v == 1
}

func recordSmall[T ~uint8 | ~uint16 | ~uint32 | ~uint64](e *recorder, p *T) {
	v := uint64(*p)
	e.number(&v)
	if v > uint64(^T(0)) {
		e.fail("a number out of range")
		return
	}
	*p = T(v)
}

func recordText(e *recorder, p *string) {
	n := uint64(len(*p))
	e.number(&n)
	if n > maxJournalText {
		e.fail("a text that is too long")
		return
	}
	if !e.reading {
		e.out = append(e.out, *p...)
		return
	}
	if n > uint64(len(e.in)) || !utf8.Valid(e.in[:n]) {
		e.fail("a text that can't be read")
		return
	}
	*p, e.in = string(e.in[:n]), e.in[n:]
}
