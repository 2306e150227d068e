package node

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"

	"lianxin/backend/sample"
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
			name, content = fmt.Sprintf("%s%02d.pdf", c.person.Name, i), sample.Page(fmt.Sprintf("%d %s %s", i, c.person.Document.Number, c.phone))
		}
		if err := os.WriteFile(filepath.Join(o.scanner, name), content, 0o600); err != nil {
			o.t.Fatal(err)
		}
	}
}
