package moderation_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"kakitsubata/moderation"
)

// Outside of moderation there is no way to write a Cleared but its zero.
func TestClearedHasNoOpenField(t *testing.T) {
	typ := reflect.TypeFor[moderation.Cleared]()
	for i := range typ.NumField() {
		if f := typ.Field(i); f.IsExported() {
			t.Errorf("field %s is open", f.Name)
		}
	}
	for i := range reflect.PointerTo(typ).NumMethod() {
		m := reflect.PointerTo(typ).Method(i)
		for k := range m.Type.NumOut() {
			if m.Type.Out(k) == typ {
				t.Errorf("method %s gives a Cleared", m.Name)
			}
		}
		if strings.HasPrefix(m.Name, "Set") || strings.HasPrefix(m.Name, "Unmarshal") || strings.HasPrefix(m.Name, "Decode") || strings.HasPrefix(m.Name, "Gob") {
			t.Errorf("method %s could fill a Cleared", m.Name)
		}
	}
	var c moderation.Cleared
	if v := reflect.ValueOf(&c).Elem(); v.Field(0).CanSet() {
		t.Error("reflection can fill a Cleared")
	}
}

// pkg reads this package's own declarations; what it imports stays unknown,
// which does not matter here and spares reading half the standard library.
func pkg(t *testing.T) *types.Package {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	conf := types.Config{Importer: unknown{}, IgnoreFuncBodies: true, Error: func(error) {}}
	p, _ := conf.Check("kakitsubata/moderation", fset, files, nil)
	return p
}

type unknown struct{}

func (unknown) Import(name string) (*types.Package, error) {
	p := types.NewPackage(name, path.Base(name))
	p.MarkComplete()
	return p, nil
}

// Of all that moderation exports, only an Answer holds a Cleared, and only
// Submit gives an Answer.
func TestOnlySubmitGivesCleared(t *testing.T) {
	p := pkg(t)
	cleared := p.Scope().Lookup("Cleared").Type()
	answer := p.Scope().Lookup("Answer").Type()
	gives := func(f *types.Func) bool {
		results := f.Type().(*types.Signature).Results()
		for i := range results.Len() {
			if r := results.At(i).Type(); types.Identical(r, cleared) || types.Identical(r, answer) ||
				strings.Contains(r.String(), "moderation.Cleared") || strings.Contains(r.String(), "moderation.Answer") {
				return true
			}
		}
		return false
	}
	submit := false
	for _, name := range p.Scope().Names() {
		switch o := p.Scope().Lookup(name).(type) {
		case *types.Func:
			if o.Exported() && gives(o) {
				t.Errorf("%s gives a Cleared", o.Name())
			}
		case *types.Var:
			if o.Exported() && strings.Contains(o.Type().String(), "Cleared") {
				t.Errorf("variable %s holds a Cleared", o.Name())
			}
		case *types.TypeName:
			ms := types.NewMethodSet(types.NewPointer(o.Type()))
			for i := range ms.Len() {
				f := ms.At(i).Obj().(*types.Func)
				if !f.Exported() || !gives(f) {
					continue
				}
				if name+"."+f.Name() != "Gate.Submit" {
					t.Errorf("%s.%s gives a Cleared", name, f.Name())
				}
				submit = true
			}
		}
	}
	if !submit {
		t.Error("this test sees nothing")
	}
}

// The compiler itself refuses every way in.
func TestNobodyElseCanWriteCleared(t *testing.T) {
	p := pkg(t)
	for _, body := range []string{
		`var c = moderation.Cleared{text: "x"}`,
		`var c = moderation.Cleared{1, "x", false}`,
		`func f() { var c moderation.Cleared; c.text = "x" }`,
		`type mine struct { utterance uint64; text string; masked bool }; var c = moderation.Cleared(mine{})`,
		`var c = moderation.Mint`,
		`func f(u moderation.Utterance, v moderation.Verdict) moderation.Cleared { return moderation.mint(u, v) }`,
	} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "outside.go", "package outside\nimport \"kakitsubata/moderation\"\n"+body, 0)
		if err != nil {
			t.Fatal(err)
		}
		conf := types.Config{Importer: only{p}}
		if _, err := conf.Check("outside", fset, []*ast.File{f}, nil); err == nil {
			t.Errorf("compiles: %s", body)
		}
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "outside.go", "package outside\nimport \"kakitsubata/moderation\"\nvar c moderation.Cleared; var s = c.Text()", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&types.Config{Importer: only{p}}).Check("outside", fset, []*ast.File{f}, nil); err != nil {
		t.Errorf("the check itself is broken: %v", err)
	}
}

type only struct{ p *types.Package }

func (o only) Import(string) (*types.Package, error) { return o.p, nil }
