// Package thing draws all that stands in a place or lies on its ground: trees,
// buildings, furniture, and the small effects that the client sets itself.
//
// It owns the list of kinds: what a map may name in its props layer is what
// Kinds lists. It does not know where things stand, and paints no words: what
// a sign says is text, with furigana, and the client's to draw.
package thing
