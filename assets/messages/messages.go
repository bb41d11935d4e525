package messages

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/BurntSushi/toml"

	"kakitsubata/protocol/id"
	"kakitsubata/server/reading"
)

//go:embed *.toml
var files embed.FS

// Authored is the file that all others translate.
const Authored = "ja.toml"

// Load reads the texts that are authored, and those that are written for
// single readers: Load(nil) the program's own, any other folder a translator's.
// An error is a file that cannot be read at all; mistakes in texts are found by
// reading.Check.
func Load(fsys fs.FS) (authored map[string]string, written map[id.Reader]map[string]string, err error) {
	if fsys == nil {
		fsys = files
	}
	authored, err = read(fsys, Authored)
	if err != nil {
		return nil, nil, err
	}
	written = map[id.Reader]map[string]string{}
	for _, r := range id.Readers {
		if r == id.Ja {
			continue // its file is the authored one
		}
		texts, err := read(fsys, File(r))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		written[r] = texts
	}
	return authored, written, nil
}

// File is the name of a reader's file.
func File(r id.Reader) string {
	if r == id.ReaderNone {
		return Authored
	}
	return r.String() + ".toml"
}

func read(fsys fs.FS, name string) (map[string]string, error) {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	var tree map[string]any
	if _, err := toml.Decode(string(text), &tree); err != nil {
		return nil, fmt.Errorf("messages: %s: %w", name, err)
	}
	texts, faults := reading.Flatten(tree)
	if len(faults) > 0 {
		return nil, fmt.Errorf("messages: %s: %v", name, faults[0])
	}
	return texts, nil
}
