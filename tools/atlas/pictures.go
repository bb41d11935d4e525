package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"kakitsubata/world/atlas"
	"kakitsubata/world/atlas/tiled"
	"kakitsubata/world/plane"
)

// pictures are the kinds of props that can be painted; nil when nobody knows.
type pictures map[string]picture

// picture is how large a kind is, in pixels, and where its foot is.
type picture struct {
	W, H, FootX, FootY int
	Baked              bool // painted into the ground
}

// readPictures reads the list that tools/art writes: a named one, or that of the
// repository. Without any there is nothing to compare with.
func readPictures(file string) (pictures, error) {
	if file == "" {
		dir, err := os.Getwd()
		if err != nil {
			return nil, err
		}
		for file = filepath.Join(dir, "assets", "public", "art", "props.json"); ; file = filepath.Join(dir, "assets", "public", "art", "props.json") {
			if _, err := os.Stat(file); err == nil {
				break
			}
			up := filepath.Dir(dir)
			if up == dir {
				return nil, nil
			}
			dir = up
		}
	}
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no such file", file)
	}
	if err != nil {
		return nil, err
	}
	var p pictures
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return p, nil
}

// lies is how near a wall something flat must lie to be its picture, in units: a
// piece of street is 64 pixels long.
const lies = 64 * tiled.PixelUnits

// bare says which props have no picture, and in which walls nothing is drawn:
// one would run against nothing.
func (p pictures) bare(a *atlas.Atlas) (faults []string) {
	if p == nil {
		return nil
	}
	var seen []plane.Rect
	for i, prop := range a.Props {
		k, ok := p[prop.Kind]
		switch {
		case !ok:
			faults = append(faults, fmt.Sprintf("prop %d at (%d,%d) px: there is no picture of kind %q", i, prop.At.X/tiled.PixelUnits, prop.At.Y/tiled.PixelUnits, prop.Kind))
		case k.Baked:
			seen = append(seen, around(prop.At, lies, lies, lies, lies))
		default:
			left, right := int32(k.FootX), int32(k.W-k.FootX)
			if prop.Flip {
				left, right = right, left
			}
			seen = append(seen, around(prop.At, left*tiled.PixelUnits, int32(k.FootY)*tiled.PixelUnits, right*tiled.PixelUnits, 2*tiled.PixelUnits))
		}
	}
	for i, w := range a.Walls {
		if !dressed(a, w, seen) {
			faults = append(faults, fmt.Sprintf("wall %d at (%d,%d) px, %d × %d: nothing is drawn there", i, w.Min.X/tiled.PixelUnits, w.Min.Y/tiled.PixelUnits,
				(w.Max.X-w.Min.X)/tiled.PixelUnits, (w.Max.Y-w.Min.Y)/tiled.PixelUnits))
		}
	}
	return faults
}

func around(at plane.Point, left, up, right, down int32) plane.Rect {
	return plane.Rect{Min: plane.Point{X: at.X - left, Y: at.Y - up}, Max: plane.Point{X: at.X + right, Y: at.Y + down}}
}

// dressed reports whether something is drawn in a wall, or solid ground lies in it:
// it is to be seen.
func dressed(a *atlas.Atlas, w plane.Rect, seen []plane.Rect) bool {
	for _, s := range seen {
		if s.Min.X < w.Max.X && w.Min.X < s.Max.X && s.Min.Y < w.Max.Y && w.Min.Y < s.Max.Y {
			return true
		}
	}
	for y := w.Min.Y; y < w.Max.Y; y += plane.Tile / 2 {
		for x := w.Min.X; x < w.Max.X; x += plane.Tile / 2 {
			if a.TerrainAt(plane.Point{X: x, Y: y}).Solid() {
				return true
			}
		}
	}
	return false
}
