// Package classifier is the gate's first tier: what the lists found and what a
// small trained model believes, under one rule. The model is linear over
// hashed runs of letters in several views, ideas and findings of the lists,
// with a head for every category and heads of support, harm and severity; its
// file is data that tools/train builds. The rule never blocks by a support
// score, hides only what the lists can locate, and blocks when the harm heads
// are sure and nothing says that a child in need speaks. From text to text it
// remembers for minutes what a talk was about, in numbers; no word is kept.
package classifier
