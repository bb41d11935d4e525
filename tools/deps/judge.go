package deps

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Package is what the judge needs to know of one package of ours.
type Package struct {
	Name        string   // without the module's name; "" for the module's root
	Files       []string // its Go files without tests, as paths
	Imports     []string // of those files: ours without the module's name and marked by Ours
	TestImports []string // of its test files, inside and outside the package
	Ours        map[string]bool
	Browser     []string // everything in its browser build, itself too; empty if it has none
}

// Judge returns one line for each violation, sorted; none means that the tree
// keeps the law. The error tells of Go files that cannot be read.
func (l *Law) Judge(packages []Package) ([]string, error) {
	var out []string
	for _, p := range packages {
		if !l.knows(p.Name) {
			out = append(out, fmt.Sprintf("%s: the law does not name this package; write what it may import", p.Name))
			continue
		}
		out = append(out, l.imports(p)...)
		out = append(out, l.hides(p)...)
		names, err := l.names(p)
		if err != nil {
			return nil, err
		}
		out = append(out, names...)
	}
	slices.SortFunc(out, cmp.Compare[string])
	return slices.Compact(out), nil
}

func (l *Law) knows(name string) bool {
	for n := range l.named {
		if matches(n, name) {
			return true
		}
	}
	return false
}

// imports checks the arrows and the doors.
func (l *Law) imports(p Package) (out []string) {
	for _, i := range p.Imports {
		switch {
		case p.Ours[i] && !l.allows(p.Name, i):
			out = append(out, fmt.Sprintf("%s imports %s, which the law does not write", p.Name, i))
		case !p.Ours[i]:
			out = append(out, l.door(p.Name, i)...)
		}
		for _, r := range l.nevers {
			if !slices.ContainsFunc(r.who, func(w string) bool { return matches(w, p.Name) }) {
				continue
			}
			if slices.ContainsFunc(r.what, func(w string) bool { return below(w, i) }) {
				out = append(out, fmt.Sprintf("%s imports %s, which it never may (law.txt:%d)", p.Name, i, r.line))
			}
		}
	}
	reach := l.reach(p.Name)
	for _, i := range p.TestImports {
		switch {
		case p.Ours[i] && !slices.ContainsFunc(reach, func(r string) bool { return matches(r, i) }):
			out = append(out, fmt.Sprintf("%s's tests import %s, which the law does not write (in tests %s < %s)", p.Name, i, i, p.Name))
		case !p.Ours[i]:
			out = append(out, l.door(p.Name, i)...)
		}
	}
	return out
}

func (l *Law) allows(importer, imported string) bool {
	for a := range l.all {
		if matches(a, imported) {
			return true
		}
	}
	for name, may := range l.may {
		if !matches(name, importer) {
			continue
		}
		for m := range may {
			if matches(m, imported) {
				return true
			}
		}
	}
	return false
}

// reach is what test files of name may import: itself, what the law lets the
// package reach at any remove, and the same of what is written for its tests.
func (l *Law) reach(name string) []string {
	seen := map[string]bool{name: true}
	todo := []string{name}
	for a := range l.all {
		seen[a] = true
	}
	add := func(edges map[string]map[string]bool, from string) {
		for n, may := range edges {
			if !matches(n, from) {
				continue
			}
			for m := range may {
				if !seen[m] {
					seen[m] = true
					todo = append(todo, m)
				}
			}
		}
	}
	add(l.tests, name)
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		add(l.may, next)
	}
	return sorted(seen)
}

// door judges a foreign import. The standard library needs none, unless a door
// names a part of it (syscall/js).
func (l *Law) door(importer, path string) []string {
	found := false
	for _, r := range l.doors {
		if !slices.ContainsFunc(r.what, func(w string) bool { return below(w, path) }) {
			continue
		}
		found = true
		if slices.ContainsFunc(r.who, func(w string) bool { return w == anywhere || matches(w, importer) }) {
			return nil
		}
	}
	if found {
		return []string{fmt.Sprintf("%s imports %s, which has its one door elsewhere", importer, path)}
	}
	if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
		return []string{fmt.Sprintf("%s imports %s, for which the law has no door", importer, path)}
	}
	return nil
}

// hides checks what must not ship to a browser.
func (l *Law) hides(p Package) (out []string) {
	for _, r := range l.hidden {
		if !slices.ContainsFunc(r.who, func(w string) bool { return matches(w, p.Name) }) {
			continue
		}
		for _, in := range p.Browser {
			for _, w := range r.what {
				// Of ours the names are exact, so that "world" hides the rules and
				// not world/plane below them; of others, all that is below.
				first, _, _ := strings.Cut(w, "/")
				if matches(w, in) || strings.Contains(first, ".") && below(w, in) {
					out = append(out, fmt.Sprintf("%s carries %s into the browser (law.txt:%d)", p.Name, in, r.line))
				}
			}
		}
	}
	return out
}

// names checks the "never" lines that forbid a single name, like time.Now.
func (l *Law) names(p Package) (out []string, err error) {
	for _, r := range l.nevers {
		if !slices.ContainsFunc(r.who, func(w string) bool { return matches(w, p.Name) }) {
			continue
		}
		for _, file := range p.Files {
			used, err := selectors(file)
			if err != nil {
				return nil, err
			}
			for _, w := range r.what {
				if at, ok := used[w]; ok {
					out = append(out, fmt.Sprintf("%s uses %s (%s:%d), which it never may (law.txt:%d)", p.Name, w, filepath.Base(file), at, r.line))
				}
			}
		}
	}
	return out, nil
}

// selectors lists the exported names of other packages that a file uses, as
// "import/path.Name", with the line of the first use. A dot import is listed
// as every name that the file uses bare, which is more than the truth and
// therefore safe.
func selectors(file string) (map[string]int, error) {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	paths := map[string]string{}
	var dotted []string
	for _, s := range f.Imports {
		path, err := strconv.Unquote(s.Path.Value)
		if err != nil {
			return nil, err
		}
		name := path[strings.LastIndex(path, "/")+1:]
		if s.Name != nil {
			name = s.Name.Name
		}
		if name == "." {
			dotted = append(dotted, path)
			continue
		}
		paths[name] = path
	}
	used := map[string]int{}
	note := func(key string, at token.Pos) {
		if _, ok := used[key]; !ok {
			used[key] = set.Position(at).Line
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && paths[x.Name] != "" {
				note(paths[x.Name]+"."+n.Sel.Name, n.Pos())
			}
		case *ast.Ident:
			for _, path := range dotted {
				if r, _ := utf8.DecodeRuneInString(n.Name); unicode.IsUpper(r) {
					note(path+"."+n.Name, n.Pos())
				}
			}
		}
		return true
	})
	return used, nil
}

// matches reports whether a name of the law, perhaps ending in /*, means pkg.
func matches(name, pkg string) bool {
	if dir, ok := strings.CutSuffix(name, "/*"); ok {
		return strings.HasPrefix(pkg, dir+"/") || pkg == name
	}
	return name == pkg
}

// below reports whether path is root or lies below it.
func below(root, path string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}
