package seal

import (
	"encoding/binary"
	"fmt"
)

// Single is a keyring out of one secret of 32 bytes: for what is kept for somebody who
// brings the secret along, as a desk's login does. Nothing of it is written anywhere.
func Single(secret []byte) (*Keyring, error) {
	if len(secret) != secretSize {
		return nil, fmt.Errorf("a secret has %d bytes instead of %d", len(secret), secretSize)
	}
	// An id of the secret's own: what another secret sealed is "under an unknown key" and not "tampered with".
	id := max(binary.BigEndian.Uint32(derive(secret, "single/id")), 1)
	key := Key{ID: id, Algorithm: algorithmName, Secret: derive(secret, "single/seal")}
	return newKeyring(File{Format: Format, Current: id, Seal: []Key{key}, Index: IndexKey{Secret: derive(secret, "single/index")}})
}
