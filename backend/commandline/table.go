package commandline

import (
	"bytes"
	"io"
	"strings"

	"github.com/rivo/uniseg"
)

// Table writes lines whose cells end with tabs in columns. A column is as wide on a
// terminal as the widest of its cells, where a Chinese character takes two places;
// text/tabwriter counts characters, and what stands behind a name drifts.
type Table struct {
	out  io.Writer
	text bytes.Buffer
}

// NewTable writes to out, when it is flushed.
func NewTable(out io.Writer) *Table { return &Table{out: out} }

// gap is how many places lie between two columns.
const gap = 2

// Write implements io.Writer.
func (t *Table) Write(p []byte) (int, error) { return t.text.Write(p) }

// Flush writes the lines that were gathered.
func (t *Table) Flush() error {
	var widths []int
	for line := range strings.Lines(t.text.String()) {
		for i, cell := range columns(line) {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], uniseg.StringWidth(cell))
		}
	}
	var aligned strings.Builder
	for line := range strings.Lines(t.text.String()) {
		cells := columns(line)
		for i, cell := range cells {
			aligned.WriteString(cell + strings.Repeat(" ", widths[i]-uniseg.StringWidth(cell)+gap))
		}
		aligned.WriteString(line[strings.LastIndexByte(line, '\t')+1:])
	}
	t.text.Reset()
	_, err := io.WriteString(t.out, aligned.String())
	return err
}

// columns are the cells of a line that are followed by another; the last one needs no width.
func columns(line string) []string {
	cells := strings.Split(line, "\t")
	return cells[:len(cells)-1]
}
