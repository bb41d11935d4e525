// Package keepsake draws what a child keeps of its way back: its name here and
// its four words, as a QR code for the card that it prints or shows to its own
// camera.
//
// The code holds the words themselves, in plain letters, and nothing else: no
// address, no ticket, no number of the child's. So it does what the card does
// and no more. A telephone that reads it shows four words; it opens no page,
// leaves nothing in a history, and lets nobody in by itself. A teacher who
// scans a found card is not signed in as the child, and a page that somebody
// else put behind a code of their own gets nothing. Whoever holds it knows the
// words, exactly as with the paper: the page says so, shows the code only when
// asked, and offers no file of it that a shared tablet would keep.
//
// The package knows neither children nor the store, and keeps nothing.
package keepsake
