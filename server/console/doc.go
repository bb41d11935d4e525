// Package console is the staff's side of the city: HTML pages under /staff/
// on which adults see rooms and live cases, answer a child, mute, watch and
// judge, and run the city's errands: opening hours, new words for a child. It
// owns staff accounts, their sessions and sign-in links, who is on duty, what
// people found about the machine's verdicts, and the logs of who looked at what
// and did what. It knows rooms and visitors only through City, cases only
// through Cases, and the disk only through Store.
//
// It never shows a child's words before the look is in the view log, never
// answers plain HTTP off the machine, never keeps a password or a secret in
// the clear, and puts no script or style into a page, so that a strict
// Content-Security-Policy holds. Each open page costs one goroutine, which
// ends with its request: nothing here pushes to a browser that does not read.
//
// A member of staff is on duty while a page of theirs is open, or was used
// within two minutes. The node asks Duty and decides what the city does when
// nobody is.
package console
