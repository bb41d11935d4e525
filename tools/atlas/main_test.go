package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const terrain = `<tileset name="terrain" tilewidth="16" tileheight="16" tilecount="1"><tile id="0" class="grass"/></tileset>`

// place writes a map with a gate to another place, and gives its path.
func place(t *testing.T, dir, name, to string) string {
	t.Helper()
	row := strings.Repeat("1,", 8) + "\n"
	tmx := `<map orientation="orthogonal" width="8" height="8" tilewidth="16" tileheight="16">
<properties><property name="title" value="` + name + `"/></properties>
<tileset firstgid="1" source="terrain.tsx"/>
<layer id="1" name="ground" width="8" height="8"><data encoding="csv">` + strings.TrimSuffix(strings.Repeat(row, 8), ",\n") + `</data></layer>
<objectgroup id="2" name="spawns"><object id="1" name="here" x="64" y="64"><point/></object></objectgroup>
<objectgroup id="3" name="portals"><object id="2" name="gate" x="0" y="0" width="16" height="16">
 <properties><property name="to" value="` + to + `"/><property name="at" value="gate"/></properties></object></objectgroup>
</map>`
	file := filepath.Join(dir, name+".tmx")
	for path, text := range map[string]string{file: tmx, filepath.Join(dir, "terrain.tsx"): terrain} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	plaza, park := place(t, dir, "plaza", "park"), place(t, dir, "park", "plaza")
	lost := place(t, dir, "lost", "moon")
	island := place(t, dir, "island", "plaza")
	broken := filepath.Join(dir, "broken.tmx")
	if err := os.WriteFile(broken, []byte(`<map orientation="hexagonal" width="8" height="8" tilewidth="16" tileheight="8"/>`), 0o600); err != nil {
		t.Fatal(err)
	}
	const fine = ": 8 × 8 tiles, 0 seats, 1 portals, 0 zones, 0 props\n"
	for _, c := range []struct {
		name      string
		args      []string
		code      int
		out, errs string
	}{
		{"one map", []string{"check", plaza}, 0, plaza + fine, ""},
		{"a city", []string{"check", "-city", plaza, park}, 0, plaza + fine + park + fine, ""},
		{"a gate to nowhere", []string{"check", "-city", lost}, 1, lost + fine, lost + ": portal \"gate\": there is no place \"moon\"\n"},
		{"a gate to nowhere, alone", []string{"check", lost}, 1, lost + fine, lost + ": portal \"gate\": there is no place \"moon\"\n"},
		{"a place apart", []string{"check", "-city", plaza, park, island}, 1, plaza + fine + park + fine + island + fine, island + ": place \"island\": no portals lead there from \"plaza\"\n"},
		{"a gate to a file beside", []string{"check", island}, 0, island + fine, ""},
		{"broken and whole", []string{"check", broken, plaza}, 1, plaza + fine,
			filepath.ToSlash(broken) + ": map: orientation \"hexagonal\"; want orthogonal\n" +
				filepath.ToSlash(broken) + ": map: tiles of 16 × 8 px; want 16 × 16\n"},
		{"twice", []string{"check", plaza, plaza}, 1, plaza + fine, plaza + ": " + plaza + " is the same place\n"},
		{"nothing", nil, 2, "", usage + "\n"},
		{"another word", []string{"draw", plaza}, 2, "", usage + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := run(c.args, &out, &errs); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if out.String() != c.out || errs.String() != c.errs {
				t.Errorf("printed\n%s\nand\n%s\nwant\n%s\nand\n%s", out.String(), errs.String(), c.out, c.errs)
			}
		})
	}
	var errs bytes.Buffer
	if code := run([]string{"check", filepath.Join(dir, "none.tmx")}, &errs, &errs); code != 1 || !strings.Contains(errs.String(), "none.tmx") {
		t.Errorf("a file that is not there: %d, %s", code, errs.String())
	}
}

// What is drawn: a kind without a picture and a wall in the middle of the lawn are
// faults, a wall at a picture's foot is none.
func TestPictures(t *testing.T) {
	dir := t.TempDir()
	file := place(t, dir, "yard", "yard")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	more := `<objectgroup id="4" name="walls"><object id="8" x="20" y="30" width="20" height="6"/><object id="9" x="90" y="90" width="9" height="9"/></objectgroup>
<objectgroup id="5" name="props"><object id="10" type="bench" x="30" y="36"><point/></object><object id="11" type="dragon" x="60" y="100"><point/></object></objectgroup></map>`
	if err := os.WriteFile(file, []byte(strings.Replace(string(raw), "</map>", more, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	art := filepath.Join(dir, "props.json")
	if err := os.WriteFile(art, []byte(`{"bench": {"x": 0, "y": 0, "w": 36, "h": 20, "footX": 18, "footY": 18}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := run([]string{"check", "-art", art, file}, &out, &errs)
	want := file + ": prop 1 at (60,100) px: there is no picture of kind \"dragon\"\n" + file + ": wall 1 at (90,90) px, 9 × 9: nothing is drawn there\n"
	if code != 1 || errs.String() != want {
		t.Errorf("%d\n%s\nwant\n%s", code, errs.String(), want)
	}
	for _, broken := range []string{filepath.Join(dir, "none.json"), file} {
		if code := run([]string{"check", "-art", broken, file}, &out, &errs); code != 1 {
			t.Errorf("with %s: exit code %d", broken, code)
		}
	}
}

// The city that ships with the program has no faults.
func TestKariya(t *testing.T) {
	maps, err := filepath.Glob("../../assets/cities/kariya/maps/*.tmx")
	if err != nil || len(maps) < 9 {
		t.Fatal(err, maps)
	}
	var out, errs bytes.Buffer
	if code := run(append([]string{"check", "-city"}, maps...), &out, &errs); code != 0 {
		t.Error(errs.String())
	}
}
