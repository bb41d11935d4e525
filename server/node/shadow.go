package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kakitsubata/assets/cities"
	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
	"kakitsubata/moderation/shadow"
	"kakitsubata/moderation/trajectory"
)

// shadowFolder is where the days of a shadow lie in the data folder: one file
// a day and pair of rules.
const shadowFolder = "shadow"

// buildShadow reads the candidate that cfg names. A broken one stops the start:
// who tries rules for weeks must know that they are tried.
func (n *Node) buildShadow(live *classifier.Judge) error {
	if n.cfg.Shadow == "" {
		return nil
	}
	now, err := n.cfg.plan()
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	candidate, rules, err := readCandidate(n.cfg.Shadow, n.pack.Verdicts)
	if err != nil {
		return fmt.Errorf("node: the shadow %s: %w", n.cfg.Shadow, err)
	}
	twin := live.Twin()
	n.shadow = shadow.New(shadow.Options{
		Live: shadow.Side{
			Scorer: twin, Memory: trajectory.New(now.Twin(), twin.Lean, nil), Table: n.pack.Verdicts,
		},
		Candidate: candidate, Rules: rules, Zone: n.pack.Zone, Log: n.log,
	})
	n.trial = rules.Candidate + "（" + strings.Join(rules.Files, "、") + "）。くらべるだけで、表示や通知は変わりません。"
	n.log.Info("a shadow judges beside the gate", "candidate", rules.Candidate, "files", rules.Files, "live", rules.Live)
	return nil
}

func readCandidate(dir string, table *moderation.Table) (s shadow.Side, r shadow.Rules, err error) {
	f, err := shadow.ReadFolder(os.DirFS(dir), modwords.Lists)
	if err != nil {
		return s, r, err
	}
	s.Table, r.Files = table, f.Files
	var faults [4]error
	if f.Verdicts != nil {
		s.Table, faults[0] = cities.ReadVerdicts(shadow.VerdictsFile, f.Verdicts)
	}
	j, err := classifier.Load(f.Lists)
	faults[1] = err
	p, err := trajectory.Load(f.Lists)
	faults[2] = err
	if err := errors.Join(faults[:]...); err != nil {
		return s, r, err
	}
	s.Scorer, s.Memory = j, trajectory.New(p, j.Lean, nil)
	r.Live, faults[0] = shadow.Name(modwords.Lists, table)
	r.Candidate, faults[1] = shadow.Name(f.Lists, s.Table)
	return s, r, errors.Join(faults[:]...)
}

// followers are told of what visitors said, after it was decided.
func (n *Node) followers() (out []moderation.Follower) {
	if n.shadow != nil {
		out = append(out, n.shadow)
	}
	if n.second != nil {
		out = append(out, n.second)
	}
	return out
}

// keepShadow writes what the shadow has counted since the last time, and drops
// what is old. What cannot be written waits.
func (n *Node) keepShadow(now time.Time) {
	n.shadowMu.Lock()
	defer n.shadowMu.Unlock()
	dir := filepath.Join(n.cfg.Data, shadowFolder)
	if err := sweepShadow(dir, now); err != nil {
		n.log.Warn("old days of a shadow are still there", "err", err)
	}
	if n.shadow == nil {
		return
	}
	var back []*shadow.Tally
	for _, t := range n.shadow.Take() {
		if err := keepTally(dir, t); err != nil {
			n.log.Warn("what the shadow counted is not kept", "day", t.Day, "err", err)
			back = append(back, t)
		}
	}
	n.shadow.GiveBack(back)
}

// keepTally adds t to the file of its day and rules.
func keepTally(dir string, t *shadow.Tally) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(dir, t.Day+"-"+t.Rules.Candidate+"-"+t.Rules.Live+".json")
	sum, err := readTally(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		sum = &shadow.Tally{Day: t.Day, Rules: t.Rules}
	case err != nil:
		return err
	}
	sum.Merge(t)
	b, err := json.Marshal(sum)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".day-*") // 0600, as all in the data folder
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func readTally(path string) (*shadow.Tally, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t := new(shadow.Tally)
	if err := json.Unmarshal(b, t); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// shadowDays lists the files of days in dir, and whether they are too old to keep.
func shadowDays(dir string, now time.Time, do func(path string, old bool) error) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		name := e.Name()
		if len(name) < len(time.DateOnly) || filepath.Ext(name) != ".json" {
			continue
		}
		day, perr := time.Parse(time.DateOnly, name[:len(time.DateOnly)])
		if perr != nil {
			continue
		}
		err = errors.Join(err, do(filepath.Join(dir, name), now.Sub(day) > shadow.Keep))
	}
	return err
}

func sweepShadow(dir string, now time.Time) error {
	return shadowDays(dir, now, func(path string, old bool) error {
		if old {
			return os.Remove(path)
		}
		return nil
	})
}

// ShadowReport writes what a candidate would have changed, by the days that lie
// in a data folder. It needs no running server.
func ShadowReport(w io.Writer, data string, now time.Time) error {
	var days []*shadow.Tally
	err := shadowDays(filepath.Join(data, shadowFolder), now, func(path string, old bool) error {
		if old {
			return nil
		}
		t, err := readTally(path)
		if err == nil {
			days = append(days, t)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return shadow.Report(w, days)
}
