package second

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// ErrAnswer is a model's answer that is not in the form that was asked for, or
// contradicts itself. It quotes nothing of it.
var ErrAnswer = errors.New("second: the model's answer makes no sense")

//go:embed rubric.txt
var rubric string

// Limits of what is asked and answered.
const (
	maxTurns  = 8   // of what was heard before
	maxQuote  = 240 // runes
	maxReason = 120 // runes
	certain   = 100
)

// Finding is what the model says about an utterance, in the form that was asked
// for. It is believed no further than Decide believes it.
type Finding struct {
	Category   moderation.Category // empty: none
	Duty       Duty
	Severity   int // 0 to 3
	Level      moderation.Concern
	Confidence int // 0 to 100
	Quote      string
	Reason     string // for staff; the model's own words
}

// Duty is who is hurt.
type Duty uint8

// Duties.
const (
	NoDuty  Duty = iota
	Support      // the speaker
	Harm         // others
)

var (
	dutyNames  = []string{"none", "support", "harm"}
	levelNames = []string{moderation.None.String(), moderation.Watch.String(), moderation.Case.String(), moderation.Urgent.String()}
	schema     = makeSchema()
)

func makeSchema() json.RawMessage {
	categories := []string{"none"}
	for _, c := range moderation.Categories() {
		categories = append(categories, string(c))
	}
	word := func(of []string) map[string]any { return map[string]any{"type": "string", "enum": of} }
	number := func(most int) map[string]any {
		return map[string]any{"type": "integer", "minimum": 0, "maximum": most}
	}
	text := func(most int) map[string]any { return map[string]any{"type": "string", "maxLength": most} }
	s, err := json.Marshal(map[string]any{
		"type": "object", "additionalProperties": false,
		"properties": map[string]any{
			"duty": word(dutyNames), "category": word(categories), "severity": number(moderation.MaxSeverity),
			"level": word(levelNames), "confidence": number(certain), "quote": text(maxQuote), "reason": text(maxReason),
		},
		"required": []string{"duty", "category", "severity", "level", "confidence", "quote", "reason"},
	})
	if err != nil {
		panic(err) // of constants
	}
	return s
}

// parse reads an answer. Whatever is missing, unknown, out of range, said twice
// or at odds with the rest is ErrAnswer.
func parse(answer string) (f Finding, err error) {
	if err := once(answer); err != nil {
		return f, err
	}
	var a struct {
		Duty       *string `json:"duty"`
		Category   *string `json:"category"`
		Severity   *int    `json:"severity"`
		Level      *string `json:"level"`
		Confidence *int    `json:"confidence"`
		Quote      *string `json:"quote"`
		Reason     *string `json:"reason"`
	}
	d := json.NewDecoder(strings.NewReader(answer))
	d.DisallowUnknownFields()
	if d.Decode(&a) != nil {
		return f, fmt.Errorf("%w: not the form", ErrAnswer)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return f, fmt.Errorf("%w: more than one answer", ErrAnswer)
	}
	if a.Duty == nil || a.Category == nil || a.Severity == nil || a.Level == nil || a.Confidence == nil || a.Quote == nil || a.Reason == nil {
		return f, fmt.Errorf("%w: something is missing", ErrAnswer)
	}
	duty, level := slices.Index(dutyNames, *a.Duty), slices.Index(levelNames, *a.Level)
	f = Finding{
		Duty: Duty(max(duty, 0)), Severity: *a.Severity, Level: moderation.Concern(max(level, 0)),
		Confidence: *a.Confidence, Quote: *a.Quote, Reason: plain(*a.Reason),
	}
	if *a.Category != "none" {
		f.Category = moderation.Category(*a.Category)
	}
	known := f.Category == "" || slices.Contains(moderation.Categories(), f.Category)
	switch {
	case duty < 0 || level < 0 || !known, f.Severity < 0 || f.Severity > moderation.MaxSeverity,
		f.Confidence < 0 || f.Confidence > certain, utf8.RuneCountInString(f.Quote) > maxQuote:
		return Finding{}, fmt.Errorf("%w: out of range", ErrAnswer)
	case (f.Duty == NoDuty) != (f.Category == ""), f.Duty == NoDuty && (f.Severity > 0 || f.Level > moderation.None),
		f.Duty != NoDuty && f.Severity == 0, f.Duty == Harm && f.Category.Support():
		return Finding{}, fmt.Errorf("%w: it contradicts itself", ErrAnswer)
	}
	return f, nil
}

// once refuses a name that is said twice: readers differ in which they believe.
func once(answer string) error {
	d := json.NewDecoder(strings.NewReader(answer))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("%w: not an object", ErrAnswer)
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok || seen[strings.ToLower(name)] {
			return fmt.Errorf("%w: not the form", ErrAnswer)
		}
		seen[strings.ToLower(name)] = true
		if v, err := d.Token(); err != nil || v == json.Delim('{') || v == json.Delim('[') {
			return fmt.Errorf("%w: not the form", ErrAnswer)
		}
	}
	return nil
}

// plain is a model's sentence as staff may read it: one line, no signs that
// steer, of a bounded length.
func plain(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError
	}), " ")
	if r := []rune(s); len(r) > maxReason {
		return string(r[:maxReason-1]) + "…"
	}
	return s
}

// The data's marks. Nothing between them can hold one: see write.
const (
	dataBegins = "<data>"
	dataEnds   = "</data>"
)

// record is the utterance and what was heard before it, as delimited data. It
// names nobody.
func record(u *moderation.Utterance) string {
	var b bytes.Buffer
	b.WriteString(dataBegins + "\n{\"age\":")
	write(&b, age(u.Bracket))
	b.WriteString(",\"before\":[")
	others := []id.VisitorID{u.Speaker}
	lines := u.Before[max(0, len(u.Before)-maxTurns):]
	for i, l := range lines {
		who := slices.Index(others, l.Speaker)
		if who < 0 || l.Speaker == 0 {
			who = len(others)
			others = append(others, l.Speaker)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n{\"by\":" + strconv.Itoa(who+1) + ",\"text\":")
		write(&b, l.Text)
		b.WriteByte('}')
	}
	b.WriteString("],\n\"said\":{\"by\":1,\"text\":")
	write(&b, u.Text)
	b.WriteString("}}\n" + dataEnds)
	return b.String()
}

// write puts s down as a JSON string in which no sign is left that ends it,
// that ends the data, or that a model's server takes for its own: whatever is
// neither a letter, a mark of a letter, a numeral nor ordinary Japanese
// punctuation is written by its number.
func write(b *bytes.Buffer, s string) {
	b.WriteByte('"')
	for _, r := range s {
		if r != utf8.RuneError && (unicode.In(r, unicode.L, unicode.Nd) || strings.ContainsRune(" 、。！？!?・ー～（）「」,.-", r)) {
			b.WriteRune(r)
			continue
		}
		if r > 0xFFFF {
			r -= 0x10000
			fmt.Fprintf(b, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
			continue
		}
		fmt.Fprintf(b, `\u%04x`, r)
	}
	b.WriteByte('"')
}

func age(b id.Bracket) string {
	switch b {
	case id.El12:
		return "小学1・2年"
	case id.El34:
		return "小学3・4年"
	case id.El56:
		return "小学5・6年"
	case id.JuniorHigh:
		return "中学生"
	case id.High:
		return "高校生"
	}
	return "不明"
}
