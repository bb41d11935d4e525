//go:build journey

package journey

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// startingAt is a city whose visitors arrive in another place: the pack with one
// word changed.
func startingAt(t *testing.T, place string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "kariya")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(built.root, "assets", "cities", "kariya"))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "city.toml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	moved := regexp.MustCompile(`(?m)^start = ".*"`).ReplaceAllString(string(text), fmt.Sprintf("start = %q", place))
	if err := os.WriteFile(file, []byte(moved), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// at sets the page's clock to a moment, for what it loads from now on.
func (p *person) at(moment time.Time) *person {
	p.t.Helper()
	_, err := p.page.EvalOnNewDocument(fmt.Sprintf(`{
		const Real = Date, ahead = %d - Real.now();
		Date = class extends Real {
			constructor(...a) { a.length ? super(...a) : super(Real.now() + ahead) }
			static now() { return Real.now() + ahead }
		};
	}`, moment.UnixMilli()))
	p.must(err)
	return p
}

// TestEveryPlaceIsDrawn takes pictures of every place of the city on four sizes
// of screens, by day and by evening, to be looked at. It asserts that each place
// is drawn with its own ground and that no picture is missing.
func TestEveryPlaceIsDrawn(t *testing.T) {
	maps, err := filepath.Glob(filepath.Join(built.root, "assets", "cities", "kariya", "maps", "*.tmx"))
	if err != nil || len(maps) < 9 {
		t.Fatal(err, maps)
	}
	zone := time.FixedZone("JST", 9*3600)
	for _, m := range maps {
		place := strings.TrimSuffix(filepath.Base(m), ".tmx")
		t.Run(place, func(t *testing.T) {
			c := open(t, "-city", startingAt(t, place))
			for name, hour := range map[string]int{"day": 11, "evening": 18} {
				p := c.visitor(name).at(time.Date(2026, 5, 20, hour, 5, 0, 0, zone))
				p.comesIn("el34")
				waitFor(t, 30*time.Second, "the ground of "+place, func() bool {
					r, err := p.page.Eval(`place => performance.getEntriesByType("resource").some(e => e.name.includes("/art/kariya/" + place + ".png") && e.responseStatus === 200)`, place)
					return err == nil && r.Value.Bool()
				})
				for _, s := range []struct {
					name string
					w, h int
					dpr  float64
				}{{"1366x768", 1366, 768, 1}, {"1024x768", 1024, 768, 1}, {"844x390", 844, 390, 3}, {"320x568", 320, 568, 2}} {
					p.size(s.w, s.h, s.dpr)
					p.picture(s.name)
				}
				if _, err := p.page.Eval(`() => window.kakitsubata.state()`); err != nil {
					t.Error("the page does not answer:", err)
				}
			}
		})
	}
}
