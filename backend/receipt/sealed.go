package receipt

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/receipt/typeface"
)

// document is what a PDF says about itself.
type document struct {
	title string
	made  time.Time
}

// standIns are the fonts drawPages sets text in, by weight.
var standIns = [...]string{typeface.Regular: "/BaseFont /Times-Roman\n", typeface.Bold: "/BaseFont /Times-Bold\n"}

// sealed turns the PDF of drawPages into the one that is given out: it puts our
// fonts in the place of the stand-ins, with the table that leads from glyphs
// back to characters, and replaces everything that changes from run to run by
// what the document says of itself.
func sealed(raw []byte, weights []*typeface.Subset, d document) ([]byte, error) {
	f, err := splitPDF(raw)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for w, subset := range weights {
		n := f.find([]byte(standIns[w]))
		if n == 0 {
			if len(subset.Runes()) > 0 {
				return nil, fmt.Errorf("pdf: no font %q", standIns[w])
			}
			continue
		}
		if resource := f.resourceName(n); resource != "" {
			names[resource] = fmt.Sprintf("/F%d", w+1)
		}
		objects, err := fontObjects(f.count+1, typeface.Weight(w), subset)
		if err != nil {
			return nil, err
		}
		f.objects[n] = objects[0]
		for _, o := range objects[1:] {
			f.count++
			f.objects[f.count] = o
		}
	}
	for n, o := range f.objects {
		if f.objects[n], err = settled(o, names); err != nil {
			return nil, err
		}
	}
	f.objects[f.info] = d.info()
	f.objects[f.root] = []byte("<</Type /Catalog /Pages 1 0 R /Lang (zh-CN) /PageLayout /SinglePage" +
		" /ViewerPreferences <</PrintScaling /None /DisplayDocTitle true>>>>")
	return f.bytes(), nil
}

// settled shortens the library's font names in an object and compresses page
// content.
func settled(object []byte, names map[string]string) ([]byte, error) {
	body, isContent := contentOf(object)
	if !isContent {
		return renamed(object, names), nil
	}
	return stream("", renamed(body, names))
}

func renamed(b []byte, names map[string]string) []byte {
	for long, short := range names {
		b = bytes.ReplaceAll(b, []byte(long), []byte(short))
	}
	return b
}

var contentStart = regexp.MustCompile(`^<</Length (\d+)>>\nstream\n`)

// contentOf returns the bytes of a page's uncompressed content stream.
func contentOf(object []byte) ([]byte, bool) {
	m := contentStart.FindSubmatch(object)
	if m == nil {
		return nil, false
	}
	length, err := strconv.Atoi(string(m[1]))
	if err != nil || len(m[0])+length > len(object) {
		return nil, false
	}
	return object[len(m[0]) : len(m[0])+length], true
}

// info is the document's own description. The time of change is the time of
// making: the file is never changed. Both are in Beijing time.
func (d document) info() []byte {
	date := d.made.In(calendar.Beijing).Format("D:20060102150405+08'00'")
	return fmt.Appendf(nil, "<</Title %s /Producer (Lianxin) /CreationDate (%s) /ModDate (%s)>>", textString(d.title), date, date)
}

// pdfFile is a PDF taken apart into its numbered objects.
type pdfFile struct {
	objects    map[int][]byte
	count      int // objects, the first is 1
	root, info int
}

var trailer = regexp.MustCompile(`trailer\n<<\n/Size (\d+)\n/Root (\d+) 0 R\n/Info (\d+) 0 R\n>>\nstartxref\n(\d+)\n`)

var mediaBox = regexp.MustCompile(`/MediaBox \[0 0 [0-9.]+ ([0-9.]+)\]`)

// HeightMM returns the height of the first page of a PDF that Render made, in
// millimetres: the length of paper a roll printer must feed. Pages of a roll
// are whole millimetres long.
func HeightMM(pdf []byte) (int, error) {
	m := mediaBox.FindSubmatch(pdf)
	if m == nil {
		return 0, errors.New("pdf: no page size")
	}
	points, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		return 0, fmt.Errorf("pdf: page size: %w", err)
	}
	return int(math.Round(points * point)), nil
}

