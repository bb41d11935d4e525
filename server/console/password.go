package console

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"kakitsubata/protocol/id"
)

// Costs of argon2id: 19 MiB, two passes, one lane, which is what OWASP's
// password storage sheet asks for at least. A stored password keeps its own
// costs, so that these may grow without locking anybody out.
const (
	argonMemory = 19 * 1024 // KiB
	argonTime   = 2
	argonLanes  = 1
	argonSalt   = 16 // bytes
	argonKey    = 32 // bytes

	argonAtOnce = 2               // runs at the same time, so that sign-ins cannot eat the machine
	argonWait   = 4 * time.Second // for a free run
)

// Lengths of what staff type, in runes.
const (
	MinPassword = 10
	MaxPassword = 128
	MaxName     = 24
)

var (
	errBusy      = errors.New("console: too many sign-ins at once")
	errPHC       = errors.New("console: a stored password cannot be read")
	errNoEntropy = errors.New("console: the system gives no random bytes")
)

// CheckName is the account name as it is stored: compatibility forms folded,
// lower case, no spaces. ErrName when letters, digits, '-', '_' and '.' are
// not all there is, or there are none or more than MaxName.
func CheckName(s string) (id.StaffID, error) {
	s = strings.ToLower(norm.NFKC.String(strings.TrimSpace(s)))
	n := 0
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("-_.ー", r) {
			return "", ErrName
		}
		n++
	}
	if n == 0 || n > MaxName || !utf8.ValidString(s) {
		return "", ErrName
	}
	return id.StaffID(s), nil
}

// CheckPassword refuses what is too short, too long, one repeated sign, or the
// account's own name with padding. ErrPassword.
func CheckPassword(name id.StaffID, password string) error {
	p := foldPassword(password)
	n := utf8.RuneCountInString(p)
	if !utf8.ValidString(password) || n < MinPassword || n > MaxPassword {
		return ErrPassword
	}
	seen := map[rune]bool{}
	for _, r := range p {
		seen[r] = true
	}
	rest := strings.ReplaceAll(strings.ToLower(p), string(name), "")
	if len(seen) < 4 || utf8.RuneCountInString(rest) < MinPassword/2 {
		return ErrPassword
	}
	return nil
}

// foldPassword makes the same keys the same bytes, whatever input method or
// keyboard width they were typed with.
func foldPassword(s string) string { return norm.NFKC.String(s) }

// A hasher runs argon2id, a few at a time.
type hasher struct {
	slots chan struct{}
	decoy string // what an unknown name is compared with, at the same cost
}

func newHasher() *hasher {
	h := &hasher{slots: make(chan struct{}, argonAtOnce)}
	// No password hashes to a random key, so the decoy needs no run to make.
	var salt [argonSalt]byte
	var key [argonKey]byte
	_, _ = rand.Read(salt[:])
	_, _ = rand.Read(key[:])
	h.decoy = phc(argonMemory, argonTime, argonLanes, salt[:], key[:])
	return h
}

func phc(memory, passes uint32, lanes uint8, salt, key []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, memory, passes, lanes, b.EncodeToString(salt), b.EncodeToString(key))
}

func (h *hasher) enter(ctx context.Context) error {
	wait, stop := context.WithTimeout(ctx, argonWait)
	defer stop()
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-wait.Done():
		return errBusy
	}
}

// hash is the PHC string of a new password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer func() { <-h.slots }()
	var salt [argonSalt]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return "", errNoEntropy
	}
	key := argon2.IDKey([]byte(foldPassword(password)), salt[:], argonTime, argonMemory, argonLanes, argonKey)
	return phc(argonMemory, argonTime, argonLanes, salt[:], key), nil
}

// matches compares a password with a PHC string, in the same time whether it
// matches or not.
func (h *hasher) matches(ctx context.Context, encoded, password string) (bool, error) {
	p, err := parsePHC(encoded)
	if err != nil {
		return false, err
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer func() { <-h.slots }()
	key := argon2.IDKey([]byte(foldPassword(password)), p.salt, p.passes, p.memory, p.lanes, uint32(len(p.key)))
	return subtle.ConstantTimeCompare(key, p.key) == 1, nil
}

type phcParts struct {
	memory, passes uint32
	lanes          uint8
	salt, key      []byte
}

// parsePHC reads what phc writes. Costs are bounded: a damaged record must
// not take the machine's memory.
func parsePHC(s string) (phcParts, error) {
	f := strings.Split(s, "$")
	if len(f) != 6 || f[0] != "" || f[1] != "argon2id" || f[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phcParts{}, errPHC
	}
	var p phcParts
	if _, err := fmt.Sscanf(f[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil {
		return phcParts{}, errPHC
	}
	var err1, err2 error
	p.salt, err1 = base64.RawStdEncoding.DecodeString(f[4])
	p.key, err2 = base64.RawStdEncoding.DecodeString(f[5])
	switch {
	case err1 != nil, err2 != nil,
		p.memory < 8 || p.memory > 256*1024, p.passes < 1 || p.passes > 16, p.lanes < 1 || p.lanes > 8,
		len(p.salt) < 8 || len(p.salt) > 64, len(p.key) < 16 || len(p.key) > 64:
		return phcParts{}, errPHC
	}
	return p, nil
}

// Delays after wrong passwords: the first few are free, then it doubles. The
// bound is low, since the delay also keeps the true owner out.
const (
	triesFree   = 3
	triesMax    = time.Minute
	triesForget = time.Hour
	triesNames  = 4096
)

type try struct {
	n     int
	last  time.Time
	until time.Time
}

// tries counts failures by account name, known or not, so that the delay does
// not tell which names exist.
type tries struct {
	mu sync.Mutex
	by map[id.StaffID]try
}

// begin books a failure in advance, so that parallel tries are all counted;
// succeed takes it back. It returns how long to wait if it is too early.
func (t *tries) begin(name id.StaffID, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.by == nil {
		t.by = make(map[id.StaffID]try)
	}
	b := t.by[name]
	if now.Before(b.until) {
		return b.until.Sub(now)
	}
	if now.Sub(b.last) > triesForget {
		b = try{}
	}
	b.n++
	b.last = now
	if over := b.n - triesFree; over > 0 {
		b.until = now.Add(min(triesMax, time.Second<<min(over, 10)))
	}
	if _, known := t.by[name]; !known && len(t.by) >= triesNames {
		t.dropOldest()
	}
	t.by[name] = b
	return 0
}

func (t *tries) dropOldest() {
	var oldest id.StaffID
	var at time.Time
	for name, b := range t.by {
		if at.IsZero() || b.last.Before(at) {
			oldest, at = name, b.last
		}
	}
	delete(t.by, oldest)
}

func (t *tries) succeed(name id.StaffID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.by, name)
}
