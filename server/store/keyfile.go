package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrKey is the error of a key file that can't be used.
var ErrKey = errors.New("store: the key file can't be used")

const keyBytes = 32

// KeyFile reads the secret key from a file, or makes both if there is no file.
// It holds 32 random bytes in hexadecimal, and nobody but its owner may read it
// (mode 0600), or it is refused. It must not be in the same backup as the data
// file: who has both can try codes without end. Without it no code, ticket or
// passphrase in the data file can be used again.
func KeyFile(path string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	key := make([]byte, keyBytes)
	rand.Read(key)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return readKey(path)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, errors.Join(err, os.Remove(path)))
	}
	return key, nil
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w: %s may be read by others (mode %v, not 0600)", ErrKey, path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keyBytes {
		return nil, fmt.Errorf("%w: %s does not hold %d bytes in hexadecimal", ErrKey, path, keyBytes)
	}
	return key, nil
}
