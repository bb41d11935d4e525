package drive

import (
	"fmt"
	"strconv"
	"strings"
)

// An Adapter speaks with one kind of server.
type Adapter interface {
	// Open joins avatar i to a room, counted from zero, and returns its
	// connection: it does any request before, calls dial, exchanges the hello,
	// and sets Conn.Key to the name that others' snapshots have for this avatar.
	Open(i, room int) (*Conn, error)
	// Move and Say append one message, without its WebSocket frame.
	Move(dst []byte, c *Conn, m Move) []byte
	Say(dst []byte, c *Conn, w Words) []byte
	// Classify names a server's message from its first bytes, at most
	// headBytes. It runs for each message of each client and must be cheap.
	Classify(head []byte) Kind
	// Decode reads all of a message, for the few who observe.
	Decode(c *Conn, payload []byte, s Sink)
	// Traits says how this server is spoken to.
	Traits() Traits
}

// headBytes is how much of a message Classify sees.
const headBytes = 96

// Traits are how a server is spoken to.
type Traits struct {
	Text     bool // its messages are WebSocket text frames
	Headings bool // a move is a heading; the server does the walking
	Interest bool // it shows only who is near
	Abreast  int  // how many may join at once; 0 and 1: one after the other
}

// Move is one step of the walk. Positions are in hundredths of a tile, 0 to
// 6399; Seq counts the avatar's moves from 1.
type Move struct {
	X, Y    uint16
	Octant  uint8 // of 8, for servers that take a position
	Heading uint8 // of 256, for those that walk by themselves
	Seq     uint32
}

// Kind is what a server's message is.
type Kind uint8

// Kinds.
const (
	Other Kind = iota
	Snapshot
	Heard
)

// Sink takes what an observer saw.
type Sink interface {
	// Pos: an avatar is at a position in hundredths of a tile. No two of its
	// latest moves have the same, so it tells which move it is.
	Pos(key uint64, x, y uint16)
	// Turned: an avatar goes along a heading. No two of its latest moves have
	// the same.
	Turned(key uint64, heading uint8)
	// Came: an avatar has come into view; what it did before does not count.
	Came(key uint64)
	// Said: words arrived.
	Said(w Words)
}

// Words are the n-th utterance of an avatar.
type Words struct{ Avatar, N int }

// plain is an utterance of about 45 letters for servers that judge nothing.
func (w Words) plain() string {
	return fmt.Sprintf("u%d.%d.%s", w.Avatar, w.N, "hello there, how is the plaza today?")
}

// readPlain reads what plain wrote.
func readPlain(text []byte) (w Words, ok bool) {
	p := strings.SplitN(string(text), ".", 3)
	if len(p) < 3 || !strings.HasPrefix(p[0], "u") {
		return w, false
	}
	var errA, errN error
	w.Avatar, errA = strconv.Atoi(p[0][1:])
	w.N, errN = strconv.Atoi(p[1])
	return w, errA == nil && errN == nil
}

// Target is where a server is.
type Target struct {
	Addr   string // HOST:PORT
	Secret string // of the bots' entrance, for ours
}

// New makes the adapter of a peer by its name.
func New(peer string, t Target) (Adapter, error) {
	switch peer {
	case "ours":
		return newOurs(t), nil
	case "gorilla-msgpack":
		return plainGo{t.Addr}, nil
	case "ws-json":
		return plainNode{t.Addr}, nil
	case "colyseus", "colyseus-view":
		return &colyseus{addr: t.Addr, rooms: make(map[int]string), view: peer == "colyseus-view"}, nil
	case "nakama":
		return &nakama{addr: t.Addr, rooms: make(map[int]string)}, nil
	case "ceiling":
		return ceiling{t.Addr}, nil
	}
	return nil, fmt.Errorf("drive: unknown peer %q", peer)
}

func hashKey(s []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, b := range s {
		h ^= uint64(b)
		h *= 1099511628211
	}
	return h
}
