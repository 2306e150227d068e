// Package consent holds what a donor agrees to before giving blood: the dated
// texts, the signed record, and the private choice made after it.
//
// A text is data (texts/*.yaml): one file per version, both languages, with
// every topic that GB 18467-2011 §5 (informed consent of the donor) wants the
// donor to be told. A signed Consent names the version, carries the hash of the
// exact words that were on the screen, and is bound to one visit by a digest, so
// that neither the words nor the signature can later be moved elsewhere.
package consent
