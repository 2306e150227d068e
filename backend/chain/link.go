// Package chain is the one hash chain of the product: the audit log of the
// center and the operation log of every device are linked by it, so that one
// check tells for both whether an entry was altered, removed or moved.
//
// A chain shows tampering inside it. It cannot show that its newest entries
// were cut off: whoever keeps a log also keeps its last hash somewhere else
// (the center keeps that of each device; an audit export prints its own).
package chain

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
)

// Size is the length of a link in bytes.
const Size = sha256.Size

// domain keeps a link from ever being mistaken for another SHA-256 of the product.
const domain = "lianxin chain 1\x00"

// Link returns the hash of an entry: SHA-256 over the hash of the entry before
// it (empty for the first) and the entry's own canonical bytes.
func Link(prev, canonical []byte) []byte {
	h := sha256.New()
	h.Write([]byte(domain))
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(prev))))
	h.Write(prev)
	h.Write(canonical)
	return h.Sum(nil)
}

// Holds tells whether hash is the link of canonical after prev.
func Holds(prev, canonical, hash []byte) bool {
	return subtle.ConstantTimeCompare(Link(prev, canonical), hash) == 1
}

// Fields returns canonical bytes for a list of values: each with its length
// before it, so that no value can lend its end to the next one. Unlike JSON it
// keeps bytes that are not UTF-8 apart.
func Fields(values ...string) []byte {
	size := 0
	for _, v := range values {
		size += 8 + len(v)
	}
	out := make([]byte, 0, size)
	for _, v := range values {
		out = binary.BigEndian.AppendUint64(out, uint64(len(v)))
		out = append(out, v...)
	}
	return out
}
