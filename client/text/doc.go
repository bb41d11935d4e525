// Command text is the city for reading: the same visit as the game's, with the
// same words, doors, notices and rules, and a list of the room where the game
// has a picture. It needs no WebGL and is a fraction of the game's size,
// because Ebitengine is not in it. Whoever likes it better may choose it.
package main
