package settlement

import (
	"strconv"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
	"lianxin/backend/ledger"
	"lianxin/backend/money"
	"lianxin/backend/site"
)

// Table is a part of a statement in one language, for whatever shows it: each number
// stands in it once, so that paper and workbook cannot differ.
type Table struct {
	Title   string
	Columns []Column
	Rows    [][]Cell
}

// Column is what a column of a table holds.
type Column struct {
	Title    string
	IsAmount bool // fen, or a count
	Share    float64
}

// Cell is a text, or an amount as its column says.
type Cell struct {
	Text   string
	Amount int64
	IsFen  bool
}

func text(s string) Cell    { return Cell{Text: s} }
func count(n int) Cell      { return Cell{Amount: int64(n)} }
func amount(fen int64) Cell { return Cell{Amount: fen, IsFen: true} }

// String writes a cell for people: yuan with two decimals.
func (c Cell) String() string {
	switch {
	case c.Text != "":
		return c.Text
	case c.IsFen:
		return money.Yuan(c.Amount)
	}
	return strconv.FormatInt(c.Amount, 10)
}

// Title is the statement's own.
func (s Statement) Title(tag lang.Tag) string {
	return lang.Text{ZH: "用血费用垫付结算单", EN: "Statement of advances for blood costs"}.In(tag)
}

// About are the lines beneath the title: of whom, of when, and by what it is known.
func (s Statement) About(tag lang.Tag) []string {
	name := s.District
	if d, ok := site.Districts().District(s.District); ok {
		name = d.Name.In(tag) + " " + s.District
	}
	about := []string{
		lang.Text{ZH: "区：", EN: "District: "}.In(tag) + name + lang.Text{ZH: "　月份：", EN: "   Month: "}.In(tag) + string(s.Month) +
			lang.Text{ZH: "　编号：", EN: "   Number: "}.In(tag) + s.ID}
	if s.State == Open {
		return append(about, lang.Text{ZH: "尚未锁定，金额还会变动", EN: "Not locked: amounts may still change"}.In(tag))
	}
	return append(about, lang.Text{ZH: "锁定时间：", EN: "Locked at: "}.In(tag)+s.LockedAt.In(calendar.Beijing).Format("2006-01-02 15:04:05"),
		lang.Text{ZH: "校验值（SHA-256）：", EN: "SHA-256: "}.In(tag)+s.Hash)
}

// Tables are the whole statement: what it comes to, by hospital, and every line.
func (s Statement) Tables(tag lang.Tag) []Table {
	in := func(zh, en string) string { return lang.Text{ZH: zh, EN: en}.In(tag) }
	sums := Table{Title: in("合计", "Total"), Columns: []Column{{in("项目", "Item"), false, 4}, {in("笔数", "Lines"), true, 2}, {in("金额（元）", "Amount (yuan)"), true, 3}}}
	sums.Rows = [][]Cell{{text(in("报销", "Claims paid")), count(s.Claims.Lines), amount(s.Claims.Fen)}, {text(in("医院直接减免", "Waived at hospitals")), count(s.Cases.Lines), amount(s.Cases.Fen)},
		{text(in("本区应付", "Due from the district")), count(s.Claims.Lines + s.Cases.Lines), amount(s.TotalFen)}}
	return []Table{sums, s.byHospital(tag), s.lines(tag, in("报销明细", "Claims"), false), s.lines(tag, in("直接减免明细", "Cases of hospitals"), true)}
}

// byHospital adds cases up, in the order of the hospitals' IDs.
func (s Statement) byHospital(tag lang.Tag) Table {
	in := func(zh, en string) string { return lang.Text{ZH: zh, EN: en}.In(tag) }
	t := Table{Title: in("按医院", "By hospital"), Columns: []Column{{in("医院", "Hospital"), false, 4}, {in("笔数", "Lines"), true, 2}, {in("金额（元）", "Amount (yuan)"), true, 3}}}
	at := map[string]int{}
	for _, l := range s.Lines {
		if !l.IsCase() {
			continue
		}
		row, known := at[l.HospitalID]
		if !known {
			row = len(t.Rows)
			at[l.HospitalID] = row
			t.Rows = append(t.Rows, []Cell{text(s.hospital(l, tag)), count(0), amount(0)})
		}
		t.Rows[row][1].Amount++
		t.Rows[row][2].Amount += l.Fen
	}
	return t
}

func (s Statement) hospital(l Line, tag lang.Tag) string {
	if name := s.Hospitals[l.HospitalID].In(tag); name != "" {
		return name
	}
	return l.HospitalID
}

var kindWords = map[ledger.Kind]lang.Text{KindPaid: {ZH: "已支付", EN: "paid"}, KindBack: {ZH: "退回", EN: "came back"}, KindWaived: {ZH: "减免", EN: "waived"}}

// lines are those of claims, or of cases.
func (s Statement) lines(tag lang.Tag, title string, cases bool) Table {
	in := func(zh, en string) string { return lang.Text{ZH: zh, EN: en}.In(tag) }
	t := Table{Title: title, Columns: []Column{{in("编号", "Number"), false, 4}, {in("时间", "Time"), false, 4}, {in("事项", "What"), false, 2}}}
	if cases {
		t.Columns = append(t.Columns, Column{in("医院", "Hospital"), false, 5})
	}
	t.Columns = append(t.Columns, Column{in("金额（元）", "Amount (yuan)"), true, 3})
	for _, l := range s.Lines {
		if l.IsCase() != cases {
			continue
		}
		what := kindWords[l.Kind]
		if l.IsCase() && l.Fen < 0 {
			what = lang.Text{ZH: "更正", EN: "corrected"}
		}
		row := []Cell{text(l.Number), text(l.At.In(calendar.Beijing).Format("2006-01-02 15:04")), text(what.In(tag))}
		if cases {
			row = append(row, text(s.hospital(l, tag)))
		}
		t.Rows = append(t.Rows, append(row, amount(l.Fen)))
	}
	return t
}
