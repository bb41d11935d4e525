package protocol

import (
	"encoding/binary"

	"kakitsubata/protocol/id"
)

// AppendFrame writes what EncodeEvent would for a Frame, without allocating:
// motion and far are bytes that many receivers share.
func AppendFrame(dst []byte, tick id.Tick, reset bool, self *Self, known []Known, motion, far []byte) []byte {
	dst = append(dst, 0x97, byte(KindFrame))
	dst = appendUint(dst, uint64(tick))
	dst = appendBool(dst, reset)
	if self == nil {
		dst = append(dst, 0x90)
	} else {
		dst = append(dst, 0x91, 0x95)
		dst = appendUint(dst, uint64(self.Ack))
		dst = appendInt(dst, int64(self.X))
		dst = appendInt(dst, int64(self.Y))
		dst = appendUint(dst, uint64(self.Heading))
		dst = appendUint(dst, uint64(self.Gait))
	}
	dst = appendArray(dst, len(known))
	for i := range known {
		k := &known[i]
		dst = append(dst, 0x94)
		dst = appendUint(dst, uint64(k.Avatar))
		dst = appendUint(dst, uint64(k.Who.Kind))
		dst = appendText(dst, k.Who.Name)
		dst = appendUint(dst, uint64(k.Who.Look))
	}
	dst = appendBytes(dst, motion)
	return appendBytes(dst, far)
}

// What follows writes msgpack's smallest form of each value.

func appendUint(b []byte, v uint64) []byte {
	switch {
	case v < 0x80:
		return append(b, byte(v))
	case v < 1<<8:
		return append(b, 0xcc, byte(v))
	case v < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, 0xcd), uint16(v))
	case v < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, 0xce), uint32(v))
	}
	return binary.BigEndian.AppendUint64(append(b, 0xcf), v)
}

func appendInt(b []byte, v int64) []byte {
	switch {
	case v >= 0:
		return appendUint(b, uint64(v))
	case v >= -32:
		return append(b, byte(v))
	case v >= -1<<7:
		return append(b, 0xd0, byte(v))
	case v >= -1<<15:
		return binary.BigEndian.AppendUint16(append(b, 0xd1), uint16(v))
	}
	return binary.BigEndian.AppendUint32(append(b, 0xd2), uint32(v))
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 0xc3)
	}
	return append(b, 0xc2)
}

func appendArray(b []byte, n int) []byte {
	if n < 16 {
		return append(b, 0x90|byte(n))
	}
	return binary.BigEndian.AppendUint16(append(b, 0xdc), uint16(n))
}

func appendText(b []byte, s string) []byte {
	if len(s) < 32 {
		return append(append(b, 0xa0|byte(len(s))), s...)
	}
	return append(append(b, 0xd9, byte(len(s))), s...) // names are short
}

func appendBytes(b, v []byte) []byte {
	switch {
	case len(v) < 1<<8:
		b = append(b, 0xc4, byte(len(v)))
	case len(v) < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0xc5), uint16(len(v)))
	default:
		b = binary.BigEndian.AppendUint32(append(b, 0xc6), uint32(len(v)))
	}
	return append(b, v...)
}
