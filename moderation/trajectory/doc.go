// Package trajectory is the gate's memory: what a speaker, and a speaker
// towards those who hear, do over minutes and days that no utterance shows by
// itself. Harmless lines that build up to grooming, a number given in pieces,
// several against one, a slow slide into distress. Its patterns and weights
// are data that staff can read (assets/words/moderation/trajectory*.tsv).
//
// The gate's loop owns a Trajectory. It reads no clock and no network: time
// comes with the utterances, so that the same talk gives the same alerts. It
// keeps the lines that carried a sign and no others, a bounded number for a
// bounded number of visitors, and forgets them after Keep; the node stores the
// Traces of those who changed. It never hides the words of a child in need: it
// may hide the piece that completes a number, or a hard ask of somebody whose
// lines have built up to it, and it adds concern.
package trajectory
