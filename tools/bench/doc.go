// Command bench puts the same load on our server and on others of its kind,
// and prints what each took and how fast it was.
//
//	go run ./tools/bench                                   ours and the plain Go peer, w1-800 and w2
//	go run ./tools/bench -peers ours,gorilla-msgpack,ws-json,colyseus,colyseus-view -workloads w1-800,w2 -reps 3
//	go run ./tools/bench -ceiling -workloads c-1000,c-2000  what sockets alone cost
//	go run ./tools/bench -table build/bench/raw.jsonl       the table of runs made before
//
// It needs Linux and two cores: the server has one to itself, the driver
// (package drive) the other, over loopback. It builds what it starts, gives
// each run a fresh process, and goes repetition by repetition over all peers,
// so that a disturbance is shared and runs can be compared pair by pair.
// Each run is a line of build/bench/raw.jsonl.
//
// # Peers
//
//	ours             this project's server, its bench rooms (-bench), shedding off
//	gorilla-msgpack  peers/gorilla: a plain Go server, the whole room 20 times a second
//	ws-json          peers/node/ws-json.js: the same with Node, npm ws and JSON
//	colyseus         peers/node/colyseus.js: Colyseus 0.18, binary patches, encoded once
//	colyseus-view    the same with StateView: 12 tiles, refreshed at 5 Hz
//	nakama           needs NAKAMA_BIN, a Nakama 3 server; NAKAMA_DB, user@host:port/db of a
//	                 migrated PostgreSQL; NAKAMA_DATA, a folder whose modules/match.so is
//	                 peers/nakama built with -buildmode=plugin -trimpath by the same Go
//
// Node peers are installed into build/bench/node by npm, as their lock file
// says, when they are not there. They run on Node 22, which comes with them on x86-64; elsewhere, or
// to choose another, set NODE.
//
// # Workloads
//
// A room is 64 by 64 tiles, without walls. Each avatar starts at a random
// place, seeded by its number, and sends ten moves a second, beginning at a
// random moment. Each move turns by up to ±0.4 rad and goes 0.2 to 0.5 tile;
// at a wall it takes any new heading. A peer is told the new position. Ours
// walks by itself, at its own pace of 0.45 tile a move, and is told the
// heading: the same turns in 256 steps, of which no two in a row, nor any two
// of the last twelve, are equal, so that each is a change to be shown.
//
//	w1-<n>     one room of n
//	w2         40 rooms of 25; w2-<n>: n rooms of 25
//	w3         one room of 100, where each also says about 45 letters once a second.
//	           Ours passes the words through its gate, and lets a visitor speak once in
//	           1.5 s after a burst of four: beyond twelve seconds a part is turned down
//	c-<n>      with -ceiling: n clients that only listen
//
// # What is measured
//
// CPU is the server's user and system time a second, from procfs. Memory is
// what is resident at the end, and how much that is more than before anybody
// came. Down is all WebSocket bytes with their heads, for each client. Hz is
// snapshots, for each client; a server that sends only what changed may have
// less than 20 and be right.
//
// Move to seen: four clients (20 in w3; one in each of four rooms in w2) decode
// everything. Latency is arrival there less the instant before the mover's
// write, on one clock. Which move a snapshot shows is told by its coordinates,
// or its heading, of which the latest are all different; so no server carries
// a time stamp. Avatars that came into view after the move are left out, and
// with ours those farther than 12 tiles. "Skipped" is the share of moves that
// were overtaken by a newer one before any snapshot showed them.
//
// A run is disturbed when others took more than a quarter of the server's
// core, the driver's core was busier than 95 %, or the driver did not keep its
// pace; such runs are left out of medians where there are others. Ratios are
// medians over the medians of the best peer in the same table that kept up 18
// snapshots a second.
package main
