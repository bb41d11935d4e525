// Package cities reads city packs: the folder of data that makes this one
// city's place. A pack says what the city is called, when it is open, which
// places there are, what the server says to a child, whom a child may call. It
// is data alone: no rule lives here, and nothing of a pack is read again after
// Load. Load refuses a pack with any fault, and names the file, the key and
// the fault of each, so that a mistake shows at start and not at noon.
//
// The browser never gets this package: sentences go to it one by one.
package cities
