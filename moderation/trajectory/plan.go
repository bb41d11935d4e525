package trajectory

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/lexicon"
)

// Files of the folder of lists.
const (
	planFile    = "trajectory.tsv"
	signalsFile = "trajectory-signals.tsv"
)

// Weights are in thousandths.
const one = 1000

// family is one story that signs can tell.
type family struct {
	name     string
	category moderation.Category
	half     time.Duration // after which a sign weighs half
	watch    int
	kase     int
	urgent   int
	stages   int  // distinct ones that a case needs
	sum      bool // repeats count in full, not stage by stage
	mutual   bool // halved if those who hear do the same
	echo     bool // who listens to one in need says the same words
	hide     bool // a hard ask is hidden once there is a case
	firm     bool // the trained scorer's doubt does not count: it calls nobody to this
	gives    bool // somebody tells something: what the scorers see in a question is no sign of it
}

// stage is one kind of sign in a family.
type stage struct {
	name     string
	family   int
	weight   int
	hard     bool
	many     bool                // each utterance is a sign of its own: another scorer's word
	category moderation.Category // of an alert in which this stage weighs most; empty is the family's
}

// reasonKey is what the scorers' reasons are known by.
type reasonKey struct {
	category moderation.Category
	need     bool
}

// reasonStage is the stage that a scorer's reason is a sign of.
type reasonStage struct {
	stage  int
	weight [4]int // by severity
}

// leanStage is a stage that a head's leaning is a sign of.
type leanStage struct {
	category int // in lexicon.Categories
	stage    int
	from     int // thousandths that are enough
	weight   int // of full certainty
}

// Plan is the families, their stages and their signals, as staff wrote them.
type Plan struct {
	families []family
	stages   []stage
	byName   map[string]int // of stages
	reasons  map[reasonKey][]reasonStage
	leans    []leanStage
	bully    int // the family that several against one is judged by
	fish     int // the family of who asks for personal data
	answers  answers
	words    *lexicon.Reader

	helplines map[string]bool // as digits
}

// Load reads a folder of lists. Its error names the file and the line of every
// fault.
func Load(fsys fs.FS) (*Plan, error) {
	p := &Plan{byName: map[string]int{}, reasons: map[reasonKey][]reasonStage{}}
	if err := p.read(fsys); err != nil {
		return nil, fmt.Errorf("trajectory: %w", err)
	}
	var err error
	if p.words, err = lexicon.ReadSignals(fsys, signalsFile); err != nil {
		return nil, fmt.Errorf("trajectory: %w", err)
	}
	if p.helplines, err = lexicon.ReadHelplines(fsys); err != nil {
		return nil, fmt.Errorf("trajectory: %w", err)
	}
	var faults []error
	if p.bully = p.familyOf("bully"); p.bully < 0 {
		faults = append(faults, fmt.Errorf("trajectory: %s: no family \"bully\"", planFile))
	}
	if p.fish = p.familyOf("fish"); p.fish < 0 {
		faults = append(faults, fmt.Errorf("trajectory: %s: no family \"fish\"", planFile))
	}
	for _, name := range p.readAnswers() {
		faults = append(faults, fmt.Errorf("trajectory: %s: no stage %q", planFile, name))
	}
	told := map[string]bool{}
	for _, name := range p.words.Names() {
		told[name] = true
		if _, ok := p.byName[name]; !ok && !special[name] {
			faults = append(faults, fmt.Errorf("trajectory: %s: %q is no stage of %s", signalsFile, name, planFile))
		}
	}
	for name := range special {
		if !told[name] {
			faults = append(faults, fmt.Errorf("trajectory: %s: no line for %q", signalsFile, name))
		}
	}
	return p, errors.Join(faults...)
}

// Twin is the same plan for another goroutine.
func (p *Plan) Twin() *Plan {
	q := *p
	q.words = p.words.Twin()
	return &q
}

func (p *Plan) read(fsys fs.FS) error {
	f, err := fsys.Open(planFile)
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
		if err := p.line(strings.Split(s, "\t")); err != nil {
			faults = append(faults, fmt.Errorf("%s:%d: %w", planFile, n, err))
		}
	}
	return errors.Join(append(faults, in.Err())...)
}

func (p *Plan) line(c []string) error {
	c = append(c, make([]string, 10)...)
	switch c[0] {
	case "family":
		return p.familyLine(c)
	case "stage":
		return p.stageLine(c)
	case "reason":
		return p.reasonLine(c)
	case "lean":
		return p.leanLine(c)
	}
	return fmt.Errorf("%q is none of family, stage, reason, lean", c[0])
}

