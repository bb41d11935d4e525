package panel

import (
	"syscall/js"

	"kakitsubata/client/scene"
	"kakitsubata/protocol/id"
)

// Probe puts window.kakitsubata there: state() is a copy of what the client
// believes, for the tests in a browser. It can do nothing: tests use the
// page's real input.
func Probe(s *scene.Scene, view func() map[string]any) {
	kinds := [...]string{id.Visitor: "visitor", id.Companion: "companion", id.Bot: "bot"}
	lineKinds := [...]string{scene.LineHeard: "heard", scene.LineOwn: "own", scene.LineWhisper: "whisper", scene.LineSystem: "system"}
	fates := [...]string{scene.Said: "said", scene.Sending: "sending", scene.Unsaid: "unsaid"}
	lives := [...]string{scene.Joining: "joining", scene.Here: "here", scene.Returning: "returning", scene.Left: "left"}
	state := js.FuncOf(func(js.Value, []js.Value) any {
		room, rooms := s.Room()
		tick, frames, rtt, lead := s.Pace()
		avatars := []any{}
		for _, a := range s.Snapshot() {
			kind := "visitor"
			if int(a.Kind) < len(kinds) {
				kind = kinds[a.Kind]
			}
			avatars = append(avatars, map[string]any{
				"id": int(a.ID), "name": a.Name, "kind": kind, "x": int(a.X), "y": int(a.Y), "heading": int(a.Heading),
				"gait": int(a.Gait), "emote": int(a.Emote), "ghost": a.Ghost, "own": a.Own, "hidden": a.Hidden,
			})
		}
		lines, _ := s.Log()
		log := []any{}
		for i := range lines {
			l := &lines[i]
			log = append(log, map[string]any{
				"n": l.N, "kind": lineKinds[l.Kind], "fate": fates[l.Fate], "avatar": int(l.Avatar), "name": l.Name, "text": l.Text,
			})
		}
		notices := []any{}
		for _, n := range s.Notices() {
			notices = append(notices, n.Title)
		}
		x, y, own := s.Own()
		return map[string]any{
			"connected": s.Life() == scene.Here, "life": lives[s.Life()], "code": int(s.Leaving().Code),
			"you": int(s.You()), "name": s.Welcome().Name, "bracket": s.Welcome().Bracket.String(), "observer": s.Observer(),
			"room": room.Room, "rooms": rooms, "tick": int(tick), "frames": frames,
			"rtt": int(rtt.Milliseconds()), "lead": int(lead.Milliseconds()),
			"self":    map[string]any{"x": int(x), "y": int(y), "own": own, "seated": s.OwnSeated()},
			"avatars": avatars, "log": log, "notices": notices, "bubbles": len(s.Bubbles()),
			"mode": int(s.Speech().Mode), "muted": int(s.Muted().Milliseconds()), "lamp": s.Lamp(), "demo": s.Welcome().Demo,
			"view": view(),
		}
	})
	o := js.Global().Get("Object").New()
	o.Set("state", state)
	js.Global().Set("kakitsubata", js.Global().Get("Object").Call("freeze", o))
}
