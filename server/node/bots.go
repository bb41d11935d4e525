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

// Bot makes a visitor of the i-th bot. Bots are marked, have no record, and
// raise no live case.
func (n *Node) Bot(secret string, i int) (entrance.Visitor, error) {
	if subtle.ConstantTimeCompare([]byte(secret), []byte(n.bots)) != 1 {
		return entrance.Visitor{}, gateway.ErrTicket
	}
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return entrance.Visitor{}, err
	}
	const botMark = 1 << 63 // far from children's numbers
	return entrance.Visitor{
		ID:   id.VisitorID(binary.LittleEndian.Uint64(b[:])&^uint64(0xffff) | botMark | uint64(i)&0xffff),
		City: n.pack.City, Kind: id.Bot, Name: fmt.Sprintf("ロボット%d", i), Bracket: id.El56,
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
