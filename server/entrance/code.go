package entrance

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// alphabet is 32 signs without I, L, O and U: a printed code has no sign that
// is taken for another of them.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	codeSigns  = 12 // of five random bits each
	codePrefix = "KKT"
)

// printCode draws 60 random bits and writes them as KKT-XXXX-XXXX-XXXXC, where
// C is the check sign.
func printCode(rand io.Reader) (printed, canonical string, err error) {
	var raw [codeSigns]byte
	if _, err := io.ReadFull(rand, raw[:]); err != nil {
		return "", "", fmt.Errorf("entrance: no randomness: %w", err)
	}
	signs := make([]byte, codeSigns+1)
	for i := range raw {
		raw[i] &= 31
		signs[i] = alphabet[raw[i]]
	}
	signs[codeSigns] = alphabet[checkSign(raw[:])]
	s := string(signs)
	return codePrefix + "-" + s[:4] + "-" + s[4:8] + "-" + s[8:], s, nil
}

// readCode is the canonical form of what somebody typed: full-width or small
// letters, any blanks and dashes, with or without the prefix; O for 0, I and L
// for 1. ErrCode when it can't be a code: a wrong sign, or two swapped, always
// show in the check sign.
func readCode(typed string) (string, error) {
	var signs []byte
	for _, r := range norm.NFKC.String(typed) {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune("ー−_.・", r) {
			continue
		}
		r = unicode.ToUpper(r)
		switch r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if !strings.ContainsRune(alphabet, r) || len(signs) == len(codePrefix)+codeSigns+1 {
			return "", ErrCode
		}
		signs = append(signs, byte(r))
	}
	if len(signs) == len(codePrefix)+codeSigns+1 {
		if string(signs[:len(codePrefix)]) != codePrefix {
			return "", ErrCode
		}
		signs = signs[len(codePrefix):]
	}
	if len(signs) != codeSigns+1 {
		return "", ErrCode
	}
	raw := make([]byte, len(signs))
	for i, c := range signs {
		raw[i] = byte(strings.IndexByte(alphabet, c))
	}
	if checkSign(raw[:codeSigns]) != raw[codeSigns] {
		return "", ErrCode
	}
	return string(signs), nil
}

// checkSign is the value at 2 of the polynomial whose coefficients are the
// signs, over the field of 32 elements (modulo x^5+x^2+1). The weights are
// distinct and none is zero, so every single wrong sign and every swap of two
// different signs changes it.
func checkSign(raw []byte) byte {
	var sum byte
	for _, v := range raw {
		sum = double(sum ^ v)
	}
	return sum
}

func double(v byte) byte {
	v <<= 1
	if v&32 != 0 {
		v ^= 0b100101
	}
	return v
}
