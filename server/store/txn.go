package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/vmihailenco/msgpack/v5"
	"go.etcd.io/bbolt"

	"kakitsubata/protocol/id"
)

// txn is a transaction in one city.
type txn struct {
	tx    *bbolt.Tx
	city  id.CityID
	wrote bool
}

// key joins the city and parts. Numbers are big-endian so that keys sort as
// they count; a time is its nanoseconds, moved so that it sorts before 1970 too.
func (t *txn) key(parts ...any) []byte {
	k := append([]byte(t.city), 0)
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			k = append(k, p...)
		case []byte:
			k = append(k, p...)
		case uint16:
			k = binary.BigEndian.AppendUint16(k, p)
		case uint64:
			k = binary.BigEndian.AppendUint64(k, p)
		case time.Time:
			k = binary.BigEndian.AppendUint64(k, moment(p))
		default:
			panic(fmt.Sprintf("store: %T is not part of a key", p))
		}
	}
	return k
}

func moment(at time.Time) uint64 { return uint64(at.UnixNano()) + 1<<63 }

func (t *txn) get(bucket, key []byte) []byte { return t.tx.Bucket(bucket).Get(key) }

func (t *txn) has(bucket, key []byte) bool { return t.get(bucket, key) != nil }

func (t *txn) put(bucket, key, value []byte) error {
	t.wrote = true
	if value == nil {
		value = []byte{}
	}
	return t.tx.Bucket(bucket).Put(key, value)
}

func (t *txn) drop(bucket, key []byte) error {
	t.wrote = true
	return t.tx.Bucket(bucket).Delete(key)
}

// ascend calls each for the keys with a prefix from a key on, in order, until
// it returns false. The key is without the prefix.
func (t *txn) ascend(bucket, prefix, from []byte, each func(rest, value []byte) (more bool, err error)) error {
	c := t.tx.Bucket(bucket).Cursor()
	for k, v := c.Seek(from); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if more, err := each(k[len(prefix):], v); err != nil || !more {
			return err
		}
	}
	return nil
}

// descend is ascend from the highest key below a key downwards.
func (t *txn) descend(bucket, prefix, below []byte, each func(rest, value []byte) (more bool, err error)) error {
	c := t.tx.Bucket(bucket).Cursor()
	step := c.Prev
	if k, _ := c.Seek(below); k == nil {
		step = c.Last
	}
	k, v := step()
	for ; k != nil && bytes.HasPrefix(k, prefix); k, v = c.Prev() {
		if more, err := each(k[len(prefix):], v); err != nil || !more {
			return err
		}
	}
	return nil
}

// after is the lowest key that comes after all with a prefix.
func after(prefix []byte) []byte {
	return append(bytes.Clone(prefix), bytes.Repeat([]byte{0xff}, 64)...)
}

// count gives the next number of a name, from 1.
func (t *txn) count(name string) (uint64, error) {
	key := t.key(name)
	var n uint64
	if b := t.get(bCounters, key); len(b) == 8 {
		n = binary.BigEndian.Uint64(b)
	}
	n++
	return n, t.put(bCounters, key, binary.BigEndian.AppendUint64(nil, n))
}

// A value is a version and then a msgpack map by the names of the struct's
// fields: a field that is added is zero in old values, one that is removed is
// skipped. The version grows when a field changes its meaning; golden values in
// testdata hold the names fast.
const valueVersion = 1

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte(valueVersion)
	e := msgpack.NewEncoder(&b)
	e.UseCompactInts(true)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("store: %T: %w", v, err)
	}
	return b.Bytes(), nil
}

func decode(b []byte, into any) error {
	if len(b) == 0 || b[0] != valueVersion {
		return fmt.Errorf("%w: a %T has no version that is known", ErrDamaged, into)
	}
	if err := msgpack.Unmarshal(b[1:], into); err != nil {
		return fmt.Errorf("%w: a %T: %w", ErrDamaged, into, err)
	}
	return nil
}

// read decodes the value of a key; ok is false when there is none.
func read[V any](t *txn, bucket, key []byte) (v V, ok bool, err error) {
	b := t.get(bucket, key)
	if b == nil {
		return v, false, nil
	}
	err = decode(b, &v)
	return v, err == nil, err
}

func write(t *txn, bucket, key []byte, v any) error {
	b, err := encode(v)
	if err != nil {
		return err
	}
	return t.put(bucket, key, b)
}
