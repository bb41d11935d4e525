// Package protocol is the wire: intents from client to server, events from
// server to client, their limits, numbers and codec. README.md beside it is
// complete enough to write a client in another language. It owns nothing and
// decides nothing; kinds and codes are append-only. It is the door of msgpack.
package protocol
