package classifier

import (
	"math"

	"kakitsubata/moderation/lexicon"
)

// A second layer reads the heads' margins together with what the lists found,
// and says what the rule asks. Its outputs are the labels, in the order of
// lexicon.Categories, and these.
const (
	Stop   = 20 + iota // the words hurt others: hide them
	Acute              // a person must know now
	Grave              // staff look the same day
	Notice             // keep it in mind
	Outputs
)

// Inputs of the second layer.
const (
	inMargin  = 0
	inChance  = inMargin + Heads
	inHarm    = inChance + Heads // severity that the lists found, one of four
	inSupport = inHarm + 4
	inFound   = inSupport + 4 // severity by category
	inTops    = inFound + 20
	inFrame   = inTops + 4               // what the text is about
	inBefore  = inFrame + lexicon.Frames // what the talk is about
	inTalk    = inBefore + lexicon.Frames
	Inputs    = inTalk + 9
	FirstHarm = 10 // of lexicon.Categories
)

// Weigh fills the inputs of the second layer: the heads' margins, what the
// lists found, which frames stand in the text, and what was said before.
func Weigh(z *[Heads]float64, kinds []lexicon.Kind, frames uint32, c *Context, in *[Inputs]float32) {
	*in = [Inputs]float32{}
	need, harm := math.Inf(-1), math.Inf(-1)
	for h, m := range z {
		in[inMargin+h] = float32(max(-3, min(3, m)))
		in[inChance+h] = float32(Logistic(3 * m))
		switch {
		case h < FirstHarm:
			need = max(need, m)
		case h < 20:
			harm = max(harm, m)
		}
	}
	var worst [2]uint8
	for _, k := range kinds {
		side := 0
		if k.Need || k.Category < FirstHarm {
			side = 1
		}
		worst[side] = max(worst[side], k.Severity)
		at := inFound + int(k.Category)
		in[at] = max(in[at], float32(k.Severity)/3)
	}
	in[inHarm+int(worst[0])] = 1
	in[inSupport+int(worst[1])] = 1
	in[inTops] = float32(Logistic(3 * need))
	in[inTops+1] = float32(Logistic(3 * harm))
	in[inTops+2] = float32(max(-3, min(3, need)))
	in[inTops+3] = float32(max(-3, min(3, harm)))
	for f := range lexicon.Frames {
		in[inFrame+f] = float32(frames >> f & 1)
		in[inBefore+f] = float32(min(3, c.Frames[f])) / 3
	}
	if c.Lines > 0 {
		copy(in[inTalk:], []float32{1, float32(min(c.Lines, 8)) / 8, c.OwnNeed, c.OwnHarm, c.HeardNeed, c.HeardHarm, c.Grave, c.CalmNeed, c.CalmAll})
	}
}

// Chances are the outputs of the second layer, from 0 to 1.
type Chances [Outputs]float32

// Chance is the second layer. Most inputs are nothing and are left out; four
// outputs are summed side by side, each in the order of its inputs.
func (m *Model) Chance(in *[Inputs]float32, out *Chances) {
	var said [Inputs]uint8
	n := 0
	for i, x := range in {
		said[n] = uint8(i)
		if x != 0 {
			n++
		}
	}
	for o := 0; o < Outputs; o += 4 {
		a, b, c, d := &m.Stack[o], &m.Stack[o+1], &m.Stack[o+2], &m.Stack[o+3]
		za, zb, zc, zd := m.StackBias[o], m.StackBias[o+1], m.StackBias[o+2], m.StackBias[o+3]
		for _, i := range said[:n] {
			x := in[i]
			za += float32(a[i] * x)
			zb += float32(b[i] * x)
			zc += float32(c[i] * x)
			zd += float32(d[i] * x)
		}
		for k, z := range [...]float32{za, zb, zc, zd} {
			out[o+k] = float32(Logistic(float64(z)))
		}
	}
}

// OutputName is what reasons call an output.
func OutputName(o int) string {
	switch o {
	case Stop:
		return "stop"
	case Acute:
		return "acute"
	case Grave:
		return "grave"
	case Notice:
		return "notice"
	}
	return string(lexicon.Categories()[o])
}

// A category of support by its index.
func support(c int) bool { return c < FirstHarm }
