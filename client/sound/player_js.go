package sound

import (
	"encoding/binary"
	"math"
	"syscall/js"
)

// Player plays cues through the browser's own audio.
type Player struct {
	on     bool
	music  bool
	volume float64 // of 1

	ctx     js.Value // undefined until it is wanted and the page was touched
	master  js.Value
	buffers [cues]js.Value
	beds    [3]js.Value // gains of water, crickets and rain
	levels  Loops
	bar     float64 // the music's beat 0, on the context's clock
	next    int     // the note of the tune to come
	recent  [cues]float64
}

const (
	keepAs     = "kakitsubata.sound"
	lookAheadS = .35 // seconds that notes are put down in advance
)

// New reads what the child chose before on this device; silence otherwise.
func New() *Player {
	p := &Player{volume: .6}
	if kept := store("getItem", keepAs); kept.Type() == js.TypeString {
		s := kept.String() // "on volume music", such as "1 6 0"
		if len(s) == 5 && s[2] >= '1' && s[2] <= '9' {
			p.on, p.music, p.volume = s[0] == '1', s[4] == '1', float64(s[2]-'0')/10
		}
	}
	// A browser lets a page be heard from a touch on; and again after it slept.
	wake := js.FuncOf(func(js.Value, []js.Value) any {
		if p.on {
			p.open()
		}
		return nil
	})
	for _, e := range []string{"pointerdown", "pointerup", "keydown"} {
		js.Global().Get("document").Call("addEventListener", e, wake, true)
	}
	hide := js.FuncOf(func(js.Value, []js.Value) any {
		if p.ctx.Truthy() {
			if js.Global().Get("document").Get("hidden").Bool() {
				p.ctx.Call("suspend")
			} else if p.on {
				p.ctx.Call("resume")
			}
		}
		return nil
	})
	js.Global().Get("document").Call("addEventListener", "visibilitychange", hide)
	return p
}

// store calls the page's localStorage; undefined where there is none.
func store(method string, args ...any) (v js.Value) {
	defer func() {
		if recover() != nil { // it is forbidden in some browsers' settings
			v = js.Undefined()
		}
	}()
	return js.Global().Get("localStorage").Call(method, args...)
}

// On, Music and Volume are the child's choice; a volume is 1 to 9.
func (p *Player) On() bool    { return p.on }
func (p *Player) Music() bool { return p.music }
func (p *Player) Volume() int { return int(math.Round(p.volume * 10)) }

// Choose keeps another choice.
func (p *Player) Choose(on, music bool, volume int) {
	p.on, p.music, p.volume = on, music, float64(min(max(volume, 1), 9))/10
	flag := func(b bool) string {
		if b {
			return "1"
		}
		return "0"
	}
	store("setItem", keepAs, flag(on)+" "+string(rune('0'+p.Volume()))+" "+flag(music))
	if !on {
		if p.ctx.Truthy() {
			p.ctx.Call("suspend")
		}
		return
	}
	p.open()
	if p.master.Truthy() {
		p.master.Get("gain").Call("setTargetAtTime", p.volume, p.time(), .02)
	}
}

func (p *Player) time() float64 { return p.ctx.Get("currentTime").Float() }

// open begins, or wakes what was put to sleep.
func (p *Player) open() {
	if p.ctx.Truthy() {
		if p.ctx.Get("state").String() != "running" && !js.Global().Get("document").Get("hidden").Bool() {
			p.ctx.Call("resume")
		}
		return
	}
	class := js.Global().Get("AudioContext")
	if !class.Truthy() {
		class = js.Global().Get("webkitAudioContext")
	}
	if !class.Truthy() {
		return
	}
	p.ctx = class.New()
	p.master = p.ctx.Call("createGain")
	p.master.Get("gain").Set("value", p.volume)
	p.master.Call("connect", p.ctx.Get("destination"))
	p.bar, p.next = p.time()+1, 0
}

// buffer is a cue's samples, handed to the browser once.
func (p *Player) buffer(c Cue) js.Value {
	if p.buffers[c].Truthy() {
		return p.buffers[c]
	}
	s := synthesise(c)
	raw := make([]byte, 4*len(s))
	for i, v := range s {
		binary.LittleEndian.PutUint32(raw[4*i:], math.Float32bits(float32(v)))
	}
	bytes := js.Global().Get("Uint8Array").New(len(raw))
	js.CopyBytesToJS(bytes, raw)
	b := p.ctx.Call("createBuffer", 1, len(s), Rate)
	b.Call("copyToChannel", js.Global().Get("Float32Array").New(bytes.Get("buffer")), 0)
	p.buffers[c] = b
	return b
}

func (p *Player) ready() bool {
	return p.on && p.ctx.Truthy() && p.ctx.Get("state").String() == "running"
}

// Play lets a cue be heard once, for a number that chooses its pitch. The same
// cue is not played twice at nearly one time: a crowd must not grow loud.
func (p *Player) Play(c Cue, n int) {
	if c >= water || !p.ready() {
		return
	}
	now := p.time()
	if now-p.recent[c] < .045 {
		return
	}
	p.recent[c] = now
	p.voice(c, semitones(c, n), 1, now)
	if (c == Stamp || c == Portal) && js.Global().Get("navigator").Get("vibrate").Truthy() {
		js.Global().Get("navigator").Call("vibrate", 8)
	}
}

func (p *Player) voice(c Cue, pitch, loud, at float64) {
	src := p.ctx.Call("createBufferSource")
	src.Set("buffer", p.buffer(c))
	src.Get("playbackRate").Set("value", math.Exp2(pitch/12))
	to := p.master
	if loud != 1 {
		to = p.ctx.Call("createGain")
		to.Get("gain").Set("value", loud)
		to.Call("connect", p.master)
	}
	src.Call("connect", to)
	src.Call("start", at)
}

// Run keeps the sounds of the place and the music going. It is called with
// each frame and does next to nothing when nothing changed.
func (p *Player) Run(l Loops) {
	if !p.ready() {
		return
	}
	if l != p.levels {
		p.levels = l
		for i, level := range [...]float64{l.Water, l.Crickets, l.Rain} {
			p.bed(i, level)
		}
	}
	if !p.music {
		p.bar, p.next = 0, 0
		return
	}
	const beat = tuneBeatMs / 1000.
	now := p.time()
	if p.bar == 0 || now > p.bar+tuneBeats*beat+1 {
		p.bar, p.next = now+.5, 0
	}
	for {
		n := tune[p.next]
		at := p.bar + n.beat*beat
		if at > now+lookAheadS {
			return
		}
		p.voice(pluck, float64(n.pitch), n.gain*.5, max(at, now))
		if p.next++; p.next == len(tune) {
			p.next, p.bar = 0, p.bar+tuneBeats*beat
		}
	}
}

// bed brings a sound that goes round to a level.
func (p *Player) bed(i int, level float64) {
	if !p.beds[i].Truthy() {
		if level == 0 {
			return
		}
		src := p.ctx.Call("createBufferSource")
		src.Set("buffer", p.buffer(water+Cue(i)))
		src.Set("loop", true)
		g := p.ctx.Call("createGain")
		g.Get("gain").Set("value", 0)
		src.Call("connect", g)
		g.Call("connect", p.master)
		src.Call("start")
		p.beds[i] = g
	}
	p.beds[i].Get("gain").Call("setTargetAtTime", level, p.time(), .6)
}
