package console

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Opening hours. The city's week is the frame: staff may open less than that
// on a day, never more.

const (
	daysAhead  = 14           // that can be seen and changed
	minuteDay  = 24 * 60      // minutes
	dayLayout  = "2006-01-02" // DayHours.Day
	spansADay  = 2            // that the form has
	weekdayLen = 7
)

var weekdays = [...]string{"日", "月", "火", "水", "木", "金", "土"}

// Within reports whether spans are in order, apart, and inside of the frame.
func Within(spans, frame []Span) bool {
	last := 0
	for _, s := range spans {
		if s.From < last || s.To <= s.From || s.To > minuteDay {
			return false
		}
		last = s.To
		if !slices.ContainsFunc(frame, func(f Span) bool { return f.From <= s.From && s.To <= f.To }) {
			return false
		}
	}
	return true
}

type dayView struct {
	Day     string // value of the box
	Label   string
	Frame   string
	Now     string
	Closed  bool
	Changed string // by whom and why; "" when nothing was set
	Today   bool
}

type hoursBody struct {
	Weeks [2][]dayView
	Open  bool // just now
	Demo  bool
	Why   string
	Mode  string
	Times [2 * spansADay]string
}

func spansText(spans []Span) string {
	if len(spans) == 0 {
		return "休み"
	}
	var parts []string
	for _, s := range spans {
		if s.From == 0 && s.To == minuteDay {
			return "一日じゅう"
		}
		parts = append(parts, fmt.Sprintf("%d:%02d–%d:%02d", s.From/60, s.From%60, s.To/60, s.To%60))
	}
	return strings.Join(parts, "、")
}

func dayLabel(day time.Time) string {
	return fmt.Sprintf("%d月%d日（%s）", day.Month(), day.Day(), weekdays[day.Weekday()])
}

// today is the first moment of the city's day.
func (c *Console) today() time.Time {
	n := c.now().In(c.zone)
	return time.Date(n.Year(), n.Month(), n.Day(), 0, 0, 0, 0, c.zone)
}

func (c *Console) hoursPage(v visit) { c.hoursWith(v, http.StatusOK, flashOf(v.r), hoursBody{}) }

func (c *Console) hoursWith(v visit, status int, f *flash, body hoursBody) {
	today := c.today()
	set, err := c.store.DayHours(v.r.Context(), c.city, today.Format(dayLayout), daysAhead)
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	for i := range daysAhead {
		day := today.AddDate(0, 0, i)
		d := dayView{Day: day.Format(dayLayout), Label: dayLabel(day), Today: i == 0}
		frame := c.live.Frame(day)
		now := frame
		d.Frame = spansText(frame)
		if at := slices.IndexFunc(set, func(h DayHours) bool { return h.Day == d.Day }); at >= 0 {
			now = set[at].Spans
			d.Changed = string(set[at].Staff) + "：" + set[at].Why
		}
		d.Now, d.Closed = spansText(now), len(now) == 0
		body.Weeks[i/weekdayLen] = append(body.Weeks[i/weekdayLen], d)
	}
	s := c.live.State()
	body.Open, body.Demo = s.Open, s.Demo
	if body.Mode == "" {
		body.Mode = "closed"
	}
	c.showWith(v, status, f, "hours", "hours", "あける時間", body)
}

var errTimes = errors.New("console: not times of a day")

// spansOf reads the form's times. An end of 0:00 is midnight.
func spansOf(times [2 * spansADay]string) (out []Span, err error) {
	for i := 0; i < len(times); i += 2 {
		if times[i] == "" && times[i+1] == "" {
			continue
		}
		from, err1 := time.Parse("15:04", times[i])
		to, err2 := time.Parse("15:04", times[i+1])
		if err1 != nil || err2 != nil {
			return nil, errTimes
		}
		s := Span{from.Hour()*60 + from.Minute(), to.Hour()*60 + to.Minute()}
		if s.To == 0 {
			s.To = minuteDay
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, errTimes
	}
	return out, nil
}

// hoursPost sets the hours of the chosen days. The log has it first.
func (c *Console) hoursPost(v visit) {
	body := hoursBody{Mode: v.r.PostFormValue("mode"), Why: written(v.r, "why", maxWhy)}
	for i := range body.Times {
		body.Times[i] = v.r.PostFormValue("t" + strconv.Itoa(i))
	}
	refuse := func(why string) {
		c.hoursWith(v, http.StatusUnprocessableEntity, &flash{"bad", why}, body)
	}
	today := c.today()
	var days []time.Time
	for i := range daysAhead {
		if day := today.AddDate(0, 0, i); slices.Contains(v.r.PostForm["day"], day.Format(dayLayout)) {
			days = append(days, day)
		}
	}
	if len(days) == 0 {
		refuse("日をえらんでください。")
		return
	}
	var spans []Span
	switch body.Mode {
	case "frame", "closed":
	case "times":
		var err error
		if spans, err = spansOf(body.Times); err != nil {
			refuse("時刻は「15:00」から「22:00」まで、のように入れてください。")
			return
		}
	default:
		refuse("どうするかをえらんでください。")
		return
	}
	if body.Why == "" {
		refuse("理由を100字までで書いてください。")
		return
	}
	var set []DayHours
	var names, labels []string
	for _, day := range days {
		if frame := c.live.Frame(day); !Within(spans, frame) {
			refuse(dayLabel(day) + "は、市のきまり（" + spansText(frame) + "）の中だけであけられます。二つに分けるときは、早い順に、重ならないように入れてください。")
			return
		}
		names, labels = append(names, day.Format(dayLayout)), append(labels, dayLabel(day))
		set = append(set, DayHours{City: c.city, Day: day.Format(dayLayout), Spans: spans, At: v.now, Staff: v.account.Staff, Why: body.Why})
	}
	what := spansText(spans)
	if body.Mode == "frame" {
		what = "市のきまりどおり"
	}
	err := c.store.AddDeed(v.r.Context(), Deed{
		City: c.city, At: v.now, Staff: v.account.Staff, Kind: DeedHours,
		Text: strings.Join(labels, "・") + "を「" + what + "」にした：" + body.Why,
	})
	if err == nil && body.Mode == "frame" {
		err = c.store.DropDayHours(v.r.Context(), c.city, names)
	} else if err == nil {
		err = c.store.PutDayHours(v.r.Context(), set)
	}
	if err == nil {
		err = c.live.HoursChanged(v.r.Context())
	}
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	c.log.Info("console: hours changed", "staff", v.account.Staff, "days", len(days), "mode", body.Mode)
	back(v.w, v.r, root+"hours", "hours")
}
