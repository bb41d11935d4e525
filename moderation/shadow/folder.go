package shadow

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"kakitsubata/moderation"
)

// Files of a candidate's folder, besides lists (*.tsv).
const (
	modelFile    = "model.bin"
	VerdictsFile = "verdicts.toml"
)

// ErrFolder is behind every fault of a candidate's folder as such. What is
// wrong in a file, its reader says.
var ErrFolder = errors.New("shadow: not a candidate's folder")

// Folder is a candidate: what stands in it takes the place of the file of the
// same name in the rules in force; the others stay.
type Folder struct {
	Lists    fs.FS    // lists and model: the candidate's over those in force
	Verdicts []byte   // the table; nil if the one in force stays
	Files    []string // what the candidate brought, by name
}

// ReadFolder reads the names in own, and the table if there is one. A file
// that no reader would look at is an error: most often its name is misspelt.
// README.md and what begins with a dot may lie there.
func ReadFolder(own, base fs.FS) (Folder, error) {
	entries, err := fs.ReadDir(own, ".")
	if err != nil {
		return Folder{}, fmt.Errorf("%w: %w", ErrFolder, err)
	}
	var f Folder
	lists := map[string]bool{}
	for _, e := range entries {
		switch name := e.Name(); {
		case name == "README.md", strings.HasPrefix(name, "."):
			continue
		case e.IsDir(), path.Ext(name) != ".tsv" && name != modelFile && name != VerdictsFile:
			return Folder{}, fmt.Errorf("%w: %s is none of *.tsv, %s, %s", ErrFolder, name, modelFile, VerdictsFile)
		case name == VerdictsFile:
			if f.Verdicts, err = fs.ReadFile(own, name); err != nil {
				return Folder{}, fmt.Errorf("%w: %w", ErrFolder, err)
			}
		default:
			lists[name] = true
		}
		f.Files = append(f.Files, e.Name())
	}
	if len(f.Files) == 0 {
		return Folder{}, fmt.Errorf("%w: neither *.tsv nor %s nor %s is in it", ErrFolder, modelFile, VerdictsFile)
	}
	f.Lists = overlay{own, base, lists}
	return f, nil
}

// overlay is base with some files of own in place of its own.
type overlay struct {
	own, base fs.FS
	names     map[string]bool
}

// Open implements fs.FS.
func (o overlay) Open(name string) (fs.File, error) {
	if o.names[name] {
		return o.own.Open(name)
	}
	return o.base.Open(name)
}

// ReadDir implements fs.ReadDirFS.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(o.base, name)
	if err != nil || name != "." {
		return all, err
	}
	mine, err := fs.ReadDir(o.own, ".")
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(e fs.DirEntry) bool { return o.names[e.Name()] })
	for _, e := range mine {
		if o.names[e.Name()] {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}

// Name is the beginning of a hash of lists, model and table: it changes when any of
// them does.
func Name(lists fs.FS, table *moderation.Table) (string, error) {
	names, err := fs.Glob(lists, "*.tsv")
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, name := range append(names, modelFile) {
		b, err := fs.ReadFile(lists, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", name, len(b))
		h.Write(b)
	}
	for _, l := range table.Lines() {
		fmt.Fprintln(h, l)
	}
	return hex.EncodeToString(h.Sum(nil)[:4]), nil
}
