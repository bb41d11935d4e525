package volley

// A Shot is what one socket has to send. It belongs to the volley from Add
// until Done; its bytes and its descriptor must stay what they are meanwhile.
type Shot struct {
	FD    int
	Bytes []byte
	// Done tells how many bytes went without waiting: fewer than there are when
	// the other end reads too slowly, and none with an error.
	Done func(sent int, err error)
}

// Volley gathers shots, and fires them with as few system calls as the machine
// allows: one for all where the kernel knows io_uring and lets us use it, one
// each elsewhere. For one goroutine.
type Volley struct {
	// Arena is where shots' bytes may be laid out: it is empty again after Fire.
	Arena []byte

	shots []*Shot
	ring  *ring
	tried bool // to get a ring
}

// mostArena is what an arena keeps: a tick of a large room.
const mostArena = 1 << 20

// few is how many shots are not worth a ring.
const few = 4

// Add puts a shot into the next Fire.
func (v *Volley) Add(s *Shot) { v.shots = append(v.shots, s) }

// Fire sends what was added, and tells each shot what became of it.
func (v *Volley) Fire() {
	if len(v.shots) > few && !v.tried {
		v.tried = true
		v.ring = newRing()
	}
	switch {
	case len(v.shots) > few && v.ring != nil:
		if !v.ring.fire(v.shots) { // it broke: its kernel memory is not to be trusted any more
			v.ring.close()
			v.ring = nil
		}
	default:
		for _, s := range v.shots {
			s.Done(send(s.FD, s.Bytes))
		}
	}
	clear(v.shots)
	v.shots = v.shots[:0]
	if v.Arena = v.Arena[:0]; cap(v.Arena) > mostArena {
		v.Arena = nil // many came at once
	}
}

// Close gives the ring back to the kernel.
func (v *Volley) Close() {
	if v.ring != nil {
		v.ring.close()
		v.ring = nil
	}
}
