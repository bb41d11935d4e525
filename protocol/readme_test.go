package protocol

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The README's tables have each kind, with its name and as many fields as the
// codec walks.
func TestReadmeHasTheLayouts(t *testing.T) {
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	intents, events, ok := strings.Cut(string(b), "\n## Events\n")
	if !ok {
		t.Fatal("no section Events")
	}
	_, intents, _ = strings.Cut(intents, "\n## Intents\n")
	events, _, _ = strings.Cut(events, "\n## Codes\n")
	check := func(part string, f fielder, k Kind) {
		t.Helper()
		name := strings.TrimPrefix(fmt.Sprintf("%T", f), "*protocol.")
		row := regexp.MustCompile(fmt.Sprintf(`(?m)^\| %d \| %s \| ?(.*) ?\|$`, k, name)).FindStringSubmatch(part)
		if row == nil {
			t.Errorf("%s (%d) is not in the table", name, k)
			return
		}
		fields := regexp.MustCompile(`\[[^\]]*\]`).ReplaceAllString(row[1], "")
		n := 0
		if strings.TrimSpace(fields) != "" {
			n = strings.Count(fields, "·") + 1
		}
		if n != f.count() {
			t.Errorf("%s has %d fields in the table, %d in the codec", name, n, f.count())
		}
	}
	for _, s := range intentSamples() {
		check(intents, s.Value, s.Value.Kind())
	}
	for _, s := range eventSamples() {
		check(events, s.Value, s.Value.Kind())
	}
	for _, want := range []string{Subprotocol, fmt.Sprint(MaxIntentBytes), fmt.Sprint(MaxEventBytes)} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the README does not speak of %s", want)
		}
	}
}

// Each code has its row.
func TestReadmeHasTheCodes(t *testing.T) {
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, codes, _ := strings.Cut(string(b), "\n## Codes\n")
	for c := LeaveDrain; c <= LeaveWatchEnded; c++ {
		if !strings.Contains(codes, fmt.Sprintf("\n| %d | ", c)) {
			t.Errorf("leaving %d is not in the table", c)
		}
	}
	for c := RefuseMalformed; c <= RefuseLater; c++ {
		if !strings.Contains(codes, fmt.Sprintf("\n| %d | ", c)) {
			t.Errorf("refusal %d is not in the table", c)
		}
	}
}
