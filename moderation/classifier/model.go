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
	"slices"

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

	slots []slot
	shift uint32
	known []uint64        // a bit of each key: most features of a text are no keys
	rows  [][words]uint64 // the weights of a key, eight to a word, each 128 more than it is
}

const words = lanes / 8

type slot struct {
	key uint32
	row int32 // -1: free
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
	bits := uint32(4)
	for 1<<bits < 2*len(m.Keys) {
		bits++
	}
	m.shift = 32 - bits
	m.slots = slices.Repeat([]slot{{0, -1}}, 1<<bits)
	for i, k := range m.Keys {
		at := k >> m.shift
		for m.slots[at].row >= 0 {
			at = (at + 1) & (1<<bits - 1)
		}
		m.slots[at] = slot{k, int32(i)}
	}
	m.known = make([]uint64, knownBits/64)
	m.rows = make([][words]uint64, len(m.Keys))
	for i, k := range m.Keys {
		m.known[k%knownBits/64] |= 1 << (k % 64)
		for h, w := range m.Weights[i*lanes : (i+1)*lanes] {
			m.rows[i][h/8] |= uint64(int(w)+128) << (h % 8 * 8)
		}
	}
}

const knownBits = 1 << 20

// SquareUnit is what one is in Squares.
const SquareUnit = 20

// TextSize is added to the squares of a text: a short one does not shout.
const TextSize = 12

// Scale weighs features by a model; it is one goroutine's.
type Scale struct {
	m     *Model
	round uint32
	seen  []uint32 // the round in which a key was last weighed: each counts once
}

// NewScale is a scale for m, whose Keys and Weights stay as they are.
func NewScale(m *Model) *Scale { return &Scale{m: m, seen: make([]uint32, len(m.Keys))} }

// Sums is what features weigh: a margin for each head.
func (s *Scale) Sums(features []uint32, out *[Heads]float64) {
	m := s.m
	if s.round++; s.round == 0 {
		clear(s.seen)
		s.round = 1
	}
	// Eight weights are added at once, the odd ones and the even ones apart, so
	// that each has sixteen bits; they are emptied before they can overflow.
	var even, odd [words]uint64
	var sum [lanes]int32
	squares, n := 0, 0
	empty := func() {
		for k := range words {
			for b := range 4 {
				sum[k*8+2*b] += int32(even[k]>>(16*b)&0xffff) - 128*int32(n)
				sum[k*8+2*b+1] += int32(odd[k]>>(16*b)&0xffff) - 128*int32(n)
			}
		}
		even, odd, n = [words]uint64{}, [words]uint64{}, 0
	}
	const low = 0x00ff00ff00ff00ff
	mask := uint32(len(m.slots) - 1)
	for _, f := range features {
		if m.known[f%knownBits/64]>>(f%64)&1 == 0 {
			continue
		}
		at := f >> m.shift
		for m.slots[at].row >= 0 && m.slots[at].key != f {
			at = (at + 1) & mask
		}
		row := m.slots[at].row
		if row < 0 || s.seen[row] == s.round {
			continue
		}
		s.seen[row] = s.round
		squares += int(m.Squares[row])
		r := &m.rows[row]
		for k := range words {
			even[k] += r[k] & low
			odd[k] += r[k] >> 8 & low
		}
		if n++; n == 256 {
			empty()
		}
	}
	empty()
	norm := 1 / math.Sqrt(float64(squares)/SquareUnit+TextSize)
	for h := range out {
		out[h] = float64(m.Bias[h]) + float64(float64(sum[h])*float64(m.Scale[h]))*norm
	}
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
