package cities

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

const verdictsFile = "verdicts.toml"

// words of the table.
const (
	asScored = "scored"
	noMute   = "none"
)

// verdicts reads the table of what is done about what the gate sees.
func (l *loader) verdicts() {
	text, ok := l.open(verdictsFile)
	if ok {
		l.pack.Verdicts = l.table(verdictsFile, text)
	}
}

// LoadVerdicts reads the table of a city's pack, and nothing else of it.
func LoadVerdicts(nameOrDir string) (*moderation.Table, error) {
	sub, _, err := find(nameOrDir)
	if err != nil {
		return nil, err
	}
	l := loader{fs: sub, pack: new(Pack)}
	l.verdicts()
	return l.pack.Verdicts, errors.Join(l.faults...)
}

// ReadVerdicts reads a table by itself. Faults
// call it by the name that is given.
func ReadVerdicts(name string, text []byte) (*moderation.Table, error) {
	var l loader
	t := l.table(name, text)
	return t, errors.Join(l.faults...)
}

func (l *loader) table(file string, text []byte) *moderation.Table {
	var f map[string]map[string]any
	if _, ok := l.parse(file, text, &f); !ok {
		return nil
	}
	t := new(moderation.Table)
	for _, category := range sorted(f) {
		if !slices.Contains(moderation.TableRows(), moderation.Category(category)) {
			l.fault(file, category, "is not a category")
			continue
		}
		for _, name := range sorted(f[category]) {
			inner, _ := f[category][name].(map[string]any)
			key := category + "." + name
			if severity, err := strconv.Atoi(name); err == nil {
				l.act(t, file, key, moderation.Category(category), severity, id.BracketNone, inner)
				continue
			}
			b, err := id.ParseBracket(name)
			if err != nil {
				l.fault(file, key, "is neither a severity (1, 2, 3) nor a bracket (el12 el34 el56 jh hs)")
				continue
			}
			for _, grade := range sorted(inner) {
				key := key + "." + grade
				severity, err := strconv.Atoi(grade)
				if err != nil {
					l.fault(file, key, "is not a severity (1, 2, 3)")
					continue
				}
				cell, _ := inner[grade].(map[string]any)
				l.act(t, file, key, moderation.Category(category), severity, b, cell)
			}
		}
	}
	for _, c := range moderation.TableRows() {
		for severity := 1; severity <= moderation.MaxSeverity; severity++ {
			if key := strconv.Itoa(severity); f[string(c)][key] == nil {
				l.fault(file, string(c)+"."+key, "is missing")
			}
		}
	}
	return t
}

// act reads one cell.
func (l *loader) act(t *moderation.Table, file, key string, c moderation.Category, severity int, b id.Bracket, cell map[string]any) {
	if cell == nil {
		l.fault(file, key, "is not { show = …, level = …, mute = … }")
		return
	}
	var a moderation.Act
	fine := true
	for _, k := range []string{"show", "level", "mute"} {
		word, ok := cell[k].(string)
		if !ok {
			l.fault(file, key+"."+k, "is missing, or no text")
			fine = false
			continue
		}
		var err error
		switch k {
		case "show":
			a.Show, err = parseShow(word)
		case "level":
			a.Level, err = parseLevel(word)
		case "mute":
			a.Mute, err = parseMute(word)
		}
		if err != nil {
			l.fault(file, key+"."+k, "%v", err)
			fine = false
		}
	}
	for _, k := range sorted(cell) {
		if k != "show" && k != "level" && k != "mute" {
			l.fault(file, key+"."+k, "is not a key of this file")
		}
	}
	if !fine {
		return
	}
	if err := t.Set(c, severity, b, a); err != nil {
		l.fault(file, key, "%v", err)
	}
}

func parseShow(s string) (moderation.Show, error) {
	for _, x := range []moderation.Show{moderation.Pass, moderation.Mask, moderation.Block} {
		if x.String() == s {
			return x, nil
		}
	}
	if s == asScored {
		return moderation.ShowAsScored, nil
	}
	return 0, fmt.Errorf("%q is not pass, mask, block or scored", s)
}

func parseLevel(s string) (moderation.Concern, error) {
	for x := moderation.None; x <= moderation.Urgent; x++ {
		if x.String() == s {
			return x, nil
		}
	}
	if s == asScored {
		return moderation.LevelAsScored, nil
	}
	return 0, fmt.Errorf("%q is not none, watch, case, urgent or scored", s)
}

func parseMute(s string) (time.Duration, error) {
	if s == noMute {
		return moderation.NoMute, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a time such as 10s or 5m, nor none", s)
	}
	return d, nil
}

// PrintVerdicts writes a table as a person reads it.
func PrintVerdicts(w io.Writer, t *moderation.Table) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%-16s %3s  %-8s %-7s %-7s %s\n", "category", "sev", "bracket", "show", "level", "mute")
	line := func(c moderation.Category, severity int, bracket string, a moderation.Act) {
		fmt.Fprintf(&b, "%-16s %3d  %-8s %-7s %-7s %s\n", c, severity, bracket, showWord(a.Show), levelWord(a.Level), muteWord(a.Mute))
	}
	for _, c := range moderation.TableRows() {
		for severity := 1; severity <= moderation.MaxSeverity; severity++ {
			all := t.Act(c, severity, id.BracketNone)
			line(c, severity, "all", all)
			for _, x := range id.Brackets {
				if a := t.Act(c, severity, x); a != all {
					line(c, severity, x.String(), a)
				}
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func showWord(s moderation.Show) string {
	if s == moderation.ShowAsScored {
		return asScored
	}
	return s.String()
}

func levelWord(c moderation.Concern) string {
	if c == moderation.LevelAsScored {
		return asScored
	}
	return c.String()
}

func muteWord(d time.Duration) string {
	if d == moderation.NoMute {
		return noMute
	}
	return d.String()
}
