// Package second is the second tier of the gate: a local model looks again at
// those utterances of which the first tier was not sure. It owns its queue, its
// pause after failures and its rubric. It runs beside everything: what a child
// says is shown or held before a look begins, and nothing waits for it. It may
// raise and lower what staff are told and take back harm that was shown; it
// never shows what was held, never lowers what is urgent, and never silences a
// child in need. A model that is absent, slow or broken leaves the first tier
// alone, and one that lies can do no more than the rules of Decide let it.
package second