// familyLine reads: name, category, half life, watch, case, urgent, stages,
// flags.
func (p *Plan) familyLine(c []string) error {
	x := family{name: c[1], category: moderation.Category(c[2])}
	var err [4]error
	x.half, err[0] = time.ParseDuration(c[3])
	x.watch, err[1] = weightOf(c[4])
	x.kase, err[2] = weightOf(c[5])
	x.urgent, err[3] = weightOf(c[6])
	stages, e := strconv.Atoi(c[7])
	x.stages = stages
	if e := errors.Join(append(err[:], e)...); e != nil {
		return e
	}
	if x.half <= 0 || x.half > Keep || x.watch <= 0 || x.kase < x.watch || x.urgent < x.kase {
		return errors.New("want a half life within what is kept, and watch, case, urgent that grow")
	}
	for _, flag := range strings.Fields(c[8]) {
		switch flag {
		case "sum":
			x.sum = true
		case "mutual":
			x.mutual = true
		case "echo":
			x.echo = true
		case "hide":
			x.hide = true
		case "firm":
			x.firm = true
		case "gives":
			x.gives = true
		default:
			return fmt.Errorf("%q is none of sum, mutual, echo, hide, firm, gives", flag)
		}
	}
	if p.familyOf(x.name) >= 0 {
		return fmt.Errorf("the family %q is there already", x.name)
	}
	p.families = append(p.families, x)
	return nil
}

func (p *Plan) familyOf(name string) int {
	for i := range p.families {
		if p.families[i].name == name {
			return i
		}
	}
	return -1
}

// stageLine reads: family.stage, weight, flags, category.
func (p *Plan) stageLine(c []string) (err error) {
	x := stage{name: c[1], category: moderation.Category(c[4])}
	name, _, _ := strings.Cut(c[1], ".")
	if x.family = p.familyOf(name); x.family < 0 {
		return fmt.Errorf("no family %q above", name)
	}
	if x.weight, err = weightOf(c[2]); err != nil {
		return err
	}
	switch c[3] {
	case "", "-":
	case "hard":
		x.hard = true
	case "many":
		x.many = true
	default:
		return fmt.Errorf("%q is none of -, hard, many", c[3])
	}
	if _, ok := p.byName[x.name]; ok {
		return fmt.Errorf("the stage %q is there already", x.name)
	}
	p.byName[x.name] = len(p.stages)
	p.stages = append(p.stages, x)
	return nil
}

// reasonLine reads: category or need:category, stage, weights of severity 1, 2
// and 3.
func (p *Plan) reasonLine(c []string) error {
	name, need := strings.CutPrefix(c[1], "need:")
	at, ok := p.byName[c[2]]
	if !ok {
		return fmt.Errorf("no stage %q above", c[2])
	}
	r := reasonStage{stage: at}
	for i := 1; i <= 3; i++ {
		var err error
		if r.weight[i], err = weightOf(c[2+i]); err != nil {
			return err
		}
	}
	k := reasonKey{moderation.Category(name), need}
	p.reasons[k] = append(p.reasons[k], r)
	return nil
}

// leanLine reads: category, stage, how much is enough, weight of certainty.
func (p *Plan) leanLine(c []string) (err error) {
	i := slices.Index(lexicon.Categories(), moderation.Category(c[1]))
	at, ok := p.byName[c[2]]
	if i < 0 || !ok {
		return fmt.Errorf("no category %q, or no stage %q above", c[1], c[2])
	}
	l := leanStage{category: i, stage: at}
	if l.from, err = weightOf(c[3]); err != nil {
		return err
	}
	l.weight, err = weightOf(c[4])
	p.leans = append(p.leans, l)
	return err
}

// weightOf reads a weight with up to three decimals into thousandths.
func weightOf(s string) (int, error) {
	whole, part, _ := strings.Cut(s, ".")
	n, err := strconv.Atoi(whole + (part + "000")[:3])
	if err != nil || len(part) > 3 || n < 0 || n > 1000*one {
		return 0, fmt.Errorf("%q is no weight", s)
	}
	return n, nil
}

// decayed is weight after age: half of it after each half life, straight in
// between. Integers, so that every machine agrees.
func decayed(weight int, age, half time.Duration) int {
	if age <= 0 {
		return weight
	}
	n := age / half
	if n > 20 {
		return 0
	}
	w := int64(weight) >> n
	return int(w - w*int64((age%half)/time.Millisecond)/(2*int64(half/time.Millisecond)))
}
