package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
	"kakitsubata/server/console"
)

// Errors of the file, to be told to whoever runs the city.
var (
	ErrInUse    = errors.New("store: another process has the data file open")
	ErrFull     = errors.New("store: the disk is full")
	ErrReadOnly = errors.New("store: the data file can't be written")
	ErrNewer    = errors.New("store: the data file was written by a newer version of this program")
	ErrDamaged  = errors.New("store: the data file is damaged, or not one of ours")
	ErrClosed   = errors.New("store: closed")
	ErrCity     = errors.New("store: not a city")
)

// Schema is the version of the file's layout that this program writes. A file
// of an older one is brought up to date at Open.
const Schema = 1

const lockWait = time.Second

// mapped is how much address space is reserved for the file. It costs no
// memory. Below it the file grows without moving, so that a long read, such as
// a backup, holds up no write.
const mapped = 256 << 20

// Store is an open data file. All methods may be called by many goroutines at
// once.
type Store struct {
	db   *bbolt.DB
	lead chan struct{} // held by the goroutine that commits for all

	mu     sync.Mutex
	queue  []*job
	closed bool
}

// The buckets. Keys are a city, a zero byte, and what is said here; numbers
// are big-endian.
var (
	bMeta = []byte("meta") // the only one without a city: schema

	bCounters     = []byte("counters")       // name
	bCases        = []byte("cases")          // case
	bCasesOpen    = []byte("cases-open")     // case: those that are not closed
	bCasesOf      = []byte("cases-of")       // visitor, case
	bSanctions    = []byte("sanctions")      // visitor, from
	bSanctionsEnd = []byte("sanctions-end")  // until, visitor, from: those that are not lifted
	bBatches      = []byte("batches")        // batch
	bCodes        = []byte("codes")          // digest
	bSpent        = []byte("spent")          // digest of an admission
	bSpentEnd     = []byte("spent-end")      // until, digest
	bVisitors     = []byte("visitors")       // visitor
	bNames        = []byte("names")          // name key
	bSessions     = []byte("sessions")       // session
	bTickets      = []byte("tickets")        // digest
	bSessionsOf   = []byte("sessions-of")    // visitor, session
	bFailures     = []byte("failures")       // slot
	bAccounts     = []byte("staff")          // staff
	bStaffSession = []byte("staff-sessions") // key
	bStaffLinks   = []byte("staff-links")    // key
	bViews        = []byte("views")          // at, sequence
	bJudgements   = []byte("judgements")     // at, sequence
	bJudgementsOf = []byte("judgements-of")  // case, at, sequence
	bDeeds        = []byte("deeds")          // at, sequence
	bHours        = []byte("hours")          // day, as 2026-11-24
	bCasesFrom    = []byte("cases-from")     // source, case
	bTraces       = []byte("traces")         // visitor
	bTracesEnd    = []byte("traces-end")     // until, visitor
)

var buckets = [][]byte{
	bCounters, bCases, bCasesOpen, bCasesOf, bSanctions, bSanctionsEnd, bBatches, bCodes, bSpent, bSpentEnd,
	bVisitors, bNames, bSessions, bTickets, bSessionsOf, bFailures, bAccounts, bStaffSession, bStaffLinks, bViews, bJudgements,
	bTraces, bTracesEnd, bJudgementsOf, bDeeds, bHours, bCasesFrom,
}

// Open opens the data file, or makes it. Errors: ErrInUse after one second,
// ErrReadOnly, ErrFull, ErrNewer, ErrDamaged.
func Open(path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, explain(path, err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:         lockWait,
		FreelistType:    bbolt.FreelistMapType,
		InitialMmapSize: mapped,
	})
	if err != nil {
		return nil, explain(path, err)
	}
	if err := db.Update(prepare); err != nil {
		return nil, errors.Join(explain(path, err), db.Close())
	}
	return &Store{db: db, lead: make(chan struct{}, 1)}, nil
}

var keySchema = []byte("schema")

