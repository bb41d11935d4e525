package deps

import (
	_ "embed"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

//go:embed law.txt
var text string

// TestLaw is the court. A line that it prints is mended in the code that broke
// the law, or, on purpose and with a reason, in law.txt.
func TestLaw(t *testing.T) {
	law, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	packages, err := List(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	violations, err := law.Judge(packages)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Error(v)
	}
	// A court that hears nobody acquits everybody: those of whom it forbids
	// something must have been seen, and the browser's build as a whole.
	seen := map[string]Package{}
	for _, p := range packages {
		seen[p.Name] = p
	}
	for _, name := range []string{"protocol", "moderation", "world", "server/node", "client"} {
		if len(seen[name].Files) == 0 || len(seen[name].Imports) == 0 {
			t.Errorf("the go command did not list %s", name)
		}
	}
	for _, name := range []string{"client/draw", "protocol/id", "syscall/js"} {
		if !slices.Contains(seen["client"].Browser, name) {
			t.Errorf("the browser build was listed without %s", name)
		}
	}
}

func TestJudge(t *testing.T) {
	const law = `
		# an indented first line is a line of its own
NONE < id
id < ALL
plane < atlas < atlas/tiled
PAIR = board,
	circle
plane, atlas < world
world, PAIR < node
atlas < scene < client
in tests atlas/tiled < world
never world : net, time.Now
hidden client : world, cities/*, example.org/big
door example.org/socket : node
door example.org/x : ANYWHERE
door syscall/js : client
cities/* < node
`
	ours := func(names ...string) map[string]bool {
		m := map[string]bool{}
		for _, n := range names {
			m[n] = true
		}
		return m
	}
	for name, c := range map[string]struct {
		p    Package
		want []string // a part of each line, in order
	}{
		"keeps the law":                {Package{Name: "world", Imports: []string{"atlas", "fmt", "id", "plane"}, Ours: ours("atlas", "id", "plane")}, nil},
		"what is left of left":         {Package{Name: "atlas/tiled", Imports: []string{"plane"}, Ours: ours("plane")}, nil},
		"a group":                      {Package{Name: "node", Imports: []string{"board", "circle"}, Ours: ours("board", "circle")}, nil},
		"below a pattern":              {Package{Name: "node", Imports: []string{"cities/kariya"}, Ours: ours("cities/kariya")}, nil},
		"against the arrow":            {Package{Name: "plane", Imports: []string{"atlas"}, Ours: ours("atlas")}, []string{"plane imports atlas"}},
		"not carried over":             {Package{Name: "node", Imports: []string{"plane"}, Ours: ours("plane")}, []string{"node imports plane"}},
		"nothing means nothing":        {Package{Name: "id", Imports: []string{"plane"}, Ours: ours("plane")}, []string{"id imports plane"}},
		"unnamed":                      {Package{Name: "utils"}, []string{"utils: the law does not name"}},
		"an unnamed import":            {Package{Name: "node", Imports: []string{"utils"}, Ours: ours("utils")}, []string{"node imports utils"}},
		"never":                        {Package{Name: "world", Imports: []string{"net"}}, []string{"world imports net, which it never may"}},
		"below a never":                {Package{Name: "world", Imports: []string{"net/http"}}, []string{"world imports net/http, which"}},
		"not below, only alike":        {Package{Name: "world", Imports: []string{"network"}}, nil},
		"through its door":             {Package{Name: "node", Imports: []string{"example.org/socket/deep"}}, nil},
		"past a door":                  {Package{Name: "board", Imports: []string{"example.org/socket"}}, []string{"one door elsewhere"}},
		"a test past a door":           {Package{Name: "board", TestImports: []string{"example.org/socket"}}, []string{"one door elsewhere"}},
		"no door":                      {Package{Name: "node", Imports: []string{"example.com/new"}}, []string{"has no door"}},
		"a door for all":               {Package{Name: "plane", Imports: []string{"example.org/x/y"}}, nil},
		"a door in the standard":       {Package{Name: "scene", Imports: []string{"syscall/js"}}, []string{"one door elsewhere"}},
		"a test reaches through":       {Package{Name: "node", TestImports: []string{"plane", "node", "id"}, Ours: ours("plane", "node", "id")}, nil},
		"a test by its own line":       {Package{Name: "world", TestImports: []string{"atlas/tiled"}, Ours: ours("atlas/tiled")}, nil},
		"a test beyond":                {Package{Name: "atlas", TestImports: []string{"atlas/tiled"}, Ours: ours("atlas/tiled")}, []string{"atlas's tests import atlas/tiled"}},
		"a test's line is for tests":   {Package{Name: "world", Imports: []string{"atlas/tiled"}, Ours: ours("atlas/tiled")}, []string{"world imports atlas/tiled"}},
		"clean in the browser":         {Package{Name: "client", Browser: []string{"atlas", "client", "example.org/x", "plane", "scene", "worldly"}}, nil},
		"hidden at a remove":           {Package{Name: "client", Browser: []string{"client", "scene", "world"}}, []string{"client carries world into the browser"}},
		"hidden below a pattern":       {Package{Name: "client", Browser: []string{"cities/kariya"}}, []string{"carries cities/kariya"}},
		"hidden below a library":       {Package{Name: "client", Browser: []string{"example.org/big/part"}}, []string{"carries example.org/big/part"}},
		"hidden concerns the one":      {Package{Name: "node", Browser: []string{"node", "world"}}, nil},
		"two faults are two sentences": {Package{Name: "plane", Imports: []string{"atlas", "world"}, Ours: ours("atlas", "world")}, []string{"plane imports atlas", "plane imports world"}},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := Parse(law)
			if err != nil {
				t.Fatal(err)
			}
			got, err := l.Judge([]Package{c.p})
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			for i := range got {
				if !strings.Contains(got[i], c.want[i]) {
					t.Errorf("got %q, want something with %q", got[i], c.want[i])
				}
			}
		})
	}
}

