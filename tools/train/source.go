package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// version of the trainer and of what it shares with the classifier: features,
// recipe, rule. Whoever changes what a model becomes changes it.
const version = 13

// source is the hash of all that a model is made of.
func source(p paths) (sum [32]byte, err error) {
	var names []string
	data, err := filepath.Glob(filepath.Join(p.data, "train-*.jsonl"))
	if err != nil {
		return sum, err
	}
	lists, err := filepath.Glob(filepath.Join(p.words, "*.tsv"))
	if err != nil {
		return sum, err
	}
	names = append(names, data...)
	for _, l := range lists {
		if !strings.HasPrefix(filepath.Base(l), "trajectory") { // for the memory, not for the model
			names = append(names, l)
		}
	}
	talks, err := filepath.Glob(filepath.Join(p.talks, "train*.jsonl"))
	if err != nil {
		return sum, err
	}
	names = append(names, talks...)
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(filepath.Base(a), filepath.Base(b)) })
	h := sha256.New()
	fmt.Fprintf(h, "train %d %+v\n", version, standard)
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return sum, err
		}
		fmt.Fprintf(h, "%s %d\n", filepath.Base(name), len(b))
		h.Write(b)
	}
	if len(names) == 0 {
		return sum, fs.ErrNotExist
	}
	return [32]byte(h.Sum(nil)), nil
}
