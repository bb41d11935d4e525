// Command words checks what children read, in every language: that nothing is
// missing, that nothing is there which nobody asks for, that what is put in is
// put in, that furigana is well-formed and stands on every kanji that a reader
// has not learnt.
//
//	go run ./tools/words [-gaps=false] [-root DIR]
//
// It prints one line for each fault (file, key, fault) and exits 1 when there
// are any. A gap is a text that is not translated: the page shows it in
// Japanese, and the tool counts it as a fault unless told otherwise.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"kakitsubata/assets/cities"
	"kakitsubata/assets/messages"
	"kakitsubata/protocol/id"
	"kakitsubata/server/reading"
	"kakitsubata/world/atlas/tiled"
)

func main() {
	gaps := flag.Bool("gaps", true, "count what is not translated as faults")
	root := flag.String("root", ".", "the repository's folder")
	flag.Parse()
	n, err := check(os.Stdout, *root, *gaps)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if n > 0 {
		os.Exit(1)
	}
}

// check prints the faults and counts them.
func check(out io.Writer, root string, gaps bool) (int, error) {
	n := 0
	report := func(file, key, why string) {
		n++
		fmt.Fprintf(out, "%s: %s: %s\n", file, key, why)
	}
	folder := filepath.Join("assets", "messages")
	authored, written, err := messages.Load(os.DirFS(filepath.Join(root, folder)))
	if err != nil {
		return n, err
	}
	for _, f := range reading.Check(authored, written) {
		if gaps || !f.Gap {
			report(filepath.Join(folder, messages.File(f.Reader)), f.Key, f.Why)
		}
	}
	asked, err := ask(root)
	if err != nil {
		return n, err
	}
	for _, x := range asked.unknown(authored) {
		report(x.file, x.key, "is asked for and not authored")
	}
	for _, x := range asked.loose {
		report(x.file, x.key, "stands in the program: author it, and ask for it by its key")
	}
	for _, key := range asked.unasked(authored) {
		report(filepath.Join(folder, messages.Authored), key, "is authored and asked for by nothing")
	}
	for _, name := range cities.Names() {
		m, err := city(root, name, gaps, report)
		if err != nil {
			return n, err
		}
		fmt.Fprintf(os.Stderr, "%s: %d texts\n", name, m)
	}
	fmt.Fprintf(os.Stderr, "page: %d texts in %d languages and depths\n", len(authored), len(id.Readers))
	return n, nil
}

// city checks a pack's translations, and what stands on its maps.
func city(root, name string, gaps bool, report func(file, key, why string)) (int, error) {
	folder := filepath.Join("assets", "cities", name)
	pack, err := cities.Load(filepath.ToSlash(filepath.Join(root, folder)))
	if err != nil {
		return 0, err
	}
	texts := pack.Texts()
	for _, f := range reading.Check(texts, withoutMaps(pack.Written())) {
		if gaps || !f.Gap {
			report(filepath.Join(folder, "words", messages.File(f.Reader)), f.Key, f.Why)
		}
	}
	onMaps := map[string]bool{}
	for _, p := range pack.Places {
		a, err := tiled.Load(pack.Maps, p.Map, p.ID)
		if err != nil {
			return 0, err
		}
		for _, text := range a.Texts() {
			if onMaps[text] {
				continue
			}
			onMaps[text] = true
			for _, why := range reading.Japanese(text, id.JaEasy) {
				report(filepath.Join(folder, "maps", p.Map), text, why)
			}
			for _, r := range id.Readers {
				if gaps && !r.Japanese() && pack.MapText(text, r) == text {
					report(filepath.Join(folder, "words", messages.File(r)), "map."+text, "is missing")
				}
			}
		}
	}
	for _, r := range id.Readers {
		for _, key := range cities.MapKeys(pack.Written()[r]) {
			if !onMaps[key] {
				report(filepath.Join(folder, "words", messages.File(r)), "map."+key, "stands on no map")
			}
		}
	}
	return len(texts) + len(onMaps), nil
}

// withoutMaps leaves what translates maps out: it is checked against the maps.
func withoutMaps(written map[id.Reader]map[string]string) map[id.Reader]map[string]string {
	out := map[id.Reader]map[string]string{}
	for r, own := range written {
		out[r] = map[string]string{}
		on := cities.MapKeys(own)
		for key, text := range own {
			if !slices.ContainsFunc(on, func(k string) bool { return key == "map."+k }) {
				out[r][key] = text
			}
		}
	}
	return out
}
