// Package draw is the world on the canvas: ground, props, avatars, camera, and
// what hands do to it (keys, mouse, touch, stick). It shows what scene
// believes and turns input into scene's wishes; it changes no rule, opens no
// connection and writes no word: names, bubbles and signs are HTML, placed by
// panel through the View that draw reports.
//
// The light follows the city's clock and its seasons, things move by scripts
// that all children see alike (tools/art/README.md says how both are written),
// and whoever does nothing breathes, looks round and dozes off. On a slow
// machine it draws less by itself; with reduced motion nothing sways.
//
// Ebitengine and all that needs it stay in the files built for js. Camera,
// zoom, light, scripts, poses, effects and composing looks are plain Go beside
// them, tested anywhere.
package draw
