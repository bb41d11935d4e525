// Package scene is what a client believes of the room it is in: where everyone
// stands, what was said, what it may say, and how the connection fares. Events
// go in (Apply), time goes in (Tick), intents come out.
//
// One's own avatar is predicted with the server's own atlas.Walk and a clock
// that runs just so far ahead that each move reaches the server in time for
// its tick; what the server says replays the moves it has not applied yet.
// Others are shown a little behind, between two states that are known.
//
// A Scene belongs to one goroutine. It draws nothing, sends nothing, reads no
// clock, and knows neither ebiten nor the browser: all of it runs in tests.
// Rules count in integers; the fractions here are of pictures alone.
package scene
