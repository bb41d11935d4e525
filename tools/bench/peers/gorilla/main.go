// Command gorilla is a peer of the benchmark: a plain Go server as its
// library's chat example leads one to write it. A goroutine for each room, two
// for each client; MessagePack with the names of fields; the whole room to
// everybody twenty times a second, encoded once, framed for each client. No
// interest, no differences.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/vmihailenco/msgpack/v5"
)

type avatar struct {
	I uint32 `msgpack:"i"`
	X uint16 `msgpack:"x"`
	Y uint16 `msgpack:"y"`
	D uint8  `msgpack:"d"`
}

type packet struct {
	T string    `msgpack:"t"`
	K uint32    `msgpack:"k,omitempty"`
	I uint32    `msgpack:"i,omitempty"`
	X uint16    `msgpack:"x,omitempty"`
	Y uint16    `msgpack:"y,omitempty"`
	D uint8     `msgpack:"d,omitempty"`
	M string    `msgpack:"m,omitempty"`
	P []*avatar `msgpack:"p,omitempty"`
}

type client struct {
	conn *websocket.Conn
	send chan []byte
	a    *avatar
}

type input struct {
	c *client
	p packet
}

type room struct {
	join, leave chan *client
	in          chan input
	clients     map[*client]bool
}

func (r *room) cast(b []byte) {
	for c := range r.clients {
		select {
		case c.send <- b:
		default:
			r.drop(c)
		}
	}
}

func (r *room) drop(c *client) {
	if r.clients[c] {
		delete(r.clients, c)
		close(c.send)
	}
}

func (r *room) run() {
	tick := uint32(0)
	t := time.NewTicker(50 * time.Millisecond)
	for {
		select {
		case c := <-r.join:
			r.clients[c] = true
		case c := <-r.leave:
			r.drop(c)
		case in := <-r.in:
			switch in.p.T {
			case "m":
				in.c.a.X, in.c.a.Y, in.c.a.D = min(in.p.X, 6399), min(in.p.Y, 6399), in.p.D&7
			case "s":
				r.cast(encode(packet{T: "say", I: in.c.a.I, M: in.p.M}))
			}
		case <-t.C:
			if len(r.clients) == 0 {
				continue
			}
			tick++
			all := make([]*avatar, 0, len(r.clients))
			for c := range r.clients {
				all = append(all, c.a)
			}
			r.cast(encode(packet{T: "snap", K: tick, P: all}))
		}
	}
}

func encode(p packet) []byte {
	b, err := msgpack.Marshal(p)
	if err != nil {
		panic(err) // a struct of numbers and text can be encoded
	}
	return b
}

func (r *room) write(c *client) {
	for b := range c.send {
		_ = c.conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
		if c.conn.WriteMessage(websocket.BinaryMessage, b) != nil {
			break
		}
	}
	_ = c.conn.Close()
}

func (r *room) read(c *client) {
	defer func() {
		r.leave <- c
		_ = c.conn.Close()
	}()
	c.conn.SetReadLimit(4096)
	for {
		_, b, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		var p packet
		if msgpack.Unmarshal(b, &p) == nil {
			r.in <- input{c, p}
		}
	}
}

func main() {
	addr := flag.String("addr", "127.0.0.1:7402", "where to listen")
	flag.Parse()
	var mu sync.Mutex
	rooms := make(map[string]*room)
	next := uint32(0)
	up := websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 4096}
	http.HandleFunc("/ws", func(w http.ResponseWriter, q *http.Request) {
		conn, err := up.Upgrade(w, q, nil)
		if err != nil {
			return
		}
		mu.Lock()
		name := q.URL.Query().Get("room")
		r := rooms[name]
		if r == nil {
			r = &room{make(chan *client), make(chan *client), make(chan input, 256), make(map[*client]bool)}
			rooms[name] = r
			go r.run()
		}
		next++
		c := &client{conn, make(chan []byte, 256), &avatar{I: next, X: 3200, Y: 3200}}
		mu.Unlock()
		c.send <- encode(packet{T: "hi", I: c.a.I})
		r.join <- c
		go r.write(c)
		go r.read(c)
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(*addr, nil))
	os.Exit(1)
}
