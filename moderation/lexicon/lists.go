package lexicon

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"kakitsubata/moderation"
)

// Files of a folder of lists; every other .tsv is the rules of the category
// that it is named after.
const (
	levelsFile   = "levels.tsv"
	contextsFile = "contexts.tsv"
	numbersFile  = "numbers.tsv"
	readingsFile = "readings.tsv"
	conceptsFile = "concepts.tsv"
)

// Another scorer's files in the same folder begin with this; see Reader.
const signalsPrefix = "trajectory"

// level is what a rule's first column says.
type level struct {
	need     bool // the speaker is the one in need
	severity int
	mask     bool // hide the span although nothing else is done: a method is named
}

// action is what the levels table says about a level.
type action struct {
	show    moderation.Show
	concern moderation.Concern
}

// where a context must stand, as seen from a match.
type where uint8

const (
	anywhere where = iota
	before         // it ends where the match begins, three runes off at most
	after          // it begins where the match ends, three runes off at most
)

// row is one written rule.
type row struct {
	at       string // file:line
	id       string
	category moderation.Category
	level    level
	patterns []pattern
	except   []pattern
	contexts []string
	hash     uint32 // of id
	index    uint8  // of category in allCategories
}

type contextRow struct {
	at       string
	name     string
	where    where
	patterns []pattern
}

type lists struct {
	rows     []row
	contexts []contextRow
	actions  map[moderation.Category][4]action // by severity; index 0 unused
	need     [4]action
	numbers  map[string]bool // digits of numbers that anybody may say
	readings []readingRow
	concepts []conceptRow
}

var allCategories = []moderation.Category{
	moderation.SelfHarm, moderation.BullyingVictim, moderation.AbuseHome, moderation.PovertyHunger, moderation.SchoolRefusal,
	moderation.Loneliness, moderation.YoungCarer, moderation.SexualVictim, moderation.EatingSleep, moderation.SelfDenial,
	moderation.Insult, moderation.Threat, moderation.Sexual, moderation.Grooming, moderation.PII, moderation.DarkJob,
	moderation.Drugs, moderation.Spam, moderation.URL, moderation.NPCAbuse,
}

