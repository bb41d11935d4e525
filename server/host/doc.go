// Package host runs live rooms: one goroutine for each, with an inbox, a
// ticker and world.Room.Step. It owns the room and who looks at it; commands
// come in as values, frames and notes go out as immutable bytes. It never
// waits for a viewer and knows neither sockets nor the city. A panic in a
// room's rules ends that room alone, and its viewers are told.
package host
