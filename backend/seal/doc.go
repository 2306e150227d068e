// Package seal protects single fields of the database: names, numbers, phones,
// answers, results. What is read out of a stolen disk or backup is an envelope
// that says nothing, not even how long a short value was.
//
// Use:
//
//	keys, err := seal.Load(seal.Source{...})          // once, at start
//	env, err := keys.Seal(seal.Place{"donor", "name", id}, []byte(name))
//	name, err := keys.Open(seal.Place{"donor", "name", id}, env)
//	where := keys.Index("donor.number", number)       // equality search only
//
// An envelope opens only at the place it was sealed for: copied to another row
// or column it is refused as tampered. The format is promised to stay readable:
// a new algorithm gets a new first byte.
//
// Envelope, in bytes:
//
//	0      version and algorithm: 1 = XChaCha20-Poly1305; 2 is kept for SM4-GCM (GB/T 32907);
//	       3 = XChaCha20-Poly1305 of a value that was deflated (RFC 1951)
//	1–4    id of the key, big endian
//	5–28   nonce, random
//	29–    ciphertext of the padded value and 16 bytes of tag
//
// The value is padded with one byte 80 and zeros to a multiple of 32 (ISO/IEC
// 7816-4): "yes" and "no", or a name of two and of four characters, give
// envelopes of the same length. A value of a kilobyte and more is deflated before, where
// that helps, and padded to a multiple of 512. Bytes 0–4 and the place are associated data.
//
// Key file (JSON, mode 0600; the same text is what a systemd credential holds):
//
//	{
//	  "format": "lianxin-keys/1",
//	  "current": 2,
//	  "seal": [
//	    {"id": 1, "algorithm": "xchacha20-poly1305", "created": "2026-01-01T00:00:00Z", "secret": "<32 bytes, base64>"},
//	    {"id": 2, "algorithm": "xchacha20-poly1305", "created": "2026-07-01T00:00:00Z", "secret": "<32 bytes, base64>"}
//	  ],
//	  "index": {"created": "2026-01-01T00:00:00Z", "secret": "<32 bytes, base64>"}
//	}
//
// To rotate, add a key and make it current; keep the old ones until every row
// is sealed again (NeedsReseal tells which). The index secret has no rotation:
// changing it means computing every index column again.
//
// Nothing here takes a source of randomness from outside: a nonce that could be
// injected could be repeated, and one repeated nonce opens two values.
package seal
