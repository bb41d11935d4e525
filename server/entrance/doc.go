// Package entrance decides who may come in, and asks nobody's name for it. A
// code that the city printed says "a pupil of this city, of this bracket"; a
// display name from word lists and four hiragana words bring the same visitor
// back; a ticket in a cookie keeps a browser in. Desk is all of it.
//
// The package owns the rules and the budget of wrong tries. What must be
// remembered is in a Store; secrets are there only as keyed hashes, and the key
// is not in the store. It knows no HTTP, no clock but the one it is given, and
// never keeps who handed out a code but sealed to the city's public key: the
// other half of that key is not on this machine.
//
// Every rule that two requests could race for is decided inside of one
// transaction of the Store: one use of a code lets exactly one visitor in.
package entrance
