package words

import (
	_ "embed"
	"strings"
)

//go:embed name-first.txt
var nameFirst string

//go:embed name-second.txt
var nameSecond string

//go:embed passphrase.txt
var passphrase string

// NameFirst lists what a display name begins with: ふわふわ. Each call gives a
// list of its own.
func NameFirst() []string { return lines(nameFirst) }

// NameSecond lists what a display name ends with: ペンギン.
func NameSecond() []string { return lines(nameSecond) }

// Passphrase lists the words of which a passphrase has four.
func Passphrase() []string { return lines(passphrase) }

// lines are those that are neither blank nor a comment.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}
