package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

var ctx = context.Background()

var errnoFull error = syscall.ENOSPC

func open(t testing.TB) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "city.db"))
}

func openAt(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func want(t *testing.T, what string, got, err error) {
	t.Helper()
	if !errors.Is(got, err) || err == nil && got != nil {
		t.Errorf("%s: %v, want %v", what, got, err)
	}
}

func fresh(visitor id.VisitorID) *casebook.Case {
	return &casebook.Case{City: "kariya", Visitor: visitor, Level: moderation.Case, Opened: time.Unix(1e9, 0)}
}

func TestOpenTwiceInTurn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "city.db")
	for range 2 {
		s, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "Close", s.Close(), nil)
		want(t, "Close twice", s.Close(), nil)
		want(t, "PutCase after Close", s.PutCase(ctx, fresh(1)), ErrClosed)
		_, err = s.Case(ctx, "kariya", 1)
		want(t, "Case after Close", err, ErrClosed)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
}

func TestOpenInUse(t *testing.T) {
	s := open(t)
	path := s.db.Path()
	_, err := Open(path)
	want(t, "a second Open", err, ErrInUse)
	if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "another process") {
		t.Errorf("the error does not help: %v", err)
	}
	want(t, "the first goes on", s.PutCase(ctx, fresh(1)), nil)
}

func TestOpenWhatIsNotOurs(t *testing.T) {
	dir := t.TempDir()
	junk := filepath.Join(dir, "junk.db")
	if err := os.WriteFile(junk, bytes.Repeat([]byte("not a data file "), 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(junk)
	want(t, "junk", err, ErrDamaged)
	_, err = Open(filepath.Join(junk, "city.db"))
	if err == nil {
		t.Error("a file in a file opens")
	}
	_, err = Open(dir)
	if err == nil {
		t.Error("a folder opens")
	}
}

func TestOpenNewer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "city.db")
	s := openAt(t, path)
	err := s.update(ctx, "kariya", func(tx *txn) error { return tx.put(bMeta, keySchema, []byte{0, 0, 0, Schema + 1}) })
	want(t, "writing a newer schema", err, nil)
	want(t, "Close", s.Close(), nil)
	_, err = Open(path)
	want(t, "Open", err, ErrNewer)
	_, err = Open(path)
	want(t, "Open again: the lock was given back", err, ErrNewer)
}

func TestExplain(t *testing.T) {
	for _, x := range []struct {
		err, want error
	}{
		{fmt.Errorf("write: %w", &os.PathError{Op: "write", Path: "x", Err: errnoFull}), ErrFull},
		{fmt.Errorf("open: %w", os.ErrPermission), ErrReadOnly},
		{nil, nil},
	} {
		want(t, fmt.Sprint(x.err), explain("x", x.err), x.want)
	}
}

func TestCitiesAreApart(t *testing.T) {
	s := open(t)
	for range 2 {
		a, b := fresh(1), fresh(1)
		b.City = "kariya2"
		want(t, "PutCase", s.PutCase(ctx, a), nil)
		want(t, "PutCase", s.PutCase(ctx, b), nil)
		if a.ID != b.ID {
			t.Errorf("cases are counted together: %d and %d", a.ID, b.ID)
		}
	}
	for _, c := range []id.CityID{"kariya", "kariya2"} {
		if list, err := s.OpenCases(ctx, c); err != nil || len(list) != 2 || list[0].City != c {
			t.Errorf("OpenCases of %s = %+v, %v", c, list, err)
		}
	}
	want(t, "no city", s.PutCase(ctx, &casebook.Case{}), ErrCity)
	want(t, "a strange city", s.PutCase(ctx, &casebook.Case{City: "a\x00b"}), ErrCity)
}

