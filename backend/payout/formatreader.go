package payout

import (
	"slices"
	"strings"

	"lianxin/backend/policy/packfile"
)

// Load reads the files of one format. Faults are those of packfile.Read.
func Load(sources []packfile.Source) (Format, error) {
	reader := &formatReader{format: Format{Lines: map[LineField][]string{}}}
	written, err := packfile.Read(sources, reader)
	if err != nil {
		return Format{}, err
	}
	reader.format.Written = written
	return reader.format, nil
}

// LoadBytes reads a format from one YAML stream. The name stands for the file in reports.
func LoadBytes(name string, data []byte) (Format, error) {
	return Load([]packfile.Source{{Name: name, Data: data}})
}

// formatReader turns documents into a format.
type formatReader struct {
	format   Format
	examples []packfile.Cursor
}

// Document implements packfile.Pack.
func (r *formatReader) Document(top packfile.Cursor) {
	fields := top.Mapping("pack", "file", "statement", "examples")
	if c, ok := fields["pack"]; ok {
		r.format.Head.Read(c)
	}
	if c, ok := fields["file"]; ok {
		r.file(c)
	}
	if c, ok := fields["statement"]; ok {
		names := make([]string, len(LineFields()))
		for i, f := range LineFields() {
			names[i] = string(f)
		}
		for name, f := range c.Mapping(names...) {
			for _, heading := range f.Sequence(packfile.MaxListItems) {
				r.format.Lines[LineField(name)] = append(r.format.Lines[LineField(name)], heading.Text())
			}
		}
	}
	if c, ok := fields["examples"]; ok {
		r.examples = append(r.examples, c.Sequence(packfile.MaxExamples)...)
	}
}

func (r *formatReader) file(c packfile.Cursor) {
	fields := c.Mapping("kind", "encoding", "columns")
	packfile.Need(c, fields, "kind", func(f packfile.Cursor) { r.format.Kind = packfile.OneOf(f, CSV, XLSX) })
	if r.format.Kind == CSV {
		packfile.Need(c, fields, "encoding", func(f packfile.Cursor) { r.format.Encoding = packfile.OneOf(f, UTF8, GB18030) })
	}
	packfile.Need(c, fields, "columns", func(f packfile.Cursor) {
		for _, one := range f.Sequence(packfile.MaxListItems) {
			r.column(one)
		}
	})
}

func (r *formatReader) column(c packfile.Cursor) {
	var column Column
	fields := c.Mapping("title", "of", "text")
	packfile.Need(c, fields, "title", func(f packfile.Cursor) { column.Title = f.Text() })
	if f, ok := fields["of"]; ok {
		column.Of = packfile.OneOf(f, Values()...)
	}
	if f, ok := fields["text"]; ok {
		column.Text = f.Text()
	}
	if (column.Of == "") == (column.Text == "") {
		c.Fault("pack.one_of", "a column has either of or text")
	}
	if IsFormula(column.Title) || IsFormula(column.Text) {
		c.Fault("pack.formula", "a spreadsheet would take this for a formula")
	}
	r.format.Columns = append(r.format.Columns, column)
}

// Finish implements packfile.Pack.
func (r *formatReader) Finish(whole packfile.Cursor) {
	missing := map[string]bool{"pack": !r.format.Head.IsRead(), "file": len(r.format.Columns) == 0, "statement": len(r.format.Lines) == 0}
	for _, need := range []Value{BillNumber, ToAccount, ToHolder} {
		if len(r.format.Columns) > 0 && !slices.ContainsFunc(r.format.Columns, func(c Column) bool { return c.Of == need }) {
			whole.Fault("pack.missing_field", "no column of the file holds %q: without it nobody can be paid, or no payment be found again", need)
		}
	}
	packfile.Examine(whole, missing, r.examples, r.run)
}

// run reads one example: a payment and the row it becomes, or rows of a statement and the line they are.
func (r *formatReader) run(c packfile.Cursor) {
	fields := c.Mapping("name", "payment", "row", "statement", "line")
	texts := func(f packfile.Cursor) []string {
		var all []string
		for _, one := range f.Sequence(packfile.MaxListItems) {
			all = append(all, one.Text())
		}
		return all
	}
	if f, ok := fields["payment"]; ok {
		var p Payment
		values := f.Mapping("number", "claim", "account", "holder", "bank", "fen")
		for name, into := range map[string]*string{"number": &p.Number, "claim": &p.Claim, "account": &p.Payee.Account, "holder": &p.Payee.Holder, "bank": &p.Payee.Bank} {
			packfile.Need(f, values, name, func(f packfile.Cursor) { *into = f.Text() })
		}
		packfile.Need(f, values, "fen", func(f packfile.Cursor) { p.AmountFen = int64(f.Positive()) })
		packfile.Need(c, fields, "row", func(f packfile.Cursor) {
			if is := r.format.Row(1, p); !slices.Equal(texts(f), is) {
				f.Fault("pack.example_failed", "the row is %q", is)
			}
		})
		return
	}
	packfile.Need(c, fields, "statement", func(f packfile.Cursor) {
		rows := f.Sequence(2)
		if len(rows) != 2 {
			f.Fault("pack.example_failed", "a row of headings and a row are wanted")
			return
		}
		heads, ok := r.format.Heads(texts(rows[0]))
		if !ok {
			f.Fault("pack.example_failed", "these headings are none of a statement")
			return
		}
		line, _, why := r.format.Line(heads, texts(rows[1]))
		packfile.Need(c, fields, "line", func(f packfile.Cursor) { r.expect(f, line, why) })
	})
}

func (r *formatReader) expect(c packfile.Cursor, line Line, why string) {
	fields := c.Mapping("serial", "on", "fen", "incoming", "account", "remark", "why")
	same := func(name string, is func(f packfile.Cursor) bool) {
		if f, ok := fields[name]; ok && !is(f) {
			f.Fault("pack.example_failed", "the line is %+v, why not: %q", line, why)
		}
	}
	same("serial", func(f packfile.Cursor) bool { return f.Text() == line.Serial })
	same("on", func(f packfile.Cursor) bool { return f.Date() == line.On })
	same("fen", func(f packfile.Cursor) bool { return int64(f.Positive()) == line.AmountFen })
	same("incoming", func(f packfile.Cursor) bool { return f.Boolean() == line.Incoming })
	same("account", func(f packfile.Cursor) bool { return f.Text() == line.Account })
	same("remark", func(f packfile.Cursor) bool { return strings.TrimSpace(f.Text()) == line.Remark })
	same("why", func(f packfile.Cursor) bool { return f.Text() == why })
}
