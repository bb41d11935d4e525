package deps

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Law is what law.txt says. The zero value forbids everything.
type Law struct {
	named  map[string]bool            // every package or pattern that a rule names
	may    map[string]map[string]bool // importer to imported, as written
	tests  map[string]map[string]bool // the same, for test files alone
	all    map[string]bool            // what ALL may import
	none   map[string]int             // line that says NONE < name
	doors  []rule
	nevers []rule
	hidden []rule
}

// rule is "who : what" of a door, a never or a hidden line.
type rule struct {
	line int
	who  []string // packages of ours
	what []string // import paths, packages of ours, or pkg.Name
}

const anywhere = "ANYWHERE"

// Parse reads a law. The error joins one line for each fault: grammar, a
// package that contradicts itself, and cycles (a law with a cycle allows what
// the compiler never could, so somebody misread it).
func Parse(text string) (*Law, error) {
	l := &Law{
		named: map[string]bool{}, may: map[string]map[string]bool{}, tests: map[string]map[string]bool{},
		all: map[string]bool{}, none: map[string]int{},
	}
	groups := map[string][]string{}
	var faults []error
	for _, s := range statements(text) {
		if err := l.statement(s, groups); err != nil {
			faults = append(faults, fmt.Errorf("law.txt:%d: %w", s.line, err))
		}
	}
	for name, line := range l.none {
		if len(l.may[name]) > 0 {
			faults = append(faults, fmt.Errorf("law.txt:%d: %s is said to import nothing, but another line lets it import %s",
				line, name, strings.Join(sorted(l.may[name]), ", ")))
		}
	}
	if c := l.cycle(); c != nil {
		faults = append(faults, fmt.Errorf("law.txt: cycle: %s", strings.Join(c, " < ")))
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return l, nil
}

// statement is a logical line: what was written, without comments, with the
// indented lines that follow it.
type statement struct {
	line int
	text string
}

func statements(text string) []statement {
	var out []statement
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		indented := line != "" && (line[0] == ' ' || line[0] == '\t')
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case indented && len(out) > 0:
			out[len(out)-1].text += " " + line
		default:
			out = append(out, statement{i + 1, line})
		}
	}
	return out
}

func (l *Law) statement(s statement, groups map[string][]string) error {
	for word, rules := range map[string]*[]rule{"door": &l.doors, "never": &l.nevers, "hidden": &l.hidden} {
		rest, ok := strings.CutPrefix(s.text, word+" ")
		if !ok {
			continue
		}
		left, right, ok := strings.Cut(rest, ":")
		if !ok {
			return fmt.Errorf("%s needs a colon", word)
		}
		if word == "door" { // the library stands first, since that is what one looks for
			left, right = right, left
		}
		who, err := list(left, groups)
		if err != nil {
			return err
		}
		what, err := list(right, groups)
		if err != nil {
			return err
		}
		for _, name := range who {
			if name != anywhere {
				l.named[name] = true
			}
		}
		*rules = append(*rules, rule{s.line, who, what})
		return nil
	}
	if name, rest, ok := strings.Cut(s.text, "="); ok {
		name = strings.TrimSpace(name)
		if !capitals(name) || groups[name] != nil {
			return fmt.Errorf("%q cannot name a group", name)
		}
		members, err := list(rest, groups)
		if err != nil {
			return err
		}
		groups[name] = members
		return nil
	}
	rest, inTests := strings.CutPrefix(s.text, "in tests ")
	return l.chain(s.line, rest, inTests, groups)
}

// chain takes "a, b < c < d": each may import all that stands left of it.
func (l *Law) chain(line int, text string, inTests bool, groups map[string][]string) error {
	links := strings.Split(text, "<")
	if len(links) < 2 {
		return fmt.Errorf("%q is not a rule", text)
	}
	edges := l.may
	if inTests {
		edges = l.tests
	}
	var before []string
	for i, link := range links {
		names, err := list(link, groups)
		if err != nil {
			return err
		}
		nothing := i == 1 && len(before) == 1 && before[0] == "NONE"
		if nothing {
			before = nil
		}
		for _, name := range names {
			switch {
			case name == "NONE" && (i > 0 || len(names) > 1 || inTests):
				return errors.New("NONE stands alone and first")
			case name == "NONE":
				continue
			case name == "ALL" && (i == 0 || i < len(links)-1 || inTests):
				return errors.New("ALL stands last")
			case name == "ALL":
				for _, b := range before {
					l.all[b] = true
				}
				continue
			case capitals(name):
				return fmt.Errorf("no group is called %s", name)
			}
			l.named[name] = true
			if nothing {
				l.none[name] = line
			}
			for _, b := range before {
				if edges[name] == nil {
					edges[name] = map[string]bool{}
				}
				edges[name][b] = true
			}
		}
		before = append(before, names...)
	}
	return nil
}

// list splits at commas and puts the members in place of a group's name.
func list(text string, groups map[string][]string) ([]string, error) {
	var out []string
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		if name == "" || strings.ContainsAny(name, " \t:=<") {
			return nil, fmt.Errorf("%q is not a name", name)
		}
		if members, ok := groups[name]; ok {
			out = append(out, members...)
			continue
		}
		out = append(out, name)
	}
	return out, nil
}

func capitals(name string) bool {
	return name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// cycle returns a way round that the law would allow, or nil.
func (l *Law) cycle() []string {
	const visiting, done = 1, 2
	state := map[string]int{}
	var path []string
	var visit func(string) []string
	visit = func(name string) []string {
		state[name] = visiting
		path = append(path, name)
		for _, next := range sorted(l.may[name]) {
			switch state[next] {
			case visiting:
				way := append(slices.Clone(path[slices.Index(path, next):]), next)
				slices.Reverse(way) // "a < b" reads from the imported to the importer
				return way
			case done:
			default:
				if way := visit(next); way != nil {
					return way
				}
			}
		}
		state[name] = done
		path = path[:len(path)-1]
		return nil
	}
	for _, name := range sorted(l.named) {
		if state[name] == 0 {
			if way := visit(name); way != nil {
				return way
			}
		}
	}
	return nil
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for name := range set {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
