package cities

import (
	"strings"
	"testing"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// What the table says for one bracket holds for that bracket alone, and the
// printed table shows it.
func TestVerdictsByBracket(t *testing.T) {
	pack := copyPack(t)
	f := pack[verdictsFile]
	f.Data = append(f.Data, []byte("\n[insult.el12]\n1 = { show = \"block\", level = \"watch\", mute = \"none\" }\n")...)
	p, err := LoadFS(pack, "kariya")
	if err != nil {
		t.Fatal(err)
	}
	young := moderation.Act{Show: moderation.Block, Level: moderation.Watch, Mute: moderation.NoMute}
	if got := p.Verdicts.Act(moderation.Insult, 1, id.El12); got != young {
		t.Errorf("el12: %+v", got)
	}
	if got := p.Verdicts.Act(moderation.Insult, 1, id.El34); got == young {
		t.Errorf("el34: %+v", got)
	}
	var b strings.Builder
	if err := PrintVerdicts(&b, p.Verdicts); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"insult 1 all mask scored 0s", "insult 1 el12 block watch none", "need 3 all mask scored none"} {
		if !strings.Contains(strings.Join(strings.Fields(b.String()), " "), want) {
			t.Errorf("the table lacks %q:\n%s", want, b.String())
		}
	}
	alone, err := ReadVerdicts("mine.toml", f.Data)
	if err != nil || alone.Act(moderation.Insult, 1, id.El12) != young {
		t.Errorf("read by itself: %v", err)
	}
	if _, err := ReadVerdicts("mine.toml", []byte("[x]\n")); err == nil || !strings.Contains(err.Error(), "mine.toml: x: is not a category") {
		t.Errorf("a fault is called %v", err)
	}
	if _, err := LoadVerdicts("nowhere"); err == nil {
		t.Error("no such city")
	}
	if same, err := LoadVerdicts("kariya"); err != nil || same.Act(moderation.Threat, 3, id.High).Show != moderation.Block {
		t.Errorf("Kariya's: %v", err)
	}
}