// splitPDF takes a file apart at the offsets of its cross-reference table. It
// reads what our PDF library writes, not every PDF there is.
func splitPDF(raw []byte) (*pdfFile, error) {
	m := trailer.FindSubmatch(raw[max(0, len(raw)-200):])
	if m == nil {
		return nil, errors.New("pdf: no trailer")
	}
	var n [4]int
	for i := range n {
		n[i], _ = strconv.Atoi(string(m[i+1])) // digits, by the expression
	}
	size, tableAt := n[0], n[3]
	f := &pdfFile{objects: map[int][]byte{}, count: size - 1, root: n[1], info: n[2]}
	head := fmt.Sprintf("xref\n0 %d\n", size)
	if tableAt > len(raw) || !bytes.HasPrefix(raw[tableAt:], []byte(head)) || len(raw) < tableAt+len(head)+20*size {
		return nil, errors.New("pdf: no cross-reference table")
	}
	starts := make([]objectStart, 0, f.count)
	for i := 1; i <= f.count; i++ {
		entry := raw[tableAt+len(head)+20*i:]
		at, err := strconv.Atoi(string(entry[:10]))
		if err != nil || at > tableAt {
			return nil, fmt.Errorf("pdf: offset of object %d", i)
		}
		starts = append(starts, objectStart{i, at})
	}
	slices.SortFunc(starts, func(a, b objectStart) int { return a.at - b.at })
	starts = append(starts, objectStart{0, tableAt})
	for i, s := range starts[:f.count] {
		body, isObject := bytes.CutPrefix(raw[s.at:starts[i+1].at], fmt.Appendf(nil, "%d 0 obj\n", s.number))
		body, isWhole := bytes.CutSuffix(body, []byte("\nendobj\n"))
		if !isObject || !isWhole {
			return nil, fmt.Errorf("pdf: object %d is not where the table says", s.number)
		}
		f.objects[s.number] = body
	}
	return f, nil
}

type objectStart struct{ number, at int }

// find returns the number of the first font object that holds part, or 0.
func (f *pdfFile) find(part []byte) int {
	for n := 1; n <= f.count; n++ {
		if o := f.objects[n]; bytes.HasPrefix(o, []byte("<</Type /Font\n")) && bytes.Contains(o, part) {
			return n
		}
	}
	return 0
}

// resourceName returns the name pages call object n by: /F and 40 digits.
func (f *pdfFile) resourceName(n int) string {
	entry := regexp.MustCompile(`(/F[0-9a-f]{40}) ` + strconv.Itoa(n) + ` 0 R`)
	for i := 1; i <= f.count; i++ {
		if m := entry.FindSubmatch(f.objects[i]); m != nil {
			return string(m[1])
		}
	}
	return ""
}

// bytes writes the file. Its identifier is a digest of its content.
func (f *pdfFile) bytes() []byte {
	b := []byte("%PDF-1.7\n%\xE8\xBF\x9E\xE5\xBF\x83\n")
	offsets := make([]int, f.count+1)
	for n := 1; n <= f.count; n++ {
		offsets[n] = len(b)
		b = fmt.Appendf(b, "%d 0 obj\n", n)
		b = append(b, f.objects[n]...)
		b = append(b, "\nendobj\n"...)
	}
	sum := sha256.Sum256(b)
	at := len(b)
	b = fmt.Appendf(b, "xref\n0 %d\n0000000000 65535 f \n", f.count+1)
	for _, offset := range offsets[1:] {
		b = fmt.Appendf(b, "%010d 00000 n \n", offset)
	}
	return fmt.Appendf(b, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%x> <%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		f.count+1, f.root, f.info, sum[:16], sum[:16], at)
}
