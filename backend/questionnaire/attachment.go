package questionnaire

import (
	"crypto/sha1" //nolint:gosec // FHIR's Attachment.hash is SHA-1
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
)

// Attachment is a file, in place or by address.
// http://hl7.org/fhir/R4/datatypes.html#Attachment
type Attachment struct {
	ContentType string      `json:"contentType,omitempty"`
	Language    string      `json:"language,omitempty"`
	Data        string      `json:"data,omitempty"` // base64
	URL         string      `json:"url,omitempty"`
	Size        json.Number `json:"size,omitempty"` // bytes
	Hash        string      `json:"hash,omitempty"`
	Title       string      `json:"title,omitempty"`
	Creation    string      `json:"creation,omitempty"`
}

func (r *reader) attachment(place at) *Attachment {
	r.only(place, " id extension contentType language data url size hash title creation ")
	return &Attachment{ContentType: r.text(place, "contentType"), Language: r.text(place, "language"),
		Data: r.text(place, "data"), URL: r.text(place, "url"), Size: r.number(place, "size"),
		Hash: r.text(place, "hash"), Title: r.text(place, "title"), Creation: r.text(place, "creation")}
}

// checkAttachment holds size, type and hash. The size that counts is that of
// the data; the stated one only where the data is elsewhere.
func (c *answerCheck) checkAttachment(a *Attachment) {
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(a.Data), ""))
	if err != nil {
		c.add(invalidValue, "The data is not base64")
		return
	}
	stated, hasSize := decimal(a.Size.String())
	if a.Size != "" && (!hasSize || !stated.IsInt() || stated.Sign() < 0) {
		c.add(invalidValue, "The size is not a whole number of bytes")
		return
	}
	size := new(big.Rat).SetInt64(int64(len(data)))
	if a.Data == "" && hasSize {
		size = stated
	}
	if a.Data != "" && hasSize && stated.Cmp(size) != 0 {
		c.add(attachmentInconsistent, "The stated size is not the size of the data")
	}
	if limit, ok := c.item.ext().value(extMaxSize); ok {
		if most, ok := limit.rat(); ok && size.Cmp(most) > 0 {
			c.issues = append(c.issues, c.issue(maxAttachmentSize).
				says(atMost+" "+ratText(most)+" bytes, given "+ratText(size)).with("limit", ratText(most)))
		}
	}
	c.checkContentType(a)
	c.checkHash(a, data)
}

func (c *answerCheck) checkContentType(a *Attachment) {
	permitted := c.item.ext().values(extMimeType)
	got := mediaType(a.ContentType)
	for _, p := range permitted {
		want := mediaType(p.Text)
		family, anyOf := strings.CutSuffix(want, "/*")
		if got == want || anyOf && strings.HasPrefix(got, family+"/") {
			return
		}
	}
	if len(permitted) > 0 {
		c.add(invalidAttachmentType, "The content type is not one of the permitted types")
	} else if a.Data != "" && got == "" {
		c.add(attachmentIncomplete, "Data needs a content type (FHIR rule att-1)")
	}
}

func mediaType(contentType string) string {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

func (c *answerCheck) checkHash(a *Attachment, data []byte) {
	if a.Hash == "" || a.Data == "" {
		return
	}
	sum := sha1.Sum(data) //nolint:gosec // as the standard says; it guards against mix-ups, not against forgers
	if base64.StdEncoding.EncodeToString(sum[:]) != a.Hash {
		c.add(attachmentHash, "The stated hash is not that of the data")
	}
}
