//go:build js

package main

import (
	"kakitsubata/client/draw"
	"kakitsubata/client/panel"
	"kakitsubata/client/sound"
)

// outlook is the canvas as the panel sees it, with what a child may choose of
// how it looks and sounds.
type outlook struct {
	*draw.Game
	sound *sound.Player
}

const (
	optSound = iota
	optVolume
	optMusic
	optSky
	optHalf
	optLow
)

const (
	softVolume = 3
	someVolume = 6
	fullVolume = 9
)

func yes(on bool) string {
	if on {
		return "act.yes"
	}
	return "act.no"
}

// Options lists the choices as they stand.
func (o outlook) Options() []panel.Option {
	loud := "settings.volume-middle"
	switch v := o.sound.Volume(); {
	case v <= softVolume:
		loud = "settings.volume-small"
	case v > someVolume:
		loud = "settings.volume-large"
	}
	sky := [draw.SkyEnd]string{draw.Clear: "settings.sky-own", draw.Rain: "settings.sky-rain", draw.Snow: "settings.sky-snow"}[o.Sky()]
	return []panel.Option{
		optSound:  {Label: "settings.sound", Value: yes(o.sound.On()), On: o.sound.On()},
		optVolume: {Label: "settings.volume", Value: loud, Hidden: !o.sound.On()},
		optMusic:  {Label: "settings.music", Value: yes(o.sound.Music()), On: o.sound.Music(), Hidden: !o.sound.On()},
		optSky:    {Label: "settings.sky", Value: sky},
		optHalf:   {Label: "settings.half", Value: yes(o.Half()), On: o.Half()},
		optLow:    {Label: "settings.low", Value: yes(o.Low()), On: o.Low()},
	}
}

// Choose takes the next value of a choice.
func (o outlook) Choose(i int) {
	on, music, volume := o.sound.On(), o.sound.Music(), o.sound.Volume()
	switch i {
	case optSound:
		o.sound.Choose(!on, music, volume)
		o.sound.Play(sound.Open, 0)
	case optVolume:
		next := softVolume
		if volume <= softVolume {
			next = someVolume
		} else if volume <= someVolume {
			next = fullVolume
		}
		o.sound.Choose(on, music, next)
		o.sound.Play(sound.Blip, 1)
	case optMusic:
		o.sound.Choose(on, !music, volume)
	case optSky:
		o.SetSky((o.Sky() + 1) % draw.SkyEnd)
	case optHalf:
		o.SetHalf(!o.Half())
	case optLow:
		o.SetLow(!o.Low())
	}
}

// Heard lets the panel's own doings be heard.
func (o outlook) Heard(what panel.Noise, n int) {
	cue, ok := map[panel.Noise]sound.Cue{
		panel.NoiseBubble: sound.Blip, panel.NoiseOpen: sound.Open, panel.NoiseClose: sound.Close, panel.NoiseHeld: sound.Held, panel.NoiseStamp: sound.Stamp,
	}[what]
	if ok {
		o.sound.Play(cue, n)
	}
}
