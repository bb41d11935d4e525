package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// asking is what pages and programs ask for: whole keys, and beginnings that
// are put together when they run ("emote." and a number).
type asking struct {
	keys     map[string]string // and the file
	prefixes map[string]bool
	loose    []demand // texts that stand in a program
}

type demand struct{ file, key string }

// sources are where texts are asked for.
var sources = []string{"assets/public", "client", "server/node"}

var (
	// A key that stands where only keys stand: an attribute, or a call of the lookup.
	sure = regexp.MustCompile(`(?:data-t(?:-label|-placeholder|-title|-alt)?=|\b(?:t|tr|trPlain|plain|has|Tell)\(|\bput\([^,]*,\s*|Set\("t",\s*)"([a-z0-9]+(?:\.[a-z0-9-]+)+)"`)
	// What looks like a key, or the beginning of one.
	maybe  = regexp.MustCompile("[\"`]([a-z0-9]+(?:\\.[a-z0-9-]+)+)[\"`]")
	prefix = regexp.MustCompile("[\"`]([a-z0-9]+(?:\\.[a-z0-9-]+)*[.-])[\"`$]")
)

// loose is a text in Japanese that a program of the browser's has in itself.
var loose = regexp.MustCompile("[\"`][^\"`\n]*[ぁ-ん][^\"`\n]*[\"`]")

func ask(root string) (asking, error) {
	a := asking{keys: map[string]string{}, prefixes: map[string]bool{}}
	for _, dir := range sources {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || !slices.Contains([]string{".go", ".js", ".html"}, filepath.Ext(path)) {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			name, _ := filepath.Rel(root, path)
			if dir == "client" {
				for _, m := range loose.FindAllString(string(text), -1) {
					a.loose = append(a.loose, demand{name, m})
				}
			}
			a.read(name, string(text))
			return nil
		})
		if err != nil {
			return a, err
		}
	}
	return a, nil
}

func (a *asking) read(file, text string) {
	for _, m := range sure.FindAllStringSubmatch(text, -1) {
		a.keys[m[1]] = file
	}
	for _, m := range maybe.FindAllStringSubmatch(text, -1) {
		if _, ok := a.keys[m[1]]; !ok {
			a.keys[m[1]] = "" // perhaps: no fault if it is no key
		}
	}
	for _, m := range prefix.FindAllStringSubmatch(text, -1) {
		a.prefixes[m[1]] = true
	}
}

// unknown lists what is asked for and not authored.
func (a *asking) unknown(authored map[string]string) []demand {
	var out []demand
	for key, file := range a.keys {
		if _, ok := authored[key]; !ok && file != "" && !strings.HasPrefix(key, "city.") {
			out = append(out, demand{file, key})
		}
	}
	slices.SortFunc(out, func(x, y demand) int { return strings.Compare(x.file+x.key, y.file+y.key) })
	return out
}

// unasked lists what is authored and asked for by nothing.
func (a *asking) unasked(authored map[string]string) []string {
	var out []string
	for key := range authored {
		if _, ok := a.keys[key]; ok {
			continue
		}
		found := false
		for p := range a.prefixes {
			found = found || strings.HasPrefix(key, p)
		}
		if !found {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}
