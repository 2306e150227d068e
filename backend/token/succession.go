package token

import "lianxin/backend/chain"

const domainSuccession = "lianxin succession 1\x00"

// ProveSuccession signs, with the key of a machine's earlier enrolment, that the
// machine goes on under another key: the log it kept may be delivered by it. The
// one-time code makes the statement good for one enrolment only.
func ProveSuccession(earlier Key, deviceID string, code Code, next PublicKey) string {
	return encodeSignature(earlier.Sign(succession(deviceID, code, next)))
}

// CheckSuccession checks that proof; fault "enrolment.predecessor_proof".
func CheckSuccession(earlier PublicKey, deviceID string, code Code, next PublicKey, proof string) error {
	return checkSignature(earlier, succession(deviceID, code, next), proof, "enrolment.predecessor_proof")
}

func succession(deviceID string, code Code, next PublicKey) []byte {
	return append([]byte(domainSuccession), chain.Fields(deviceID, string(code), next.id)...)
}
