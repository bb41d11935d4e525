package store

import (
	"slices"
	"sync"
	"testing"
	"time"

	"kakitsubata/protocol/id"
)

// The gate waits at most 200 ms for a case. Promise: with 64 that write at once
// on a disk of a few milliseconds a flush, 99 of 100 wait less than a tenth of
// that; one flush serves many writes.
func BenchmarkPutCase(b *testing.B) {
	s := open(b)
	var mu sync.Mutex
	var waits []time.Duration
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for n := 1; pb.Next(); n++ {
			begin := time.Now()
			if err := s.PutCase(ctx, fresh(id.VisitorID(n))); err != nil {
				b.Error(err)
			}
			d := time.Since(begin)
			mu.Lock()
			waits = append(waits, d)
			mu.Unlock()
		}
	})
	slices.Sort(waits)
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(20, "promised-p99-ms")
}
