// Package visit is one visit of the page to the city, from the first socket to
// goodbye: it joins link, scene and panel, and owns the order in which they
// take their turn. How the world is shown it does not know: the canvas
// (package client) and the list of text mode (client/text) each bring their
// own picture, and everything that is said, judged or refused goes the same
// way in both. It never looks into a frame and never draws.
//
// All of it is built for js.
package visit