func TestBackup(t *testing.T) {
	s := open(t)
	for range 3 {
		want(t, "PutCase", s.PutCase(ctx, fresh(1)), nil)
	}
	// Writes go on while a slow reader takes the copy.
	path := filepath.Join(t.TempDir(), "backup.db")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	n, err := s.Backup(&slow{f: f, each: func() { want(t, "PutCase during a backup", s.PutCase(ctx, fresh(2)), nil) }})
	if err != nil || n == 0 {
		t.Fatal(n, err)
	}
	want(t, "closing the copy", f.Close(), nil)
	b := openAt(t, path)
	list, err := b.OpenCases(ctx, "kariya")
	if err != nil || len(list) != 3 {
		t.Errorf("the copy has %d cases, %v", len(list), err)
	}
	if list, _ := s.OpenCases(ctx, "kariya"); len(list) < 4 {
		t.Errorf("no write went on: %d cases", len(list))
	}
	_, err = s.Backup(&slow{err: errnoFull})
	want(t, "Backup to a full disk", err, ErrFull)
}

type slow struct {
	f    *os.File
	each func()
	err  error
}

func (w *slow) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	w.each()
	return w.f.Write(p)
}

// Writes that come together share flushes, each gets its own answer, and one
// that fails takes no other with it.
func TestTogether(t *testing.T) {
	s := open(t)
	before := writes(s)
	refused := errors.New("refused")
	const many = 300
	var wg sync.WaitGroup
	for i := range many {
		wg.Go(func() {
			key := []byte(fmt.Sprintf("k%03d", i))
			err := s.update(ctx, "kariya", func(tx *txn) error {
				if i%10 == 3 { // refuses without having written
					return refused
				}
				if err := tx.put(bCounters, tx.key(key), []byte{1}); err != nil {
					return err
				}
				switch i % 10 {
				case 5:
					return refused
				case 7:
					panic("a fault")
				}
				return nil
			})
			switch i % 10 {
			case 3, 5:
				want(t, "a refusal", err, refused)
			case 7:
				if err == nil || !strings.Contains(err.Error(), "panicked") {
					t.Errorf("a panic gives %v", err)
				}
			default:
				want(t, "a write", err, nil)
			}
		})
	}
	wg.Wait()
	for i := range many {
		err := s.view(ctx, "kariya", func(tx *txn) error {
			there := tx.has(bCounters, tx.key(fmt.Sprintf("k%03d", i)))
			if fails := i%10 == 3 || i%10 == 5 || i%10 == 7; there == fails {
				return fmt.Errorf("write %d: there is %v", i, there)
			}
			return nil
		})
		want(t, "looking", err, nil)
	}
	t.Logf("%d writes took %d page writes", many, writes(s)-before)
}

func writes(s *Store) int64 {
	stats := s.db.Stats()
	return stats.TxStats.GetWrite()
}

func TestUpdateGivesUpInTime(t *testing.T) {
	s := open(t)
	hold, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		want(t, "the slow one", s.update(ctx, "kariya", func(*txn) error { close(held); <-hold; return nil }), nil)
	})
	<-held
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	ran := false
	want(t, "one that can't wait", s.update(short, "kariya", func(*txn) error { ran = true; return nil }), context.DeadlineExceeded)
	close(hold)
	wg.Wait()
	want(t, "the next one", s.update(ctx, "kariya", func(*txn) error { return nil }), nil)
	if ran {
		t.Error("it ran after it had been given up")
	}
	want(t, "a context that is over", s.update(short, "kariya", func(*txn) error { return nil }), context.DeadlineExceeded)
}

func TestCloseAnswersThoseWhoWait(t *testing.T) {
	s := open(t)
	hold, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		want(t, "the slow one", s.update(ctx, "kariya", func(*txn) error { close(held); <-hold; return nil }), nil)
	})
	<-held
	for range 4 {
		wg.Go(func() {
			if err := s.PutCase(ctx, fresh(1)); err != nil && !errors.Is(err, ErrClosed) {
				t.Errorf("a write beside Close: %v", err)
			}
		})
	}
	wg.Go(func() { want(t, "Close", s.Close(), nil) })
	time.Sleep(20 * time.Millisecond)
	close(hold)
	wg.Wait()
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret", "key")
	k, err := KeyFile(path)
	if err != nil || len(k) != 32 {
		t.Fatal(k, err)
	}
	again, err := KeyFile(path)
	if err != nil || !bytes.Equal(k, again) {
		t.Errorf("the second reading gives another key: %v", err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v", info.Mode())
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = KeyFile(path)
	want(t, "one that others may read", err, ErrKey)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("abcd"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = KeyFile(path)
	want(t, "a short one", err, ErrKey)
}
