// Command bots lets many visitors walk and talk in a running city over real
// sockets, and prints what it measured as one JSON object.
//
//	go run ./tools/bots -url http://127.0.0.1:8080 -n 100 -seconds 10
//
// Bots come in by the bots' entrance, whose secret the server writes to its
// data folder; the server marks them, spreads them over its rooms, and raises
// no live case for them. The meaning of the numbers:
//
//	connected          bots that were in a room when the measuring began
//	refused            bots that never came so far
//	dropped            bots whose socket ended while measuring
//	ticks_per_second   the rooms' pace, by the ticks of frames received
//	move_seen_*        from handing a changed Move to the socket to the first
//	                   frame at an observing bot, which saw the avatar before,
//	                   that shows it with the new heading and gait. One bot in
//	                   ten observes.
//	down/up_bytes_...  WebSocket frames with their heads, for each client
//	said               utterances and phrases sent
//	heard              how often another bot heard one
//	say_heard_*        from handing the words to the socket to another's Heard
//
// With -workload they do something else:
//
//	city    as above: they stroll all over the city, rest, and speak now and then
//	w1      all in one bench room (the server's -bench), ten moves a second each by
//	        the definition in tools/bench; w2: 25 in each room; w3: all in one, and
//	        each says something once a second
//	churn   in the city, twenty come and twenty leave each second, and all make for
//	        portals
//	stall   as w1, but one in ten stops reading for five seconds, then reads for as
//	        long, again and again; stderr has how soon moves were seen before that
//
// With -metrics, the address of the server's figures, stderr has its goroutines
// and memory before the bots came, with them, and after they left.
//
// Times are on one clock and hold this program's own delays. What can't be in
// the object, such as outcomes of speech, goes to stderr.
package main