func prepare(tx *bbolt.Tx) error {
	meta, err := tx.CreateBucketIfNotExists(bMeta)
	if err != nil {
		return err
	}
	have := uint32(Schema)
	if b := meta.Get(keySchema); len(b) == 4 {
		have = binary.BigEndian.Uint32(b)
	}
	if have > Schema {
		return fmt.Errorf("%w: its schema is %d, this program's %d", ErrNewer, have, Schema)
	}
	cases, judged := tx.Bucket(bCasesFrom) == nil, tx.Bucket(bJudgementsOf) == nil
	for _, b := range buckets {
		if _, err := tx.CreateBucketIfNotExists(b); err != nil {
			return err
		}
	}
	if cases {
		err = errors.Join(err, relist(tx, bCases, bCasesFrom, func(c casebook.Case) (id.CityID, uint64) { return c.City, uint64(c.Source) }))
	}
	if judged {
		err = errors.Join(err, relist(tx, bJudgements, bJudgementsOf, func(j console.Judgement) (id.CityID, uint64) { return j.City, uint64(j.Case) }))
	}
	if err != nil {
		return err
	}
	return meta.Put(keySchema, binary.BigEndian.AppendUint32(nil, Schema))
}

// relist fills a list that files of before did not have: of each value in from,
// the city, a number, and the rest of its key.
func relist[V any](tx *bbolt.Tx, from, list []byte, of func(V) (id.CityID, uint64)) error {
	return tx.Bucket(from).ForEach(func(k, value []byte) error {
		var v V
		if err := decode(value, &v); err != nil {
			return err
		}
		t := &txn{tx: tx}
		var n uint64
		t.city, n = of(v)
		return t.put(list, t.key(n, bytes.TrimPrefix(k, t.key())), nil)
	})
}

// explain puts a fault of the file into words, with the path.
func explain(path string, err error) error {
	var kind error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, berrors.ErrTimeout):
		kind = ErrInUse
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		kind = ErrFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, berrors.ErrDatabaseReadOnly):
		kind = ErrReadOnly
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		kind = ErrDamaged
	case errors.Is(err, berrors.ErrDatabaseNotOpen):
		kind = ErrClosed
	default:
		return fmt.Errorf("store: %s: %w", path, err)
	}
	return fmt.Errorf("%w: %s: %w", kind, path, err)
}

// Close waits for the writes that have begun and closes the file. Later calls
// are answered with ErrClosed. Close twice is no error.
func (s *Store) Close() error {
	s.lead <- struct{}{}
	defer func() { <-s.lead }()
	s.mu.Lock()
	waiting := s.queue
	s.queue, s.closed = nil, true
	s.mu.Unlock()
	for _, j := range waiting {
		j.done <- ErrClosed
	}
	return explain(s.db.Path(), s.db.Close())
}

// Backup writes a copy of the file as it is at one moment, while the city goes
// on. The copy opens as a data file. ErrFull when w's disk is.
func (s *Store) Backup(w io.Writer) (n int64, err error) {
	k := keeper{w: w}
	err = s.db.View(func(tx *bbolt.Tx) error {
		n, err = tx.WriteTo(&k)
		return err
	})
	if k.err != nil {
		return n, explain("the copy", k.err)
	}
	return n, explain(s.db.Path(), err)
}

// keeper keeps the writer's own error, which bbolt only prints.
type keeper struct {
	w   io.Writer
	err error
}

func (k *keeper) Write(p []byte) (n int, err error) {
	n, err = k.w.Write(p)
	if err != nil && k.err == nil {
		k.err = err
	}
	return n, err
}

// view runs f on one consistent state.
func (s *Store) view(ctx context.Context, city id.CityID, f func(tx *txn) error) error {
	if err := check(ctx, city); err != nil {
		return err
	}
	var domain error
	err := s.db.View(func(tx *bbolt.Tx) error {
		domain = f(&txn{tx: tx, city: city})
		return nil
	})
	if err != nil {
		return explain(s.db.Path(), err)
	}
	return domain
}

func check(ctx context.Context, city id.CityID) error {
	for _, c := range []byte(city) {
		if c == 0 {
			return fmt.Errorf("%w: %q", ErrCity, city)
		}
	}
	if city == "" {
		return fmt.Errorf("%w: no name", ErrCity)
	}
	return ctx.Err()
}
