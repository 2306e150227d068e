package staff

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Params are the cost of one Argon2id hash (RFC 9106).
type Params struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// Current is what new hashes cost: the second recommended option of RFC 9106 §4.
// A stored hash of another cost is made anew at the next right login.
var Current = Params{Memory: 64 << 10, Passes: 3, Threads: 4}

const (
	saltSize = 16
	hashSize = 32

	// A stored hash may not ask for more than this: a row somebody has written to
	// must not be able to stop the center.
	maxMemory  = 1 << 20 // KiB
	maxPasses  = 16
	maxThreads = 16
)

// errHash never quotes the stored text.
var errHash = errors.New("stored password hash is not a PHC string of Argon2id")

// Hasher makes and checks password hashes. It lets only a few run at once: each
// takes 64 MiB, and a rush of logins must not take all the memory there is.
type Hasher struct {
	params Params
	random io.Reader
	slots  chan struct{}
	decoy  string
}

// NewHasher returns a Hasher for at most parallel hashes at a time.
func NewHasher(params Params, random io.Reader, parallel int) (*Hasher, error) {
	h := &Hasher{params: params, random: random, slots: make(chan struct{}, parallel)}
	decoy, err := h.Hash(context.Background(), "nobody has this password")
	h.decoy = decoy
	return h, err
}

// Hash returns the PHC string of a password.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	sum, err := h.compute(ctx, h.params, password, salt, hashSize)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.params.Memory, h.params.Passes, h.params.Threads, phc.EncodeToString(salt), phc.EncodeToString(sum)), nil
}

// Check tells whether a password is the one of a stored hash, and whether the
// hash should be made anew because its cost is not the current one.
func (h *Hasher) Check(ctx context.Context, stored, password string) (ok, outdated bool, err error) {
	params, salt, want, err := parsePHC(stored)
	if err != nil {
		return false, false, err
	}
	got, err := h.compute(ctx, params, password, salt, len(want))
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, params != h.params || len(want) != hashSize, nil
}

// Waste takes as long as Check does, for a login name nobody has: how long an
// answer takes must not tell which names exist.
func (h *Hasher) Waste(ctx context.Context, password string) error {
	_, _, err := h.Check(ctx, h.decoy, password)
	return err
}

func (h *Hasher) compute(ctx context.Context, p Params, password string, salt []byte, size int) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("hash password: %w", ctx.Err())
	}
	return argon2.IDKey([]byte(normal(password)), salt, p.Passes, p.Memory, p.Threads, uint32(size)), nil
}

var phc = base64.RawStdEncoding.Strict()

// parsePHC reads $argon2id$v=19$m=65536,t=3,p=4$salt$hash.
func parsePHC(stored string) (p Params, salt, sum []byte, err error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errHash
	}
	n, scanErr := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Passes, &p.Threads)
	if scanErr != nil || n != 3 || fmt.Sprintf("m=%d,t=%d,p=%d", p.Memory, p.Passes, p.Threads) != parts[3] {
		return p, nil, nil, errHash
	}
	salt, saltErr := phc.DecodeString(parts[4])
	sum, sumErr := phc.DecodeString(parts[5])
	isBounded := p.Memory >= 8*uint32(p.Threads) && p.Memory <= maxMemory && p.Passes >= 1 && p.Passes <= maxPasses &&
		p.Threads >= 1 && p.Threads <= maxThreads && len(salt) >= 8 && len(salt) <= 64 && len(sum) >= 16 && len(sum) <= 64
	if saltErr != nil || sumErr != nil || !isBounded {
		return p, nil, nil, errHash
	}
	return p, salt, sum, nil
}
