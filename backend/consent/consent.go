package consent

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

// Consent is the signed record. The donor signs here; the checker signs on the
// staff's side of the same visit.
type Consent struct {
	Version    string    `json:"version"`
	Language   lang.Tag  `json:"language"`    // of the text when it was signed
	TextSHA256 string    `json:"text_sha256"` // hex; see Text.SHA256
	Strokes    []Stroke  `json:"strokes"`
	SignedAt   time.Time `json:"signed_at"` // the device's clock as said, UTC, whole milliseconds
	Digest     string    `json:"digest"`    // hex SHA-256 that binds all of the above to one visit
}

// Signing is what the screen says when a person has signed.
type Signing struct {
	VisitID    string
	Version    string   // of the text that was shown
	Language   lang.Tag // of the text when it was signed
	ScrolledIn lang.Tag // of the text whose end was on the screen, "" for none
	Strokes    []Stroke
	SignedAt   time.Time
}

// Sign makes the record of s under the text t. Faults: consent.visit_missing,
// consent.time_missing, consent.language, consent.text_changed (another version
// was on the screen: show the new one), consent.not_scrolled (not to its end, or
// in the other language only), and those of CheckSignature.
func Sign(t Text, s Signing) (Consent, error) {
	if s.VisitID == "" {
		return Consent{}, fault.New(fault.Invalid, "consent.visit_missing")
	}
	if s.SignedAt.IsZero() {
		return Consent{}, fault.New(fault.Invalid, "consent.time_missing")
	}
	if _, err := lang.Parse(string(s.Language)); err != nil {
		return Consent{}, fault.Wrap(err, fault.Invalid, "consent.language")
	}
	if s.Version != t.Version {
		return Consent{}, fault.New(fault.Conflict, "consent.text_changed").With("version", t.Version)
	}
	if s.ScrolledIn != s.Language {
		return Consent{}, fault.New(fault.Invalid, "consent.not_scrolled")
	}
	if err := CheckSignature(s.Strokes); err != nil {
		return Consent{}, err
	}
	c := Consent{
		Version:    t.Version,
		Language:   s.Language,
		TextSHA256: t.SHA256(s.Language),
		Strokes:    s.Strokes,
		// Databases and JSON of others keep milliseconds; the digest must survive them.
		SignedAt: s.SignedAt.UTC().Truncate(time.Millisecond),
	}
	c.Digest = c.digest(s.VisitID)
	return c, nil
}

// Verify tells whether c was signed for this visit under the text t, unchanged.
// Faults: consent.text_mismatch, consent.digest_mismatch, and those of CheckSignature.
func (c Consent) Verify(visitID string, t Text) error {
	if _, err := lang.Parse(string(c.Language)); err != nil {
		return fault.Wrap(err, fault.Invalid, "consent.language")
	}
	if c.Version != t.Version || c.TextSHA256 != t.SHA256(c.Language) {
		return fault.New(fault.Conflict, "consent.text_mismatch").With("version", c.Version)
	}
	if err := CheckSignature(c.Strokes); err != nil {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(c.Digest), []byte(c.digest(visitID))) != 1 {
		return fault.New(fault.Conflict, "consent.digest_mismatch")
	}
	return nil
}

// digest writes every part with its length in front, so that no two different
// records give the same bytes.
func (c Consent) digest(visitID string) string {
	h := sha256.New()
	number := func(n int64) {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], uint64(n))
		h.Write(b[:])
	}
	text := func(s string) { number(int64(len(s))); h.Write([]byte(s)) }
	text("lianxin consent 1")
	text(visitID)
	text(c.Version)
	text(string(c.Language))
	text(c.TextSHA256)
	number(c.SignedAt.UnixMilli())
	number(int64(len(c.Strokes)))
	for _, s := range c.Strokes {
		number(int64(len(s)))
		for _, p := range s {
			number(int64(p.X))
			number(int64(p.Y))
			number(int64(p.T))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
