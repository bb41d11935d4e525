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

// TestEveryPlaceIsDrawn takes pictures of every place of the city, by day and by
// evening, to be looked at. It asserts that each place is drawn with its own
// ground. With KAKITSUBATA_PICTURES=all they are taken on four sizes of screens,
// which takes long: run one place (-run TestEveryPlaceIsDrawn/marsh) or give it
// -timeout 60m. With KAKITSUBATA_PICTURES=peopled others walk and talk there, and
// some pictures are taken of each hour: the README's are the best of them.
func TestEveryPlaceIsDrawn(t *testing.T) {
	maps, err := filepath.Glob(filepath.Join(built.root, "assets", "cities", "kariya", "maps", "*.tmx"))
	if err != nil || len(maps) < 9 {
		t.Fatal(err, maps)
	}
	type size struct {
		name string
		w, h int
		dpr  float64
	}
	sizes := []size{{"1024x768", 1024, 768, 1}}
	kind := os.Getenv("KAKITSUBATA_PICTURES")
	if kind == "all" {
		sizes = append(sizes, size{"1366x768", 1366, 768, 1}, size{"844x390", 844, 390, 3}, size{"320x568", 320, 568, 2})
	}
	for _, m := range maps {
		place := strings.TrimSuffix(filepath.Base(m), ".tmx")
		t.Run(place, func(t *testing.T) {
			c := open(t, "-city", startingAt(t, place))
			if kind == "peopled" {
				c.crowd(place, 14)
			}
			p := c.visitor("a").comesIn("el34")
			r, err := p.page.Eval(`() => location.pathname`)
			p.must(err)
			for _, hour := range []string{"11:05", "18:05"} {
				p.goTo(r.Value.Str() + "?at=2026-05-20T" + hour + "%2B09:00")
				p.click("#again-go")
				p.arrives()
				waitFor(t, 60*time.Second, "the ground of "+place, func() bool {
					r, err := p.page.Eval(`place => performance.getEntriesByType("resource").some(e => e.name.includes("/art/kariya/" + place + ".png") && e.responseStatus === 200)`, place)
					return err == nil && r.Value.Bool()
				})
				time.Sleep(3 * time.Second) // the light is asked for each thirtieth frame
				for _, s := range sizes {
					p.size(s.w, s.h, s.dpr)
					p.picture(strings.ReplaceAll(hour, ":", "") + "-" + s.name)
					for n := 2; kind == "peopled" && n <= 4; n++ {
						time.Sleep(2 * time.Second) // for others to say something else
						p.picture(fmt.Sprintf("%s-%s-%d", strings.ReplaceAll(hour, ":", ""), s.name, n))
					}
				}
			}
		})
	}
}
