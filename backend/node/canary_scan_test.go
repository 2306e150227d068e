package node

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
)

// scans lays pages into the scanner's folder: a picture, and PDFs that hold a canary's values
// as anybody would read them.
func (o *office) scans(n int, c canary) {
	o.t.Helper()
	img := image.NewGray(image.Rect(0, 0, 240, 320))
	for i := range img.Pix {
		img.SetGray(i%240, i/240, color.Gray{uint8(i * 7 % 256)}) //nolint:gosec // below 256
	}
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, img, nil); err != nil {
		o.t.Fatal(err)
	}
	for i := range n {
		name, content := fmt.Sprintf("%s%02d.jpg", c.person.Name, i), picture.Bytes()
		if i > 0 {
			name, content = fmt.Sprintf("%s%02d.pdf", c.person.Name, i), scanned(fmt.Sprintf("%d %s %s", i, c.person.Document.Number, c.phone))
		}
		if err := os.WriteFile(filepath.Join(o.scanner, name), content, 0o600); err != nil {
			o.t.Fatal(err)
		}
	}
}

// scanned is a PDF of one page with a text that is not compressed.
func scanned(text string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	var at []int
	content := "BT /F1 12 Tf 20 100 Td (" + text + ") Tj ET"
	for i, object := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(content), content), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"} {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj%s\nendobj\n", i+1, object)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return out.Bytes()
}
