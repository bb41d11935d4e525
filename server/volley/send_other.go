//go:build !unix

package volley

// send sends nothing where sockets can't be tried: the pump waits for them.
func send(int, []byte) (int, error) { return 0, nil }
