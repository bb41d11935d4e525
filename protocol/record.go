package protocol

import (
	"encoding/binary"
	"fmt"

	"kakitsubata/protocol/id"
)

// RecordOp says what a Record tells of its avatar.
type RecordOp uint8

// Ops, two bits on the wire.
const (
	Walks  RecordOp = iota // from this tick on it walks along Heading
	Stands                 // from this tick on it stands, and looks along Heading
	Stated                 // after this tick it is as the record says, however it came there
	Gone                   // it is out of sight
)

// Record is one entry of a Frame's Motion. X, Y, Gait, Emote and Ghost are of
// Stated alone.
type Record struct {
	Op      RecordOp
	Avatar  id.AvatarID
	Heading uint8
	X, Y    int32 // plane units
	Gait    Gait
	Emote   id.EmoteID
	Ghost   bool
}

// AppendRecord adds a record: avatar × 4 + op as a varint; then for Walks and
// Stands the heading; for Stated x and y as zigzag varints, the heading, and
// gait + 4 × ghost + 8 × emote. Varints are those of Go's encoding/binary
// (LEB128).
func AppendRecord(dst []byte, r *Record) []byte {
	dst = binary.AppendUvarint(dst, uint64(r.Avatar)<<2|uint64(r.Op))
	switch r.Op {
	case Walks, Stands:
		dst = append(dst, r.Heading)
	case Stated:
		dst = binary.AppendVarint(dst, int64(r.X))
		dst = binary.AppendVarint(dst, int64(r.Y))
		flags := byte(r.Gait) | byte(r.Emote)<<3
		if r.Ghost {
			flags |= 4
		}
		dst = append(dst, r.Heading, flags)
	}
	return dst
}

var errRecord = fmt.Errorf("%w: a record of motion", ErrFrame)

// NextRecord reads the first record of b, and returns what follows it.
func NextRecord(b []byte) (r Record, rest []byte, err error) {
	v, n := binary.Uvarint(b)
	if n <= 0 || v>>34 != 0 {
		return Record{}, nil, errRecord
	}
	r.Op, r.Avatar, b = RecordOp(v&3), id.AvatarID(v>>2), b[n:]
	switch r.Op {
	case Walks, Stands:
		if len(b) < 1 {
			return Record{}, nil, errRecord
		}
		r.Heading, b = b[0], b[1:]
	case Stated:
		x, nx := binary.Varint(b)
		if nx <= 0 || int64(int32(x)) != x {
			return Record{}, nil, errRecord
		}
		y, ny := binary.Varint(b[nx:])
		if ny <= 0 || int64(int32(y)) != y {
			return Record{}, nil, errRecord
		}
		b = b[nx+ny:]
		if len(b) < 2 || Gait(b[1]&3) > Seated || id.EmoteID(b[1]>>3) >= id.EmoteEnd {
			return Record{}, nil, errRecord
		}
		r.X, r.Y, r.Heading = int32(x), int32(y), b[0]
		r.Gait, r.Ghost, r.Emote = Gait(b[1]&3), b[1]&4 != 0, id.EmoteID(b[1]>>3)
		b = b[2:]
	}
	return r, b, nil
}

// Crowd is how many avatars are in each block of 8 by 8 tiles of a room that is
// too lively to show everybody: those farther than NearTiles are counted only.
type Crowd map[uint16]uint16

// NearTiles is how far one sees others one by one in a crowd.
const NearTiles = 12

// BlockTiles is the side of a block in tiles. Blocks are numbered row by row
// from the north-west: row × columns + column, with as many columns as the
// map's width in tiles needs.
const BlockTiles = 8

// ReadCrowd reads a Frame's Far: a version byte, then varints, a block and its
// count in turn, blocks in ascending order. It is nil where nobody is merely
// counted.
func ReadCrowd(far []byte) (Crowd, error) {
	if len(far) == 0 || far[0] != 1 {
		return nil, fmt.Errorf("%w: a crowd", ErrFrame)
	}
	var c Crowd
	next := uint64(0)
	for b := far[1:]; len(b) > 0; {
		block, n := binary.Uvarint(b)
		if n <= 0 || block > 0xffff || block < next {
			return nil, fmt.Errorf("%w: a crowd's block", ErrFrame)
		}
		count, m := binary.Uvarint(b[n:])
		if m <= 0 || count > 0xffff {
			return nil, fmt.Errorf("%w: a crowd's count", ErrFrame)
		}
		if c == nil {
			c = make(Crowd)
		}
		c[uint16(block)] = uint16(count)
		next = block + 1
		b = b[n+m:]
	}
	return c, nil
}
