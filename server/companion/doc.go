// Package companion is the listener: an avatar with a mind and no socket, that
// comes to a visitor who has nobody near, says that it is a machine, listens,
// and leaves politely when another visitor comes. Whoever says nothing is met
// after LoneFor; who speaks and is heard by nobody, or waves, is met at once: a
// companion appears some steps away and answers what was said, within a few
// seconds even where a model takes longer, since then it says first that it has
// heard. Guide decides, by a pure and deterministic Step, who is met, where to
// walk and when to speak; it owns the companions and what was said to them, in
// memory and no longer than they stay. A Mind finds the words: Scripted from a
// city's lines, or Thinker from a language model, with Scripted behind it.
//
// It never moves or shows anything itself: it emits Actions, which the node
// turns into commands and into utterances that pass the gate like everybody's.
// A mind is asked beside the loop and its answer comes back as a value, so a
// slow, dead or babbling model delays nothing. It hears what is said within its
// earshot, and what a visitor says that nobody else hears; never what visitors
// say to each other elsewhere. It never follows who wants to be alone nor comes
// to who asked it to go, never asks who somebody is, never promises to keep a
// secret, and answers distress by its own fixed lines, never by a model's.
package companion
