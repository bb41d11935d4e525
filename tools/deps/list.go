package deps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// listed is the part of `go list -json` that is read here.
type listed struct {
	ImportPath   string
	Dir          string
	Standard     bool
	Module       *struct{ Path string }
	GoFiles      []string
	CgoFiles     []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// targets are the ways in which this tree is built; a package's imports are
// the union over all of them.
var targets = []struct {
	system, arch, tags string
	browser            bool
}{
	{system: "linux", arch: "amd64"},
	{system: "linux", arch: "amd64", tags: "journey"},
	{system: "js", arch: "wasm", browser: true},
}

// List asks the go command for every package of the module in dir, as each
// target sees it. Packages that do not compile are listed all the same: to
// build them is another check.
func List(ctx context.Context, dir string) ([]Package, error) {
	module, err := goList(ctx, dir, "linux", "amd64", "list", "-m")
	if err != nil {
		return nil, err
	}
	root := strings.TrimSpace(string(module))
	packages := map[string]*Package{}
	for _, t := range targets {
		out, err := goList(ctx, dir, t.system, t.arch, "list", "-e", "-deps", "-tags="+t.tags,
			"-json=ImportPath,Dir,Standard,Module,GoFiles,CgoFiles,Imports,TestImports,XTestImports", "./...")
		if err != nil {
			return nil, err
		}
		all, err := decode(out)
		if err != nil {
			return nil, err
		}
		for _, l := range all {
			if l.Module == nil || l.Module.Path != root {
				continue
			}
			name := ours(root, l.ImportPath)
			p := packages[name]
			if p == nil {
				p = &Package{Name: name, Ours: map[string]bool{}}
				packages[name] = p
			}
			for _, f := range append(l.GoFiles, l.CgoFiles...) {
				p.Files = append(p.Files, filepath.Join(l.Dir, f))
			}
			p.Imports = append(p.Imports, p.take(root, l.Imports)...)
			p.TestImports = append(p.TestImports, p.take(root, append(l.TestImports, l.XTestImports...))...)
			if t.browser {
				p.Browser = closure(root, l.ImportPath, all)
			}
		}
	}
	out := make([]Package, 0, len(packages))
	for _, p := range packages {
		for _, s := range []*[]string{&p.Files, &p.Imports, &p.TestImports} {
			slices.Sort(*s)
			*s = slices.Compact(*s)
		}
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b Package) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// take shortens paths of ours and remembers which they are.
func (p *Package) take(root string, paths []string) []string {
	out := make([]string, len(paths))
	for i, path := range paths {
		out[i] = path
		if below(root, path) {
			out[i] = ours(root, path)
			p.Ours[out[i]] = true
		}
	}
	return out
}

func ours(root, path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, root), "/")
}

// closure is everything that a package is built from, itself too.
func closure(root, path string, all map[string]listed) []string {
	seen := map[string]bool{path: true}
	todo := []string{path}
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		for _, i := range all[next].Imports {
			if !seen[i] {
				seen[i] = true
				todo = append(todo, i)
			}
		}
	}
	out := sorted(seen)
	for i, path := range out {
		if below(root, path) {
			out[i] = ours(root, path)
		}
	}
	return out
}

func decode(out []byte) (map[string]listed, error) {
	all := map[string]listed{}
	d := json.NewDecoder(bytes.NewReader(out))
	for {
		var l listed
		err := d.Decode(&l)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("deps: go list: %w", err)
		}
		all[l.ImportPath] = l
	}
}

func goList(ctx context.Context, dir, system, arch string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, "go", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0", "GOWORK=off")
	var stderr strings.Builder
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("deps: go %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out, nil
}
