package cities

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"kakitsubata/protocol/id"
)

// confirmed is the confidence of a row that may be shown.
const confirmed = "seen"

// The columns of services.csv, in order.
var columns = []string{
	"id", "name_ja", "name_kana", "short_plain_ja", "topics", "brackets", "level", "channels", "phone",
	"url", "hours", "holidays", "languages", "cost", "area", "source", "seen", "confidence",
}

func (l *loader) services() {
	const file = "services.csv"
	l.pack.Services = make(map[string]Service)
	in, err := l.fs.Open(file)
	if err != nil {
		l.fault(file, "file", "can't be read: %v", errors.Unwrap(err))
		return
	}
	defer in.Close()
	r := csv.NewReader(in)
	head, err := r.Read()
	if err != nil || !slices.Equal(head, columns) {
		l.fault(file, "line 1", "the columns must be %s", strings.Join(columns, ","))
		return
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		line, _ := r.FieldPos(0)
		key := fmt.Sprintf("line %d", line)
		if err != nil {
			l.fault(file, key, "%v", err)
			return
		}
		l.service(file, key+" ("+row[0]+")", row)
	}
}

func (l *loader) service(file, key string, row []string) {
	s := Service{
		ID: row[0], Name: row[1], Kana: row[2], Short: row[3], Topics: list(row[4]), Level: row[6],
		Channels: list(row[7]), Phone: row[8], URL: row[9], Hours: row[10], Holidays: row[11],
		Languages: list(row[12]), Cost: row[13], Area: row[14], Source: row[15], Seen: row[16],
		Confidence: row[17], Confirmed: row[17] == confirmed,
	}
	for _, name := range list(row[5]) {
		if name == "guardian" {
			s.Guardian = true
			continue
		}
		b, err := id.ParseBracket(name)
		if err != nil {
			l.fault(file, key, "brackets: %q is not a bracket (el12 el34 el56 jh hs guardian)", name)
			continue
		}
		s.Brackets = append(s.Brackets, b)
	}
	switch {
	case s.ID == "" || s.Name == "":
		l.fault(file, key, "id or name_ja is empty")
	case l.pack.Services[s.ID].ID != "":
		l.fault(file, key, "id: is there twice")
	case !dialled(s.Phone):
		l.fault(file, key, "phone: %q is not a number (digits, hyphens, # in front)", s.Phone)
	case s.URL != "" && !strings.HasPrefix(s.URL, "https://") && !strings.HasPrefix(s.URL, "http://"):
		l.fault(file, key, "url: %q is not an address", s.URL)
	case s.Confidence != confirmed && s.Confidence != "memory":
		l.fault(file, key, "confidence: %q is neither seen nor memory", s.Confidence)
	}
	l.pack.Services[s.ID] = s
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

func dialled(phone string) bool {
	for i, c := range []byte(phone) {
		if (c < '0' || c > '9') && c != '-' && (c != '#' || i > 0) {
			return false
		}
	}
	return true
}
