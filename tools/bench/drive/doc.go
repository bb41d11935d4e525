// Package drive puts one precisely defined load on a server of rooms and
// measures it. It owns the sockets, the pace, the random walk and every
// measurement; an Adapter knows one server's join steps and bytes, and nothing
// else. So all figures of a table come from the same code, on one clock.
//
// It never starts a server and never judges a figure: tools/bench does.
package drive
