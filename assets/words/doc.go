// Package words holds the word lists that ship with the program and gives them
// as values: what display names are made of, what passphrases are made of. It
// decides nothing, and never ships to a browser: a child sees the few words
// that it is offered, and nobody else's list helps to guess them.
package words
