// Package draw is the world on the canvas: ground, props, avatars, camera, and
// what hands do to it (keys, mouse, touch, stick). It shows what scene
// believes and turns input into scene's wishes; it changes no rule, opens no
// connection and writes no word: names, bubbles and signs are HTML, placed by
// panel through the View that draw reports.
//
// Ebitengine and all that needs it stay in the files built for js. Camera,
// zoom, picking, walking to a place and composing looks are plain Go beside
// them, tested anywhere.
package draw
