package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Everything that is said to children is there in every language, and well.
func TestWords(t *testing.T) {
	var out strings.Builder
	n, err := check(&out, filepath.Join("..", ".."), true)
	if err != nil {
		t.Fatal(err)
	}
	if n > 0 {
		t.Errorf("%d faults:\n%s", n, out.String())
	}
}

// Each kind of mistake is found where it is, in one line.
func TestFaultsAreFound(t *testing.T) {
	root := t.TempDir()
	whole := filepath.Join("..", "..")
	for _, dir := range []string{"assets/messages", "assets/cities", "assets/public", "client", "server/node"} {
		if err := os.CopyFS(filepath.Join(root, dir), os.DirFS(filepath.Join(whole, dir))); err != nil {
			t.Fatal(err)
		}
	}
	change := func(file, from, to string) {
		t.Helper()
		path := filepath.Join(root, file)
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), from) {
			t.Fatalf("%s has no %q: %v", file, from, err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), from, to, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	change("assets/messages/pt.toml", "[hello]\n", "[hello]\nfirts = \"x\"\n")
	change("assets/messages/vi.toml", "[place]", "[palce]")
	change("assets/messages/ja.toml", "[hello]\ntitle = \"{子|こ}どもの {広場|ひろば}へ ようこそ\"", "[hello]\ntitle = \"歓迎\"\nnobody = \"だれ\"")
	change("assets/public/entrance.js", `"code.empty"`, `"code.void"`)
	change("assets/cities/kariya/words/en.toml", "\n[map]\n", "\n[map]\n\"ここには ない\" = \"not here\"\n")
	change("client/panel/place.go", "package panel\n", "package panel\n\nvar Hi = \"こんにちは\"\n")
	var out strings.Builder
	if _, err := check(&out, root, true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"assets/messages/pt.toml: hello.firts: is not a key",
		"assets/messages/vi.toml: play.arrived: lacks [place]",
		"assets/messages/vi.toml: play.arrived: puts in [palce]",
		"assets/messages/ja.toml: hello.title: no reading for 歓迎",
		"assets/messages/ja.toml: hello.nobody: is authored and asked for by nothing",
		"assets/public/entrance.js: code.void: is asked for and not authored",
		"assets/messages/en.toml: hello.nobody: is missing",
		"client/panel/place.go: \"こんにちは\": stands in the program",
		"assets/cities/kariya/words/en.toml: map.ここには ない: stands on no map",
	} {
		if !strings.Contains(filepath.ToSlash(out.String()), want) {
			t.Errorf("not told: %s in\n%s", want, out.String())
		}
	}
}
