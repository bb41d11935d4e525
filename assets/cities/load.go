package cities

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
	_ "time/tzdata" // a machine without zoneinfo still knows the city's time

	"github.com/BurntSushi/toml"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/reading"
)

// packs holds the cities that ship with the program.
//
//go:embed kariya
var packs embed.FS

// Errors of Load. A pack with faults gives all of them joined, each of them a
// *Fault.
var (
	ErrNoCity = errors.New("cities: no such city")
	ErrPack   = errors.New("cities: the pack has faults")
)

// Fault is one mistake in a pack.
type Fault struct {
	File string // in the pack's folder
	Key  string // where in the file; a line number for what can't be read at all
	Why  string
}

func (f *Fault) Error() string { return fmt.Sprintf("%s: %s: %s", f.File, f.Key, f.Why) }

// Unwrap makes every fault an ErrPack.
func (f *Fault) Unwrap() error { return ErrPack }

// Load reads the pack of a city that ships with the program (its name, such
// as "kariya"), or the pack in a folder (a path that holds a slash or a dot).
// The folder's own name is the city's id.
func Load(nameOrDir string) (*Pack, error) {
	sub, city, err := find(nameOrDir)
	if err != nil {
		return nil, err
	}
	return LoadFS(sub, city)
}

// find is the folder of a pack.
func find(nameOrDir string) (fs.FS, id.CityID, error) {
	if strings.ContainsAny(nameOrDir, `/\.`) {
		dir := strings.TrimRight(strings.ReplaceAll(nameOrDir, `\`, "/"), "/")
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, "", fmt.Errorf("%w: %s is not a folder", ErrNoCity, nameOrDir)
		}
		abs := dir
		if wd, err := os.Getwd(); err == nil && !path.IsAbs(dir) {
			abs = path.Join(wd, dir)
		}
		return os.DirFS(dir), id.CityID(path.Base(path.Clean(abs))), nil
	}
	sub, err := fs.Sub(packs, nameOrDir)
	if err == nil {
		_, err = fs.Stat(sub, "city.toml")
	}
	if err != nil {
		return nil, "", fmt.Errorf("%w: %q (there are: %s; or give a folder)", ErrNoCity, nameOrDir, strings.Join(Names(), ", "))
	}
	return sub, id.CityID(nameOrDir), nil
}

// Names lists the cities that ship with the program.
func Names() []string {
	dirs, err := packs.ReadDir(".")
	if err != nil {
		return nil
	}
	var out []string
	for _, d := range dirs {
		out = append(out, d.Name())
	}
	return out
}

// LoadFS reads a pack from a file system whose root is the pack's folder.
func LoadFS(fsys fs.FS, city id.CityID) (*Pack, error) {
	l := loader{fs: fsys, pack: &Pack{City: city}}
	if _, err := id.ParseRoomID(string(city) + "/x/1"); err != nil {
		l.fault("city.toml", "folder", "its name %q is not a city id (lower-case letters, digits, hyphens)", city)
	}
	l.city()
	l.services()
	l.phrases()
	l.boards()
	l.notices()
	l.sentences()
	l.companion()
	l.entrance()
	l.translations()
	l.verdicts()
	if len(l.faults) > 0 {
		return nil, errors.Join(l.faults...)
	}
	return l.pack, nil
}

type loader struct {
	fs     fs.FS
	pack   *Pack
	faults []error
}

func (l *loader) fault(file, key, format string, args ...any) {
	l.faults = append(l.faults, &Fault{file, key, fmt.Sprintf(format, args...)})
}

// read decodes a TOML file. A key that nothing reads is a fault: most often it
// is a spelling mistake.
func (l *loader) read(file string, into any) (toml.MetaData, bool) {
	text, ok := l.open(file)
	if !ok {
		return toml.MetaData{}, false
	}
	return l.decode(file, text, into)
}

func (l *loader) open(file string) ([]byte, bool) {
	text, err := fs.ReadFile(l.fs, file)
	if err != nil {
		l.fault(file, "file", "can't be read: %v", errors.Unwrap(err))
	}
	return text, err == nil
}

func (l *loader) decode(file string, text []byte, into any) (toml.MetaData, bool) {
	meta, ok := l.parse(file, text, into)
	if ok {
		for _, k := range meta.Undecoded() {
			l.fault(file, k.String(), "is not a key of this file")
		}
	}
	return meta, ok
}

func (l *loader) parse(file string, text []byte, into any) (toml.MetaData, bool) {
	meta, err := toml.NewDecoder(bytes.NewReader(text)).Decode(into)
	if err != nil {
		key := "file"
		if p, ok := errors.AsType[toml.ParseError](err); ok {
			key = fmt.Sprintf("line %d", p.Position.Line)
		}
		l.fault(file, key, "is not the TOML that is expected: %v", err)
		return meta, false
	}
	return meta, true
}

// child checks a text for children: there, well-formed, and every kanji read.
func (l *loader) child(file, key, text string) {
	if strings.TrimSpace(text) == "" {
		l.fault(file, key, "is empty")
		return
	}
	if err := reading.Valid(text); err != nil {
		l.fault(file, key, "%v", err)
		return
	}
	if k := reading.Unread(text); k != "" {
		l.fault(file, key, "no reading for %s; write {漢字|かんじ}", k)
	}
}

type cityFile struct {
	Title     string      `toml:"title"`
	TimeZone  string      `toml:"time_zone"`
	Start     string      `toml:"start"`
	Badge     string      `toml:"badge"`
	FreeText  []string    `toml:"free_text"`
	Unwatched string      `toml:"unwatched"`
	Hours     hoursFile   `toml:"hours"`
	Places    []placeFile `toml:"place"`
}

type placeFile struct {
	ID       string `toml:"id"`
	Title    string `toml:"title"`
	Map      string `toml:"map"`
	Capacity int    `toml:"capacity"`
	Copies   int    `toml:"copies"`
}

// Bounds of a place, so that a slip of the finger is not a night of work.
const (
	maxCapacity = 500
	maxCopies   = 50
	maxTitle    = 120 // bytes: a title travels in a field of that size
)

func (l *loader) city() {
	const file = "city.toml"
	var f cityFile
	if _, ok := l.read(file, &f); !ok {
		return
	}
	p := l.pack
	p.Title, p.Badge, p.Start = f.Title, f.Badge, id.PlaceID(f.Start)
	l.child(file, "title", f.Title)
	l.child(file, "badge", f.Badge)

	zone, err := time.LoadLocation(f.TimeZone)
	if err != nil || f.TimeZone == "" || f.TimeZone == "Local" {
		l.fault(file, "time_zone", "%q is not a time zone such as Asia/Tokyo", f.TimeZone)
		zone = time.UTC
	}
	p.Zone = zone

	p.FreeText = make(map[id.Bracket]bool)
	for _, s := range f.FreeText {
		b, err := id.ParseBracket(s)
		if err != nil {
			l.fault(file, "free_text", "%q is not a bracket (el12 el34 el56 jh hs)", s)
			continue
		}
		p.FreeText[b] = true
	}
	switch f.Unwatched {
	case "open":
		p.Unwatched = protocol.SpeechOpen
	case "phrases":
		p.Unwatched = protocol.SpeechPhrases
	case "closed":
		p.Unwatched = protocol.SpeechShut
	default:
		l.fault(file, "unwatched", "%q is not open, phrases or closed", f.Unwatched)
	}
	p.Hours = l.hours(file, f.Hours, zone)
	l.places(file, f.Places)
}

func (l *loader) places(file string, places []placeFile) {
	p := l.pack
	maps, err := fs.Sub(l.fs, "maps")
	if err != nil {
		l.fault(file, "place", "no maps folder: %v", err)
		return
	}
	p.Maps = maps
	seen := make(map[id.PlaceID]bool)
	for i, f := range places {
		place := Place{ID: id.PlaceID(f.ID), Title: f.Title, Map: f.Map, Capacity: f.Capacity, Copies: f.Copies}
		key := fmt.Sprintf("place %d (%s)", i+1, f.ID)
		if _, err := id.ParseRoomID(string(p.City) + "/" + f.ID + "/1"); err != nil {
			l.fault(file, key+".id", "%q is not a place id (lower-case letters, digits, hyphens)", f.ID)
		}
		if seen[place.ID] {
			l.fault(file, key+".id", "is there twice")
		}
		seen[place.ID] = true
		l.child(file, key+".title", f.Title)
		if len(f.Title) > maxTitle {
			l.fault(file, key+".title", "is longer than %d bytes", maxTitle)
		}
		if ext := path.Ext(f.Map); ext != ".tmx" && ext != ".tmj" || !fs.ValidPath(f.Map) {
			l.fault(file, key+".map", "%q is not a .tmx or .tmj file in the maps folder", f.Map)
		} else if _, err := fs.Stat(maps, f.Map); err != nil {
			l.fault(file, key+".map", "maps/%s is not there", f.Map)
		}
		if f.Capacity < 1 || f.Capacity > maxCapacity {
			l.fault(file, key+".capacity", "%d is not from 1 to %d", f.Capacity, maxCapacity)
		}
		if f.Copies < 1 || f.Copies > maxCopies {
			l.fault(file, key+".copies", "%d is not from 1 to %d", f.Copies, maxCopies)
		}
		p.Places = append(p.Places, place)
	}
	if !seen[p.Start] {
		l.fault(file, "start", "%q is not one of the places", p.Start)
	}
}
