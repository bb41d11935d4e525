// Package moderation holds the word lists of the gate's first scorer: data
// that staff can read and correct (README.md says how), embedded so that one
// binary is enough. It interprets nothing; the scorer is handed Lists. It
// must never reach a browser.
package moderation

import "embed"

// Lists is the folder of list files.
//
//go:embed *.tsv model.bin
var Lists embed.FS
