// Package panel is everything on the page that is typed and read: the line one
// speaks by, the log, names and bubbles over heads, signs, emotes, the card of
// an avatar, notices and what to do when the connection is lost. It is HTML
// above the canvas, so that a soft keyboard, an input method, a screen reader
// and furigana work as they do on any page.
//
// Foreign words become text nodes and nothing else: no string is ever parsed
// as HTML. What the child does comes in as values and is acted upon in Step,
// in the game's own goroutine. It draws nothing on the canvas and keeps no
// belief of its own about the world: it shows scene. How words are cut into
// furigana and where bubbles go is plain Go, tested anywhere; the rest is
// built for js.
package panel
