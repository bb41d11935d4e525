// Package moderation is the gate that every utterance passes before anybody
// sees it: who may show words (Cleared), what was decided about them
// (Verdict), and whom a decision calls (Sink). Gate owns the mutes and the
// scorers' turn; it never writes a store, never punishes a cry for help, and
// never lets words through when it cannot judge them: closed is the answer to
// every fault. Scorers live in the packages below it.
package moderation
