package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// figures are what the server's metrics say of its process.
type figures struct {
	goroutines int
	memory     float64 // resident, MB
}

func (f figures) String() string {
	return fmt.Sprintf("%d goroutines, %.1f MB", f.goroutines, f.memory)
}

var errFigures = errors.New("no go_goroutines and process_resident_memory_bytes there")

// readFigures asks the server's metrics address.
func readFigures(ctx context.Context, url string) (f figures, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return f, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return f, err
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			continue
		}
		switch name {
		case "go_goroutines":
			f.goroutines = int(v)
		case "process_resident_memory_bytes":
			f.memory = round(v / (1 << 20))
		}
	}
	if f.goroutines == 0 || f.memory == 0 {
		return f, errors.Join(errFigures, lines.Err())
	}
	return f, nil
}

// settled reads the figures until the goroutines are no more than before, or
// for so long at most.
func settled(ctx context.Context, url string, before figures, most time.Duration) (figures, error) {
	for end := time.Now().Add(most); ; {
		f, err := readFigures(ctx, url)
		if err != nil || f.goroutines <= before.goroutines || time.Now().After(end) {
			return f, err
		}
		sleep(ctx, 500*time.Millisecond)
	}
}
