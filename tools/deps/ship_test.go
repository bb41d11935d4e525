package deps

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// What must never be in a browser: the lists and the model that judge, and the
// table of what is done. The law keeps their packages out of the build; this
// looks into what is shipped itself, byte by byte, in whatever form they came.
const (
	rulesFolder = "../../assets/words/moderation"
	tables      = "../../assets/cities/*/verdicts.toml"
)

const grain = 12 // bytes of a needle that are looked up; four kana

// secrets is what is looked for.
type secrets struct {
	whole map[[grain]byte][]string // lines, patterns and pieces of the model: not one may be there
	words map[[grain]byte][]string // words of the lists, which by themselves anybody may say
	of    map[string][]string      // the lists of each word
	size  map[string]int           // of each list, in words
}

func readSecrets(t *testing.T) *secrets {
	t.Helper()
	s := &secrets{whole: map[[grain]byte][]string{}, words: map[[grain]byte][]string{}, of: map[string][]string{}, size: map[string]int{}}
	lists, err := filepath.Glob(rulesFolder + "/*.tsv")
	if err != nil || len(lists) < 20 {
		t.Fatalf("%d lists: %v", len(lists), err)
	}
	for _, path := range lists {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			line = strings.TrimRight(line, "\r\n")
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			if strings.Contains(line, "\t") && utf8.RuneCountInString(line) >= 8 {
				put(s.whole, line)
			}
			for i, cell := range strings.Split(line, "\t") {
				if i > 0 && strings.ContainsAny(cell, "(…|") && utf8.RuneCountInString(cell) >= 8 {
					put(s.whole, cell)
				}
				if i == 1 {
					s.word(filepath.Base(path), cell)
				}
			}
		}
	}
	model, err := os.ReadFile(rulesFolder + "/model.bin")
	if err != nil || len(model) < 1<<16 {
		t.Fatalf("a model of %d bytes: %v", len(model), err)
	}
	for at := 0; at+2*grain <= len(model); at += len(model) / 256 {
		put(s.whole, string(model[at:at+2*grain]))
	}
	cities, err := filepath.Glob(tables)
	if err != nil || len(cities) == 0 {
		t.Fatalf("%d tables: %v", len(cities), err)
	}
	for _, path := range cities {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if line = strings.TrimSpace(line); strings.Contains(line, "{ show") {
				put(s.whole, line)
			}
		}
	}
	return s
}

func put(into map[[grain]byte][]string, needle string) {
	if len(needle) >= grain {
		k := [grain]byte([]byte(needle[:grain]))
		if !slices.Contains(into[k], needle) {
			into[k] = append(into[k], needle)
		}
	}
}

// word notes the words of a pattern: what is spelled out in it.
func (s *secrets) word(list, pattern string) {
	for _, w := range strings.FieldsFunc(pattern, func(r rune) bool { return !unicode.IsLetter(r) && r != 'ー' }) {
		if len(w) < grain || slices.Contains(s.of[w], list) {
			continue
		}
		put(s.words, w)
		s.of[w] = append(s.of[w], list)
		s.size[list]++
	}
}

// found says what of the secrets is in b: a line of them, or more of a list's
// words than chance puts into texts for children. A list in another form,
// such as an array of a program, has them nearly all.
func (s *secrets) found(b []byte) (out []string) {
	seen := map[string]bool{}
	for at := 0; at+grain <= len(b); at++ {
		k := [grain]byte(b[at : at+grain])
		for _, n := range s.whole[k] {
			if !seen[n] && bytes.HasPrefix(b[at:], []byte(n)) {
				seen[n] = true
				out = append(out, fmt.Sprintf("%.40q", n))
			}
		}
		for _, w := range s.words[k] {
			if bytes.HasPrefix(b[at:], []byte(w)) {
				seen[w] = true
			}
		}
	}
	hits := map[string]int{}
	for w := range seen {
		for _, list := range s.of[w] {
			hits[list]++
		}
	}
	for list, n := range hits {
		if n > 3 && n*20 > s.size[list] {
			out = append(out, fmt.Sprintf("%d of %d words of %s", n, s.size[list], list))
		}
	}
	return out
}

// A scanner that finds nothing proves nothing.
func TestSecretsAreFound(t *testing.T) {
	s := readSecrets(t)
	list, err := os.ReadFile(rulesFolder + "/insult.tsv")
	if err != nil {
		t.Fatal(err)
	}
	model, err := os.ReadFile(rulesFolder + "/model.bin")
	if err != nil {
		t.Fatal(err)
	}
	var array strings.Builder
	array.WriteString("const words = [")
	for w, of := range s.of {
		if slices.Contains(of, "insult.tsv") && len(w)%2 == 0 { // and only some of them
			fmt.Fprintf(&array, "%q,", w)
		}
	}
	for name, b := range map[string][]byte{
		"a list":            list,
		"a piece of a list": list[len(list)/2 : len(list)/2+600],
		"a model":           append([]byte("\x00asm"), model...),
		"half a model":      model[:len(model)/2],
		"an array of words": []byte(array.String()),
		"a table":           []byte(`x = '1 = { show = "mask", level = "scored", mute = "none" }'`),
	} {
		if len(s.found(b)) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
	if f := s.found([]byte("こんにちは。きょうは いっしょに あそぼう。がっこうは たのしい？")); len(f) > 0 {
		t.Errorf("plain talk is a secret: %q", f)
	}
}

// Neither the pages and pictures that are served nor the programs that a
// browser runs hold lists, model or table.
func TestNothingThatJudgesIsShipped(t *testing.T) {
	s := readSecrets(t)
	dirs := []string{"../../assets/public"}
	if _, err := os.Stat("../../build/public"); err == nil {
		dirs = append(dirs, "../../build/public") // what was built here last
	}
	files := 0
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			name := d.Name()
			if ext := filepath.Ext(name); ext == ".tsv" || ext == ".bin" || ext == ".toml" || ext == ".jsonl" {
				t.Errorf("%s is served", path)
			}
			if ext := filepath.Ext(name); ext == ".br" || ext == ".gz" {
				if _, err := os.Stat(strings.TrimSuffix(path, ext)); err != nil {
					t.Errorf("%s is packed, and nobody can look at what is in it: %v", path, err)
				}
				return nil
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			for _, f := range s.found(b) {
				t.Errorf("%s holds %s", path, f)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 20 {
		t.Errorf("only %d files were looked at", files)
	}
	for _, client := range []string{"client", "client/text"} {
		out := filepath.Join(t.TempDir(), "client.wasm")
		c := exec.CommandContext(t.Context(), "go", "build", "-o", out, "./"+client)
		c.Dir = "../.."
		c.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
		if said, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", client, err, said)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(b, []byte("\x00asm")) {
			t.Fatalf("%s is no program for a browser", client)
		}
		for _, f := range s.found(b) {
			t.Errorf("%s holds %s", client, f)
		}
		for _, path := range []string{"kakitsubata/moderation", "kakitsubata/assets/words", "kakitsubata/assets/cities", "kakitsubata/server/"} {
			if bytes.Contains(b, []byte(path)) {
				t.Errorf("%s names %s", client, path)
			}
		}
	}
}
