package cities

import (
	"fmt"
	"strings"
	"time"
)

// Hours says when the city is open. Times are the city's own.
type Hours struct {
	always bool
	zone   *time.Location
	days   [7][]span // by time.Weekday
}

// A span is minutes of a day, from inclusive, to exclusive; to may be 24:00.
type span struct{ from, to int }

// Always reports whether the city never closes.
func (h Hours) Always() bool { return h.always }

// Open reports whether the city is open at t.
func (h Hours) Open(t time.Time) bool {
	if h.always {
		return true
	}
	t = t.In(h.zone)
	m := t.Hour()*60 + t.Minute()
	for _, s := range h.days[t.Weekday()] {
		if s.from <= m && m < s.to {
			return true
		}
	}
	return false
}

// Next is the next time after t at which the city opens or closes. It is the
// zero time for a city that is always open, and for one that never is.
func (h Hours) Next(t time.Time) time.Time {
	if h.always {
		return time.Time{}
	}
	local := t.In(h.zone)
	now := h.Open(t)
	for day := range 9 {
		at := time.Date(local.Year(), local.Month(), local.Day()+day, 0, 0, 0, 0, h.zone)
		var best time.Time
		for _, d := range []int{0, 1} {
			for _, s := range h.days[at.AddDate(0, 0, d).Weekday()] {
				for _, m := range []int{s.from, s.to} {
					x := time.Date(at.Year(), at.Month(), at.Day()+d, 0, m, 0, 0, h.zone)
					if x.After(t) && h.Open(x) != now && (best.IsZero() || x.Before(best)) {
						best = x
					}
				}
			}
		}
		if !best.IsZero() {
			return best
		}
	}
	return time.Time{}
}

// Today is the hours of t's day as "15:00–22:00", several joined by "、";
// empty when the city does not open on that day.
func (h Hours) Today(t time.Time) string {
	if h.always {
		return "00:00–24:00"
	}
	var parts []string
	for _, s := range h.days[t.In(h.zone).Weekday()] {
		parts = append(parts, fmt.Sprintf("%02d:%02d–%02d:%02d", s.from/60, s.from%60, s.to/60, s.to%60))
	}
	return strings.Join(parts, "、")
}

// On is the spans of t's day: minutes from midnight, from inclusive, to
// exclusive, in order; none when the city does not open on that day.
func (h Hours) On(t time.Time) (out [][2]int) {
	if h.always {
		return [][2]int{{0, 24 * 60}}
	}
	for _, s := range h.days[t.In(h.zone).Weekday()] {
		out = append(out, [2]int{s.from, s.to})
	}
	return out
}

type hoursFile struct {
	Always bool     `toml:"always"`
	Sun    []string `toml:"sun"`
	Mon    []string `toml:"mon"`
	Tue    []string `toml:"tue"`
	Wed    []string `toml:"wed"`
	Thu    []string `toml:"thu"`
	Fri    []string `toml:"fri"`
	Sat    []string `toml:"sat"`
}

func (l *loader) hours(file string, f hoursFile, zone *time.Location) Hours {
	h := Hours{always: f.Always, zone: zone}
	some := false
	for day, texts := range [7][]string{f.Sun, f.Mon, f.Tue, f.Wed, f.Thu, f.Fri, f.Sat} {
		key := "hours." + strings.ToLower(time.Weekday(day).String()[:3])
		last := 0
		for _, text := range texts {
			some = true
			s, ok := parseSpan(text)
			if !ok || s.from < last {
				l.fault(file, key, "%q is not hours such as 15:00-22:00, in order and apart from each other", text)
				continue
			}
			last = s.to
			h.days[day] = append(h.days[day], s)
		}
	}
	if some == f.Always {
		l.fault(file, "hours", "wants either always = true, or hours for at least one weekday")
	}
	return h
}

func parseSpan(s string) (span, bool) {
	a, b, ok := strings.Cut(s, "-")
	from, ok1 := parseClock(a)
	to, ok2 := parseClock(b)
	return span{from, to}, ok && ok1 && ok2 && from < to
}

func parseClock(s string) (minutes int, ok bool) {
	var h, m int
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	if _, err := fmt.Sscanf(s, "%02d:%02d", &h, &m); err != nil {
		return 0, false
	}
	return h*60 + m, h >= 0 && m >= 0 && m < 60 && h*60+m <= 24*60
}
