// Package token says who is calling: keys of the center and of its devices, the
// enrolment of a new device, and the signed tokens between them.
//
// A device makes its own Ed25519 key and never gives it away. It is enrolled
// once (Code, Enrolment), with staff comparing a Fingerprint on two screens.
// From then on it asks for access tokens with an Assertion (RFC 7523), gets one
// from the Issuer for at most ten minutes, and signs every batch it pushes.
//
// Tokens are JWTs (RFC 7519) with one algorithm, EdDSA over Ed25519 (RFC 8037),
// made and checked with golang-jwt. That library alone accepts an unknown crit,
// any typ, line breaks inside a signature, and a token without exp; therefore
// everything of a token is checked here before and after it: size, characters,
// encoding, duplicate names, header, algorithm of the key, claims, time.
// Every refusal has a code of its own:
//
//	token.too_large         over MaxToken bytes
//	token.malformed         not three parts of unpadded base64url, or not strict JSON inside
//	token.header_forbidden  the header says more than alg, typ and kid (crit, jku, jwk, x5u, x5c, b64 …)
//	token.algorithm         not the one algorithm of the key
//	token.type              another typ than expected
//	token.key_unknown       no such key, nor such a device or login
//	token.key_rolled        the center has replaced the key since: ask for another token
//	token.signature         the signature is wrong
//	token.claim_missing     a required claim is not there
//	token.claim_invalid     a claim has a wrong form
//	token.issuer            from somebody else
//	token.audience          for somebody else
//	token.lifetime          valid for longer than allowed
//	token.expired           too late; parameter "now" is the checker's clock
//	token.early             too soon; parameter "now" is the checker's clock
//	token.replayed          seen before
//	token.revoked           withdrawn
//	token.scope             does not allow this
//	token.binding           signed by another key than the device's or the login's own
package token

import (
	"errors"

	"lianxin/backend/fault"
)

// Ended are the refusals after which a device or a login is given no token any more: it has to
// be enrolled, or somebody to log in, anew.
var Ended = []string{"token.revoked", "token.key_unknown", "token.binding"}

// refuse returns a refusal. why is for the log and never quotes the token.
func refuse(code, why string) *fault.Fault {
	return fault.Wrap(errors.New(why), fault.Unauthorized, code)
}
