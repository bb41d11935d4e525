// Package furigana reads words that somebody typed: it is the door of kagome,
// and its dictionary. It owns no text and remembers none; who calls it keeps it
// off the road of motion and speech. A reading is a help and may be wrong: our
// own lists come before the dictionary (how things are counted, what children
// read otherwise), and words that only their speaker can read are left without.
// The dictionary takes a second to load and some 90 MB, so it is opened when it
// is first wanted.
package furigana
