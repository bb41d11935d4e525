// Package gateway is the door to the network: HTTP, the upgrade to a
// WebSocket, static files, the entrance's requests. It is the door of gorilla.
// It owns nothing that lasts, trusts no address and no Origin but its own,
// and hands every socket to a session; it never reads an intent.
package gateway
