// Package deps holds the import law of this tree, law.txt, and what reads and
// enforces it. The test in this package is the court: it lists every package
// as Linux and as the browser see it, and prints one line for each import that
// the law does not allow. It owns the law's grammar and nothing else; it never
// looks at how code behaves, and imports nothing of ours, so that it can judge
// everything.
//
// The law exists because the house stands on its arrows: rules that cannot
// reach the network, words that cannot be shown without the gate, a browser
// build that cannot leak the word lists. A diagram drifts; a test does not.
package deps
