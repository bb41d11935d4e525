//go:build journey

package journey

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kakitsubata/client/link"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// crowd lets n bots walk about and talk near where people arrive in a place,
// until the test ends. They come in by the bots' entrance, which spreads them
// over the city: those that come out elsewhere go home again.
func (c *city) crowd(place string, n int) {
	c.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var all sync.WaitGroup
	c.t.Cleanup(func() { stop(); all.Wait() })
	for i, there := 0, 0; there < n; i++ {
		if i > 40*n {
			c.t.Fatalf("only %d of %d bots came to %s", there, n, place)
		}
		conn, phrases, at := c.bot(ctx, i)
		if at != place {
			_ = conn.Send(protocol.EncodeIntent(&protocol.Leave{}))
			conn.Close()
			continue
		}
		there++
		all.Go(func() { strolls(ctx, conn, uint64(i), phrases) })
	}
}

// bot comes in by the bots' entrance; it tells where that one came out.
func (c *city) bot(ctx context.Context, n int) (conn *link.Conn, phrases []protocol.PhraseText, place string) {
	c.t.Helper()
	_, port, _ := strings.Cut(c.addr, ":")
	secret, err := os.ReadFile(filepath.Join(c.data, "bots-"+port+".secret"))
	if err != nil {
		c.t.Fatal(err)
	}
	header := map[string][]string{"Authorization": {"Bot " + strings.TrimSpace(string(secret))}}
	conn, err = link.Dial(ctx, fmt.Sprintf("ws://%s/ws?bot=%d", c.addr, n), header)
	if err != nil {
		c.t.Fatal(err)
	}
	phrases, room := comesOut(ctx, c.t, conn)
	return conn, phrases, placeOf(room)
}

// comesOut waits until a bot is in a room.
func comesOut(ctx context.Context, t *testing.T, conn *link.Conn) (phrases []protocol.PhraseText, room string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for {
		b, err := conn.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		e, err := protocol.DecodeEvent(b)
		if err != nil {
			continue
		}
		switch e := e.(type) {
		case *protocol.Welcome:
			phrases = e.Phrases
		case *protocol.Entered:
			return phrases, e.Room
		}
	}
}

// strolls walks a little, stands a little, goes back, says something and feels
// something.
func strolls(ctx context.Context, conn *link.Conn, seed uint64, phrases []protocol.PhraseText) {
	defer conn.Close()
	rng := rand.New(rand.NewPCG(seed, 7))
	go func() {
		for {
			if _, err := conn.Next(ctx); err != nil {
				return
			}
		}
	}()
	seq, heading, long := uint32(0), uint8(0), time.Second
	send := func(i protocol.Intent) bool { return conn.Send(protocol.EncodeIntent(i)) == nil }
	for n := 0; ; n++ {
		seq++
		walk := protocol.Stand
		switch n % 4 {
		case 0:
			heading, long = uint8(rng.IntN(256)), time.Duration(400+rng.IntN(1600))*time.Millisecond
			walk = protocol.Walk
		case 2:
			heading += 128
			walk = protocol.Walk
		}
		ok := send(&protocol.Move{Seq: seq, Heading: heading, Gait: walk})
		switch rng.IntN(12) {
		case 0:
			ok = ok && send(&protocol.Emote{Emote: id.EmoteHeart + id.EmoteID(rng.IntN(int(id.EmoteChosen-id.EmoteHeart)))})
		case 1:
			if len(phrases) > 0 {
				ok = ok && send(&protocol.Phrase{Seq: seq, Phrase: phrases[rng.IntN(len(phrases))].Phrase})
			}
		case 2:
			ok = ok && send(&protocol.Emote{Emote: id.EmoteTyping})
		}
		if !ok {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(long):
		}
	}
}
