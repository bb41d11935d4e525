package classifier

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"

	"kakitsubata/moderation/lexicon"
)

// Heads of a model: one for each category, in the order of
// lexicon.Categories, and these.
const (
	HeadSupport = 20 + iota // a child in need speaks
	HeadHarm                // the words hurt others
	HeadGrave               // severity 2 and more
	HeadAcute               // severity 3
	Heads
)

const lanes = Heads // weights of a row

// HeadName is what reasons call a head.
func HeadName(h int) string {
	switch h {
	case HeadSupport:
		return "support"
	case HeadHarm:
		return "harm"
	case HeadGrave:
		return "grave"
	case HeadAcute:
		return "acute"
	}
	return string(lexicon.Categories()[h])
}

// Thresholds of a model: chances from which on the rule does something, chosen
// by the trainer on texts that the weights were not learned from.
type Thresholds struct {
	Label    [20]float32 // a category is named
	Stop     [20]float32 // the words are hidden, by their likeliest category of harm
	Watch    float32     // of Notice: kept in mind
	Case     float32     // of Grave: staff look
	Urgent   float32     // of Acute: staff are alerted
	Acute    float32     // of Acute: staff look, whatever Grave says
	DaySpare float32     // of Grave: below it lists alone call nobody
	// The same in a talk that is going on, where much is play.
	TalkCase, TalkAcute, TalkSpare float32
	Spare                          float32 // of Stop and Grave: below it the lists are taken to be mistaken
	Doubt                          float32 // of Stop: the same where a child in need seems to speak
}

// Model is a trained model. It is never written to after Decode.
type Model struct {
	Source     [32]byte // hash of what it was trained from
	Thresholds Thresholds
	Bias       [Heads]float32
	Scale      [Heads]float32 // of a weight's unit
	Stack      [Outputs][Inputs]float32
	StackBias  [Outputs]float32
	Keys       []uint32 // ascending
	Squares    []uint8  // of each key's value, in 1/SquareUnit
	Weights    []int8   // Heads of each key

	version string // the beginning of the body's hash; empty before it is encoded

	rows   []row    // by the hash of their keys; the last is free
	places int      // where a search may begin
	known  []uint64 // a bit of each key: most features of a text are no keys
}

const words = lanes / 8

// row is what a key weighs, in half a line of the cache.
type row struct {
	weights [words]uint64 // eight to a word, each 128 more than it is
	key     uint32
	square  uint8
	used    uint8 // 1, or 0 of a free row
}

const (
	magic   = "KKTM\x02"
	maxKeys = 1 << 17
)

// ErrModel is behind every fault of a model file.
var ErrModel = errors.New("classifier: broken model")

// Encode writes m: a header, and the rest deflated.
func (m *Model) Encode() ([]byte, error) {
	var body bytes.Buffer
	if err := binary.Write(&body, binary.LittleEndian, struct {
		T         Thresholds
		Bias      [Heads]float32
		Scale     [Heads]float32
		Stack     [Outputs][Inputs]float32
		StackBias [Outputs]float32
		N         uint32
	}{m.Thresholds, m.Bias, m.Scale, m.Stack, m.StackBias, uint32(len(m.Keys))}); err != nil {
		return nil, err
	}
	last, buf := uint32(0), []byte(nil)
	for _, k := range m.Keys {
		buf = binary.AppendUvarint(buf, uint64(k-last))
		last = k
	}
	body.Write(buf)
	body.Write(m.Squares)
	for h := range Heads { // a head at a time: like stands by like
		for i := range m.Keys {
			body.WriteByte(byte(m.Weights[i*lanes+h]))
		}
	}
	var out bytes.Buffer
	out.WriteString(magic)
	out.Write(m.Source[:])
	sum := sha256.Sum256(body.Bytes())
	out.Write(sum[:])
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body.Bytes()); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Decode reads a model. Every fault is an ErrModel.
func Decode(b []byte) (*Model, error) {
	if len(b) < len(magic)+64 || string(b[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: no model of this version", ErrModel)
	}
	m := &Model{}
	b = b[len(magic):]
	m.version = hex.EncodeToString(b[32:36])
	copy(m.Source[:], b)
	sum := b[32:64]
	const most = 4096 + 4*Outputs*(Inputs+1) + maxKeys*(6+lanes)
	body, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b[64:])), int64(most)+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	if got := sha256.Sum256(body); !bytes.Equal(got[:], sum) {
		return nil, fmt.Errorf("%w: its sum is wrong", ErrModel)
	}
	r := bytes.NewReader(body)
	var head struct {
		T         Thresholds
		Bias      [Heads]float32
		Scale     [Heads]float32
		Stack     [Outputs][Inputs]float32
		StackBias [Outputs]float32
		N         uint32
	}
	if err := binary.Read(r, binary.LittleEndian, &head); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	if head.N > maxKeys {
		return nil, fmt.Errorf("%w: %d features", ErrModel, head.N)
	}
	m.Thresholds, m.Bias, m.Scale, m.Stack, m.StackBias = head.T, head.Bias, head.Scale, head.Stack, head.StackBias
	n, last := int(head.N), uint64(0)
	m.Keys = make([]uint32, n)
	for i := range m.Keys {
		d, err := binary.ReadUvarint(r)
		if last += d; err != nil || last > math.MaxUint32 || i > 0 && d == 0 {
			return nil, fmt.Errorf("%w: feature %d", ErrModel, i)
		}
		m.Keys[i] = uint32(last)
	}
	m.Squares = make([]uint8, n)
	if _, err := io.ReadFull(r, m.Squares); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	m.Weights = make([]int8, n*lanes)
	column := make([]byte, n)
	for h := range Heads {
		if _, err := io.ReadFull(r, column); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrModel, err)
		}
		for i, w := range column {
			m.Weights[i*lanes+h] = int8(w)
		}
	}
	if r.Len() != 0 {
		return nil, fmt.Errorf("%w: %d bytes too many", ErrModel, r.Len())
	}
	m.Index()
	return m, nil
}

