package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
	"kakitsubata/protocol/id"
)

// badInput is a fault of the input, in one line.
type badInput struct{ text string }

func (b badInput) Error() string { return b.text }

func bad(line int, why string, args ...any) error {
	return badInput{fmt.Sprintf("line %d: ", line) + fmt.Sprintf(why, args...)}
}

const maxLine = 4 << 20

// eachLine gives every line that is not blank, by number.
func eachLine(in io.Reader, do func(n int, line []byte) error) error {
	s := bufio.NewScanner(in)
	s.Buffer(make([]byte, 64<<10), maxLine)
	n := 0
	for s.Scan() {
		n++
		line := bytes.TrimSpace(s.Bytes())
		if len(line) == 0 {
			continue
		}
		if !utf8.Valid(line) {
			return bad(n, "not UTF-8")
		}
		if err := do(n, line); err != nil {
			return err
		}
	}
	if err := s.Err(); err != nil {
		return bad(n+1, "%v", err)
	}
	return nil
}

func decode(n int, line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	if err := d.Decode(into); err != nil {
		return bad(n, "%v", err)
	}
	if d.More() {
		return bad(n, "more than one value")
	}
	return nil
}

type utteranceIn struct {
	ID   *string `json:"id"`
	Text *string `json:"text"`
}

type utteranceOut struct {
	ID       string                `json:"id"`
	Shown    any                   `json:"shown"`
	Masked   *string               `json:"masked_text,omitempty"`
	Labels   []moderation.Category `json:"labels"`
	Severity int                   `json:"severity"`
	Escalate string                `json:"escalate"`
	US       float64               `json:"us"`
}

func said(text string) moderation.Utterance {
	return moderation.Utterance{Kind: id.Visitor, Road: moderation.Say, Text: text}
}

type item struct{ id, text string }

// readItems reads the lines of a file of utterances.
func readItems(in io.Reader) (items []item, err error) {
	seen := map[string]int{}
	err = eachLine(in, func(n int, line []byte) error {
		var u utteranceIn
		if err := decode(n, line, &u); err != nil {
			return err
		}
		if u.ID == nil || u.Text == nil {
			return bad(n, "want id and text")
		}
		if first, twice := seen[*u.ID]; twice {
			return bad(n, "id %q stands in line %d too", *u.ID, first)
		}
		seen[*u.ID] = n
		items = append(items, item{*u.ID, *u.Text})
		return nil
	})
	return items, err
}

func judgeAll(j *classifier.Judge, t *moderation.Table, in io.Reader, out io.Writer) error {
	items, err := readItems(in)
	if err != nil {
		return err
	}
	for _, it := range items[:min(len(items), 200)] {
		j.Score(said(it.text)) // a server's buffers have grown, too
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, it := range items {
		u := said(it.text)
		begin := time.Now()
		v := j.Score(u)
		took := time.Since(begin)
		if err := enc.Encode(answer(it.id, u, t.Settle(u, v), took)); err != nil {
			return err
		}
	}
	return nil
}

func answer(name string, u moderation.Utterance, v moderation.Verdict, took time.Duration) utteranceOut {
	o := utteranceOut{ID: name, Shown: true, Labels: v.Labels(), Escalate: v.Concern.String(), US: float64(took.Nanoseconds()) / 1000}
	if o.Labels == nil {
		o.Labels = []moderation.Category{}
	}
	switch {
	case v.Show >= moderation.Hold:
		o.Shown = false
	case v.Show == moderation.Mask:
		o.Shown = "masked"
		m := moderation.Masked(u, v)
		o.Masked = &m
	}
	for _, r := range v.Reasons {
		o.Severity = max(o.Severity, r.Severity)
	}
	return o
}