// The clock hides behind names of its import; none of them may help.
func TestJudgeSeesTheClock(t *testing.T) {
	law, err := Parse("NONE < world\nnever world : time.Now")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		src  string
		want int
	}{
		"called":          {"package world\nimport \"time\"\nvar a = time.Now()", 1},
		"taken":           {"package world\nimport \"time\"\nvar now = time.Now", 1},
		"renamed":         {"package world\nimport clock \"time\"\nvar a = clock.Now()", 1},
		"dotted":          {"package world\nimport . \"time\"\nvar a = Now()", 1},
		"another's":       {"package world\nimport \"time\"\nvar d time.Duration\nvar room struct{ Now int }\nvar a = room.Now", 0},
		"of another time": {"package world\nimport time \"fmt\"\nvar a = time.Sprint", 0},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "room.go")
			if err := os.WriteFile(file, []byte(c.src), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := law.Judge([]Package{{Name: "world", Files: []string{file}}})
			if err != nil || len(got) != c.want {
				t.Errorf("got %q, %v; want %d", got, err, c.want)
			}
		})
	}
	if _, err := law.Judge([]Package{{Name: "world", Files: []string{"gone.go"}}}); err == nil {
		t.Error("a file that cannot be read was judged")
	}
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct{ law, want string }{
		"cycle of two":           {"a < b\nb < a", "cycle: "},
		"cycle of one":           {"a < a", "cycle: a < a"},
		"a long cycle":           {"a < b < c\nc < d\nd < a", "cycle: "},
		"a cycle in a group":     {"G = x, y\nG < b\nb < x", "cycle: "},
		"nothing and something":  {"NONE < a\nb < a", "law.txt:1: a is said to import nothing"},
		"no rule":                {"\na, b", "law.txt:2: "},
		"an empty name":          {"a, < b", "not a name"},
		"two words":              {"a b < c", "not a name"},
		"unknown group":          {"GROUP < b", "no group is called GROUP"},
		"group named twice":      {"G = a\nG = b", "cannot name a group"},
		"group in small letters": {"g = a", "cannot name a group"},
		"ALL first":              {"ALL < b", "ALL stands last"},
		"NONE last":              {"a < NONE", "NONE stands alone"},
		"door without colon":     {"door a", "door needs a colon"},
		"every fault":            {"a\nb", "law.txt:2: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(c.law)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something with %q", err, c.want)
			}
		})
	}
}

// A small module on disk that breaks the law in each build: what the go
// command is asked must be what the judge needs.
func TestListFindsViolations(t *testing.T) {
	dir := t.TempDir()
	for name, src := range map[string]string{
		"go.mod":                 "module example\n\ngo 1.26\n",
		"low/low.go":             "package low\n",
		"secret/secret.go":       "package secret\n",
		"mid/mid.go":             "package mid\n\nimport (\n\t_ \"example/low\"\n\t_ \"example/secret\"\n)\n",
		"page/main_js.go":        "package main\n\nimport (\n\t_ \"example/mid\"\n\t_ \"syscall/js\"\n)\n\nfunc main() {}\n",
		"low/journey_test.go":    "//go:build journey\n\npackage low_test\n\nimport _ \"example/mid\"\n",
		"mid/only_linux.go":      "package mid\n\nimport _ \"net\"\n",
		"page/broken_windows.go": "package page\n\nimport _ \"example/secret\"\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	law, err := Parse("NONE < low, secret\nlow, secret < mid\nmid < page\nnever mid : net\nhidden page : secret\ndoor syscall/js : low")
	if err != nil {
		t.Fatal(err)
	}
	packages, err := List(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := law.Judge(packages)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"low's tests import mid, which the law does not write (in tests mid < low)",
		"mid imports net, which it never may (law.txt:4)",
		"page carries secret into the browser (law.txt:5)",
		"page imports syscall/js, which has its one door elsewhere",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}
