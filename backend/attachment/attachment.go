// Package attachment takes in what people hand in as proof: photographs, scans and PDFs.
//
// What a file is, its bytes say, never its name. Pictures are decoded, set upright, made
// no larger than is needed to read them and written anew, so that nothing is kept that is
// not the picture: no place, no device, no second image behind it. PDFs are kept as they
// are, for a re-written scan proves nothing, but only when they can be opened by anybody
// and run nothing.
//
// It knows nothing of claims and keeps nothing.
package attachment

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"lianxin/backend/fault"
)

// Type is a media type that is taken.
type Type string

const (
	JPEG Type = "image/jpeg"
	PNG  Type = "image/png"
	PDF  Type = "application/pdf"
)

// MaxBytes is the largest file that is taken: a photograph of a phone has 3 to 8 MB, and
// a request with its base64 stays under what the API takes.
const MaxBytes = 10 << 20

// Kept is what is kept of a file.
type Kept struct {
	Type    Type
	Content []byte
	Preview []byte // JPEG; nil for a PDF
	Pages   int
	Width   int    // px; 0 for a PDF
	Height  int    // px
	SHA256  string // of what was handed in, hex
	Print   string // see Print; "" for a PDF
}

// Take reads a file. Faults: "attachment.empty", "attachment.too_large" with max_bytes,
// "attachment.type" for what is none of the types, "attachment.damaged" for what cannot
// be read, "attachment.pixels" for more or fewer of them than a page has,
// "attachment.locked" for a PDF with a password, "attachment.active" for one that runs
// something or carries other files, "attachment.pages" with max_pages.
func Take(file []byte) (Kept, error) {
	switch {
	case len(file) == 0:
		return Kept{}, fault.New(fault.Invalid, "attachment.empty")
	case len(file) > MaxBytes:
		return Kept{}, fault.New(fault.TooLarge, "attachment.too_large").With("max_bytes", MaxBytes)
	}
	sum := sha256.Sum256(file)
	kept, err := take(file)
	kept.SHA256 = hex.EncodeToString(sum[:])
	return kept, err
}

func take(file []byte) (Kept, error) {
	switch Sniff(file) {
	case JPEG:
		return takePicture(file, JPEG)
	case PNG:
		return takePicture(file, PNG)
	case PDF:
		return takePDF(file)
	}
	return Kept{}, fault.New(fault.Invalid, "attachment.type")
}

// beginnings are how files of each type begin.
var beginnings = []struct {
	begin string
	is    Type
}{
	{"\xff\xd8\xff", JPEG},
	{"\x89PNG\r\n\x1a\n", PNG},
	{"%PDF-", PDF},
}

// Sniff tells by a file's first bytes what it is; "" for what is not taken.
func Sniff(file []byte) Type {
	for _, b := range beginnings {
		if bytes.HasPrefix(file, []byte(b.begin)) {
			return b.is
		}
	}
	return ""
}