// readLists reads a folder of lists; the error joins every fault, each with
// its file and line.
func readLists(fsys fs.FS) (*lists, error) {
	l := &lists{actions: map[moderation.Category][4]action{}}
	names, err := fs.Glob(fsys, "*.tsv")
	if err != nil {
		return nil, err
	}
	var faults []error
	fault := func(err error) {
		if err != nil {
			faults = append(faults, err)
		}
	}
	seen := map[string]bool{}
	for _, name := range names {
		if strings.HasPrefix(name, signalsPrefix) {
			continue
		}
		seen[name] = true
		switch name {
		case levelsFile:
			fault(eachLine(fsys, name, l.levelLine))
		case contextsFile:
			fault(eachLine(fsys, name, l.contextLine))
		case numbersFile:
			l.numbers, err = ReadHelplines(fsys)
			fault(err)
		case readingsFile:
			fault(eachLine(fsys, name, l.readingLine))
		case conceptsFile:
			fault(eachLine(fsys, name, l.conceptLine))
		default:
			fault(l.readRules(fsys, name))
		}
	}
	for _, name := range []string{levelsFile, contextsFile, numbersFile} {
		if !seen[name] {
			fault(fmt.Errorf("%s: %w", name, fs.ErrNotExist))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return l, l.check()
}

// eachLine gives every line that is no comment, cut at tabs.
func eachLine(fsys fs.FS, name string, line func(at string, cells []string) error) error {
	f, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	var faults []error
	in := bufio.NewScanner(f)
	for n := 1; in.Scan(); n++ {
		s := strings.TrimRight(in.Text(), " \t\r")
		if s == "" || strings.HasPrefix(s, "#") {
			continue
		}
		at := name + ":" + strconv.Itoa(n)
		if err := line(at, strings.Split(s, "\t")); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", at, err))
		}
	}
	if err := in.Err(); err != nil {
		faults = append(faults, fmt.Errorf("%s: %w", name, err))
	}
	return errors.Join(faults...)
}

func cell(cells []string, i int) string {
	if i < len(cells) {
		return strings.TrimSpace(cells[i])
	}
	return ""
}

func categoryOf(s string) (moderation.Category, error) {
	for _, c := range allCategories {
		if string(c) == s {
			return c, nil
		}
	}
	return "", fmt.Errorf("%q is no category", s)
}

func severityOf(s string) (int, error) {
	if s == "1" || s == "2" || s == "3" {
		return int(s[0] - '0'), nil
	}
	return 0, fmt.Errorf("%q is no severity (1 2 3)", s)
}

// levelLine reads: category or "need", severity, show, concern.
func (l *lists) levelLine(_ string, cells []string) error {
	sev, err := severityOf(cell(cells, 1))
	if err != nil {
		return err
	}
	var a action
	shows := []moderation.Show{moderation.Pass, moderation.Mask, moderation.Hold, moderation.Block}
	concerns := []moderation.Concern{moderation.None, moderation.Watch, moderation.Case, moderation.Urgent}
	if a.show, err = named(cell(cells, 2), shows); err != nil {
		return err
	}
	if a.concern, err = named(cell(cells, 3), concerns); err != nil {
		return err
	}
	who := cell(cells, 0)
	if who == "need" {
		if a.show != moderation.Pass {
			return errors.New("need is never hidden: pass")
		}
		l.need[sev] = a
		return nil
	}
	c, err := categoryOf(who)
	if err != nil {
		return err
	}
	if c.Support() && a.show != moderation.Pass {
		return errors.New("support is never hidden: pass")
	}
	by := l.actions[c]
	by[sev] = a
	l.actions[c] = by
	return nil
}

func named[T fmt.Stringer](s string, all []T) (T, error) {
	var none T
	var names []string
	for _, x := range all {
		if x.String() == s {
			return x, nil
		}
		names = append(names, x.String())
	}
	return none, fmt.Errorf("%q is none of %s", s, strings.Join(names, ", "))
}

// contextLine reads: name, where, patterns.
func (l *lists) contextLine(at string, cells []string) error {
	c := contextRow{at: at, name: cell(cells, 0)}
	if c.name == "" {
		return errors.New("a context without a name")
	}
	switch w := cell(cells, 1); w {
	case "anywhere":
		c.where = anywhere
	case "before":
		c.where = before
	case "after":
		c.where = after
	default:
		return fmt.Errorf("%q is none of anywhere, before, after", w)
	}
	var err error
	c.patterns, err = parsePatterns(cell(cells, 2))
	l.contexts = append(l.contexts, c)
	return err
}

// ReadHelplines reads the telephone numbers that anybody may say, as digits.
// A line has a number, and whose it is.
func ReadHelplines(fsys fs.FS) (map[string]bool, error) {
	all := map[string]bool{}
	err := eachLine(fsys, numbersFile, func(_ string, cells []string) error {
		var d strings.Builder
		for _, r := range cell(cells, 0) {
			switch {
			case r >= '0' && r <= '9':
				d.WriteRune(r)
			case r != '-':
				return fmt.Errorf("%q is no number", cells[0])
			}
		}
		if d.Len() < 3 || cell(cells, 1) == "" {
			return errors.New("want a number and whose it is")
		}
		all[d.String()] = true
		return nil
	})
	return all, err
}

// readRules reads: level, patterns, exceptions, note. A line "!except" sets
// the exceptions that every following rule has besides its own.
func (l *lists) readRules(fsys fs.FS, name string) error {
	cat, err := categoryOf(strings.TrimSuffix(path.Base(name), ".tsv"))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	common := ""
	return eachLine(fsys, name, func(at string, cells []string) error {
		if cell(cells, 0) == "!except" {
			common = cell(cells, 1)
			return nil
		}
		r := row{at: at, category: cat, id: string(cat) + "/" + cell(cells, 1)}
		var err error
		if r.level, err = levelOf(cell(cells, 0), cat); err != nil {
			return err
		}
		if r.patterns, err = parsePatterns(cell(cells, 1)); err != nil {
			return err
		}
		if err := r.exceptions(common + " " + cell(cells, 2)); err != nil {
			return err
		}
		r.stamp()
		l.rows = append(l.rows, r)
		return nil
	})
}

// exceptions reads a cell of exceptions: patterns and @contexts.
func (r *row) exceptions(s string) error {
	for _, x := range strings.Fields(s) {
		if name, ok := strings.CutPrefix(x, "@"); ok {
			r.contexts = append(r.contexts, name)
			continue
		}
		p, err := parsePattern(x)
		if err != nil {
			return fmt.Errorf("exception %q: %w", x, err)
		}
		r.except = append(r.except, p)
	}
	return nil
}

func levelOf(s string, cat moderation.Category) (lv level, err error) {
	s, lv.mask = strings.CutSuffix(s, "*")
	s, lv.need = strings.CutPrefix(s, "need")
	if lv.severity, err = severityOf(s); err != nil {
		return lv, fmt.Errorf("level %q: want 1 2 3, or need1 need2 need3, with * to mask", s)
	}
	if lv.need && cat.Support() {
		return lv, errors.New("a category of support is need anyway: leave the word out")
	}
	if lv.mask && !lv.need && !cat.Support() {
		return lv, errors.New("* is for support; harm is masked by the levels table")
	}
	return lv, nil
}

// check finds what only all files together can show.
func (l *lists) check() error {
	faults := l.checkContexts()
	for _, c := range allCategories {
		if _, ok := l.actions[c]; !ok {
			faults = append(faults, fmt.Errorf("%s: nothing about %s", levelsFile, c))
		}
	}
	return errors.Join(faults...)
}

// checkContexts finds the contexts that rules name and no file holds.
func (l *lists) checkContexts() []error {
	var faults []error
	known := map[string]bool{}
	for _, c := range l.contexts {
		known[c.name] = true
	}
	for _, r := range l.rows {
		for _, c := range r.contexts {
			if !known[c] {
				faults = append(faults, fmt.Errorf("%s: no context @%s in %s", r.at, c, contextsFile))
			}
		}
	}
	return faults
}
