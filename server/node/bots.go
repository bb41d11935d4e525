package node

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"os"

	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
	"kakitsubata/server/gateway"
)

const (
	botMark   = 1 << 63 // far from children's numbers
	botNumber = 0xffff  // the bits of a visitor's number that hold which bot it is
)

// Bot makes a visitor of the i-th bot. Bots are marked, have no record, and
// raise no live case. One with a room begins in that bench room, from 1;
// the others begin all over the city.
func (n *Node) Bot(secret string, i, room int) (entrance.Visitor, error) {
	if subtle.ConstantTimeCompare([]byte(secret), []byte(n.bots)) != 1 {
		return entrance.Visitor{}, gateway.ErrTicket
	}
	last := ""
	if room != 0 {
		if n.town.places[benchPlace(room)] == nil {
			return entrance.Visitor{}, fmt.Errorf("%w: no bench room %d", gateway.ErrTicket, room)
		}
		last = id.RoomID{City: n.pack.City, Place: benchPlace(room), Copy: 1}.String()
	}
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return entrance.Visitor{}, err
	}
	return entrance.Visitor{
		ID:   id.VisitorID(binary.LittleEndian.Uint64(b[:])&^uint64(botNumber) | botMark | uint64(i)&botNumber),
		City: n.pack.City, Kind: id.Bot, Name: fmt.Sprintf("ロボット%d", i), Bracket: id.El56, LastRoom: last,
		Look: id.NewLook(i, i/2, i/3, i/5, i/7, i/11),
	}, nil
}

// writeSecret makes this start's bots' secret: whoever can read the data
// folder may let bots in.
func writeSecret(path string) (string, error) {
	s := rand.Text()
	if err := os.WriteFile(path, []byte(s+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("node: the bots' secret: %w", err)
	}
	return s, nil
}
