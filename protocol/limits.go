package protocol

import "time"

// Subprotocol is the WebSocket subprotocol this build speaks. The number grows
// when an old client could misread a new server.
const Subprotocol = "kakitsubata.1"

// Limits that both sides keep.
const (
	MaxIntentBytes = 2048      // of one client frame
	MaxEventBytes  = 256 << 10 // of one server frame
	MaxSayRunes    = 200       // of one utterance
	MaxNameRunes   = 16        // of a display name
	MaxLead        = 20        // ticks that a move may be stamped ahead of now
	MaxPending     = 8         // moves of one avatar that wait for their tick
	MaxHidden      = 200       // visitors that one visitor may hide
)

// Paces.
const (
	BeatEvery    = 5 * time.Second  // the server sends something at least this often
	SilenceLimit = 15 * time.Second // a side that heard nothing this long gives the socket up
	GhostFor     = 60 * time.Second // a dropped visitor's avatar stays this long
	HeardFor     = 60 * time.Second // what a report may quote
)
