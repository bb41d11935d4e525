// Package lexicon is the first scorer of the gate: word lists and patterns,
// deterministic, without a network and without learning. Lists are data that
// staff can read (assets/words/moderation says how); this package owns how a
// sentence is looked at (Views, each with a map back to what was typed, so
// that a mask hides the right runes and no more), how patterns are matched,
// and the patterns that no list can say (numbers, mail, addresses, links,
// repeats). It never decides by a list of support that words are hidden: the
// levels table refuses it. It keeps no history: what a speaker does over time
// is another scorer's.
package lexicon
