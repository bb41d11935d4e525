package cities

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"kakitsubata/protocol/id"
	"kakitsubata/server/reading"
	"kakitsubata/world/atlas"
	"kakitsubata/world/atlas/tiled"
	"kakitsubata/world/plane"
)

func things(a *atlas.Atlas) (out []Thing, doors []id.PlaceID) {
	for i := range a.Props {
		out = append(out, Thing{a.Props[i].Kind, a.Props[i].Text})
	}
	for i := range a.Portals {
		doors = append(doors, a.Portals[i].To)
	}
	return out, doors
}

// Whatever can be read in Kariya has a board, for every reader, and the thing
// to walk to can be walked to.
func TestEveryBoard(t *testing.T) {
	p := kariya(t)
	read, used := 0, map[string]bool{}
	for _, x := range p.Places {
		a, err := tiled.Load(p.Maps, x.Map, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		all, doors := things(a)
		for _, err := range p.CheckBoards(x, all, doors, len(a.Seats)) {
			t.Error(err)
		}
		for i, thing := range all {
			if thing.Text == "" {
				continue
			}
			read++
			b, ok := p.Board(x.ID, thing.Text)
			if !ok {
				continue
			}
			used[b.ID] = true
			for _, r := range id.Readers {
				text := p.Say("board."+b.ID+".text", r)
				if text == "" || !r.Japanese() && text == reading.At(b.Text, r) {
					t.Errorf("board.%s.text is not there for %v", b.ID, r)
				}
			}
			if b.Do.Walk != "" && !walkable(a, a.Props[i].At, b.Do.Walk) {
				t.Errorf("%s: nobody can walk from the board to a %s", x.ID, b.Do.Walk)
			}
		}
	}
	if read < 30 {
		t.Errorf("only %d things can be read", read)
	}
	for i := range p.Boards {
		if b := &p.Boards[i]; !used[b.ID] {
			t.Errorf("board.%s hangs nowhere", b.ID)
		}
	}
}

// walkable reports whether there is a way from a board to a thing of a kind, as
// the page looks for one: to before the foot of one of the nearest four.
func walkable(a *atlas.Atlas, from plane.Point, kind string) bool {
	const reach = plane.Tile * 3 / 2
	var near []plane.Point
	for i := range a.Props {
		to := a.Props[i].At
		to.Y += plane.Tile / 2
		if goal, free := a.FreeNear(to, reach); a.Props[i].Kind == kind && free {
			near = append(near, goal)
		}
	}
	from.Y += plane.Tile / 2
	start, ok := a.FreeNear(from, reach)
	slices.SortFunc(near, func(a, b plane.Point) int { return cmp.Compare(plane.Dist2(from, a), plane.Dist2(from, b)) })
	return ok && slices.ContainsFunc(near[:min(len(near), 4)], func(to plane.Point) bool { return len(atlas.Path(a, start, to, 6000)) > 0 })
}

func TestBoardFaults(t *testing.T) {
	for _, x := range []struct{ from, to, want string }{
		{"text = \"とれたての", "text = \"\" # とれたての", "boards.toml: board.market.text: is empty"},
		{"{新|あたら}しい おしらせ", "新しい おしらせ", "boards.toml: board.news.text: no reading for 新"},
		{"とれたての", strings.Repeat("とれたての ", 20), "in kana, at most 90"},
		{"[board.news]", "[board.News]", "boards.toml: board.News: its name has something else"},
		{"phrase = 1", "phrase = 9000", "boards.toml: board.news.phrase: there is no phrase 9000 in phrases.toml"},
		{"phrase = 1", "", "boards.toml: board.news: asks for 0 things; write one of door"},
		{"phrase = 1", "phrase = 1\nsit = true", "boards.toml: board.news: asks for 2 things"},
		{"phrase = 1", "emote = 9", "boards.toml: board.news.emote: 9 is not from 1 to 8"},
		{"door = \"oasis\"\n\n# --- the station", "door = \"moon\"\n\n# --- the station", `boards.toml: board.to-oasis.door: "moon" is not a place`},
		{`picture = ["cat-white", "postbox", "cat"]`, `picture = []`, "boards.toml: board.news.picture: names 0 things"},
		{`ground = "night"`, `ground = "sea"`, `boards.toml: board.to-mando.ground: "sea" is not one of grass`},
		{`place = "consult"`, `place = "nowhere"`, `boards.toml: board.no-hurry.place: "nowhere" is not a place`},
		{`label = "やたいの`, `lable = "やたいの`, "boards.toml: board.market.lable: is not a key of this file"},
		{`label = "やたいの`, `#`, "boards.toml: board.market.label: is empty"},
		{"phrase = 1", "phrase = 1\nlabel = \"あいさつ\"", "boards.toml: board.news.label: only a board to walk from"},
		{"[board.bus-to-plaza]\non = \"バスのりば\"", "[board.bus-to-plaza]\non = \"{市場|いちば}\"", `is on board.bus-to-plaza already`},
		{"[scene.lost]", "[scene.last]", "boards.toml: scene.lost: is missing"},
	} {
		pack := copyPack(t)
		data := string(pack["boards.toml"].Data)
		if !strings.Contains(data, x.from) {
			t.Errorf("boards.toml does not hold %q", x.from)
			continue
		}
		pack["boards.toml"].Data = []byte(strings.Replace(data, x.from, x.to, 1))
		if _, err := LoadFS(pack, "kariya"); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("with %q: %v; want %s", x.to, err, x.want)
		}
	}
}

// A map's faults name its file and the thing.
func TestCheckBoards(t *testing.T) {
	p := kariya(t)
	marsh := Place{ID: "marsh", Map: "marsh.tmx"}
	got := p.CheckBoards(marsh, []Thing{
		{"duck", ""},
		{"board", "なにか"},
		{"board", "{池|いけ}の {花|はな}"},
		{"sign", "ハイウェイオアシス"},
	}, nil, 0)
	want := []string{
		`maps/marsh.tmx: thing 2 (board "なにか"): can be read and has no board: write one in boards.toml`,
		`maps/marsh.tmx: thing 3 (board "{池|いけ}の {花|はな}"): board.pond-flowers.walk: there is no iris on this map`,
		`maps/marsh.tmx: thing 4 (sign "ハイウェイオアシス"): board.to-oasis.door: no door of this map leads to oasis`,
	}
	if len(got) != len(want) {
		t.Fatalf("%d faults: %v", len(got), got)
	}
	for i := range want {
		if got[i].Error() != want[i] {
			t.Errorf("%v\nwant %s", got[i], want[i])
		}
	}
	none := p.CheckPictures(func(kind string) bool { return kind != "cat" })
	if len(none) != 2 || !strings.Contains(none[0].Error(), `board.news.picture: there is no picture of a "cat" that fits`) || !strings.Contains(none[1].Error(), "scene.away") {
		t.Errorf("without a cat: %v", none)
	}
}
