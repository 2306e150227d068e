package attachment

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"lianxin/backend/fault"
)

// pdf writes a PDF of one empty page by hand, with more in its catalogue.
func pdf(more string) []byte { return pdfOf(1, more) }

func pdfOf(pages int, more string) []byte {
	kids := strings.TrimSpace(strings.Repeat("3 0 R ", pages))
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R " + more + " >>",
		fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", kids, pages),
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return out.Bytes()
}

func TestPDFsOfManyPagesAreNotTaken(t *testing.T) {
	if _, err := Take(pdfOf(maxPages+1, "")); fault.CodeOf(err) != "attachment.pages" {
		t.Error(err)
	}
}
