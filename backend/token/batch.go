package token

import (
	"crypto/sha256"
	"strconv"
	"strings"

	"lianxin/backend/chain"
)

// Each kind of message a device signs begins with its own words, so that a
// signature over one can never be shown as a signature over another. A token's
// signed bytes are base64url and a dot and cannot begin so either.
const (
	domainBatch      = "lianxin batch 1\x00"
	domainPossession = "lianxin possession 1\x00"

	signatureVersion = "v1."
)

// Batch is one push of a device. The signature covers all of it, so that a
// batch cannot be shown as another device's, nor at another place of its log.
type Batch struct {
	Device string
	Seq    int64 // sequence of the first operation in it
	Body   []byte
}

func (b Batch) message() []byte {
	digest := sha256.Sum256(b.Body)
	return append([]byte(domainBatch), chain.Fields(b.Device, strconv.FormatInt(b.Seq, 10), string(digest[:]))...)
}

// SignBatch returns the detached signature of a batch, 89 characters.
func SignBatch(key Key, b Batch) string { return encodeSignature(key.Sign(b.message())) }

// VerifyBatch checks a batch with the stored key of its device; fault
// "token.batch_signature". A batch shown twice is not refused here: its
// operations are, one by one, as already applied.
func VerifyBatch(key PublicKey, b Batch, signature string) error {
	return checkSignature(key, b.message(), signature, "token.batch_signature")
}

// ProvePossession shows that a new device holds the private half of the key it
// asks to be enrolled with. code is the enrolment code, so that the proof is of
// no use for another enrolment.
func ProvePossession(key Key, code Code) string {
	return encodeSignature(key.Sign(possession(key.public, code)))
}

// CheckPossession checks that proof; fault "enrolment.proof".
func CheckPossession(key PublicKey, code Code, proof string) error {
	return checkSignature(key, possession(key, code), proof, "enrolment.proof")
}

func possession(key PublicKey, code Code) []byte {
	return append([]byte(domainPossession), chain.Fields(string(code), key.id)...)
}

func encodeSignature(signature []byte) string {
	return signatureVersion + segment.EncodeToString(signature)
}

func checkSignature(key PublicKey, message []byte, encoded, code string) error {
	text, ok := strings.CutPrefix(encoded, signatureVersion)
	if !ok || strings.ContainsAny(text, "\r\n") {
		return refuse(code, "not a signature of this version")
	}
	signature, err := segment.DecodeString(text)
	if err != nil || !key.Verify(message, signature) {
		return refuse(code, "the signature is wrong")
	}
	return nil
}