// Index builds the table that features are looked up in, for who fills Keys and Weights.
func (m *Model) Index() {
	m.places = len(m.Keys)*8/5 + 1
	m.rows = make([]row, m.places+1, m.places+64)
	m.known = make([]uint64, knownBits/64)
	for _, i := range byWorth(m.Squares) {
		k := m.Keys[i]
		m.known[k%knownBits/64] |= 1 << (k % 64)
		at := m.place(k)
		for m.rows[at].used > 0 {
			at++
		}
		if at == len(m.rows)-1 {
			m.rows = append(m.rows, row{})
		}
		r := &m.rows[at]
		r.key, r.square, r.used = k, m.Squares[i], 1
		for h, w := range m.Weights[int(i)*lanes : int(i+1)*lanes] {
			r.weights[h/8] |= uint64(int(w)+128) << (h % 8 * 8)
		}
	}
}

// byWorth is the order of the keys by what they are worth: what stands in many
// texts is worth little, comes first, and lies where the search for it begins.
func byWorth(squares []uint8) []int32 {
	var from [257]int32
	for _, s := range squares {
		from[int(s)+1]++
	}
	for s := range 256 {
		from[s+1] += from[s]
	}
	out := make([]int32, len(squares))
	for i, s := range squares {
		out[from[s]] = int32(i)
		from[s]++
	}
	return out
}

// place is where the search for a key begins.
func (m *Model) place(key uint32) int { return int(uint64(key) * uint64(m.places) >> 32) }

const knownBits = 1 << 20

// SquareUnit is what one is in Squares.
const SquareUnit = 20

// TextSize is added to the squares of a text: a short one does not shout.
const TextSize = 12

// Scale weighs features by a model; it is one goroutine's.
type Scale struct {
	m     *Model
	maybe []uint32 // features that may be keys
	seen  []uint64 // a bit of each row that was weighed: each counts once
	near  uint32   // of the rows that were sent for: so they are
}

// NewScale is a scale for m, whose Keys and Weights stay as they are.
func NewScale(m *Model) *Scale { return &Scale{m: m, seen: make([]uint64, len(m.rows)/64+1)} }

// Sums is what features weigh: a margin for each head.
func (s *Scale) Sums(features []uint32, out *[Heads]float64) {
	m := s.m
	if cap(s.maybe) < len(features) {
		s.maybe = make([]uint32, 2*len(features))
	}
	maybe, n := s.maybe[:len(features)], 0
	for _, f := range features { // without a branch that nobody can foretell
		maybe[n] = f
		n += int(m.known[f%knownBits/64] >> (f % 64) & 1)
	}
	maybe = maybe[:n]
	for _, f := range maybe { // rows come from afar: all are sent for before the first is read
		s.near ^= m.rows[m.place(f)].key
	}
	clear(s.seen)
	var a adder
	squares := 0
	for _, f := range maybe {
		at := m.place(f)
		for m.rows[at].key != f && m.rows[at].used > 0 {
			at++
		}
		// A free row, and one that was weighed, count nothing: without a branch.
		r, bit := &m.rows[at], at&63
		fresh := uint64(r.used) &^ (s.seen[at>>6] >> bit & 1)
		s.seen[at>>6] |= fresh << bit
		squares += int(r.square) & -int(fresh)
		a.add(&r.weights, fresh)
	}
	a.empty()
	norm := 1 / math.Sqrt(float64(squares)/SquareUnit+TextSize)
	for h := range out {
		out[h] = float64(m.Bias[h]) + float64(float64(a.sum[h])*float64(m.Scale[h]))*norm
	}
}

// adder adds rows of weights, eight at once: the odd ones and the even ones
// apart, so that each has sixteen bits, which are emptied before they overflow.
type adder struct {
	even, odd [words]uint64
	n         int32 // rows since it was emptied
	sum       [lanes]int32
}

// add adds a row if times is one, and nothing if it is zero.
func (a *adder) add(w *[words]uint64, times uint64) {
	low := 0x00ff00ff00ff00ff & -times
	for k := range words {
		a.even[k] += w[k] & low
		a.odd[k] += w[k] >> 8 & low
	}
	if a.n += int32(times); a.n == 256 {
		a.empty()
	}
}

func (a *adder) empty() {
	for k := range words {
		for b := range 4 {
			a.sum[k*8+2*b] += int32(a.even[k]>>(16*b)&0xffff) - 128*a.n
			a.sum[k*8+2*b+1] += int32(a.odd[k]>>(16*b)&0xffff) - 128*a.n
		}
	}
	a.even, a.odd, a.n = [words]uint64{}, [words]uint64{}, 0
}

// Logistic is 1/(1+exp(-z)), the same on every machine.
func Logistic(z float64) float64 {
	z = max(-30, min(30, z))
	neg := z > 0
	if neg {
		z = -z
	}
	// exp of z in [-30, 0]: squares of a short series.
	x := float64(z / 1024)
	e := float64(1 + float64(x*float64(1+float64(x*float64(0.5+float64(x/6))))))
	for range 10 {
		e = float64(e * e)
	}
	if neg {
		return 1 / (1 + e)
	}
	return e / (1 + e)
}
