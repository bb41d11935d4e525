// Package figure draws those who walk about: the parts of visitors' avatars as
// palette numbers, and the listener in full colour.
//
// It owns the meaning of the palette's slots and the order of frames and
// layers; tools/art/README.md tells both to the client, which composes looks
// at run time. It draws no ground and no things. Parts are numbers and not
// colours because the looks are too many to be painted beforehand: six skins,
// hairs, styles, dresses and colours and five hats are 38,880 figures.
package figure
