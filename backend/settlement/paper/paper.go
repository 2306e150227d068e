// Package paper prints a statement: A4, the same numbers as the workbook.
package paper

import (
	"time"

	"lianxin/backend/lang"
	"lianxin/backend/receipt"
	"lianxin/backend/settlement"
)

// Render returns the PDF of a statement in one language: of a locked one the same bytes
// every time. madeAt dates what is not locked yet.
func Render(s settlement.Statement, tag lang.Tag, madeAt time.Time) ([]byte, error) {
	if s.State == settlement.Locked {
		madeAt = s.LockedAt
	}
	in := func(zh, en string) string { return lang.Text{ZH: zh, EN: en}.In(tag) }
	out := receipt.Report{Language: tag, Title: s.Title(tag), Issuer: in("连心", "Lianxin"), About: s.About(tag), MadeAt: madeAt}
	for _, t := range s.Tables(tag) {
		section := receipt.ReportSection{Title: t.Title, Empty: in("没有。", "None.")}
		for _, c := range t.Columns {
			section.Columns = append(section.Columns, receipt.ReportColumn{Title: c.Title, Right: c.IsAmount, Share: c.Share})
		}
		for _, row := range t.Rows {
			cells := make([]receipt.ReportCell, len(row))
			for i, c := range row {
				cells[i].Text = c.String()
			}
			section.Rows = append(section.Rows, cells)
		}
		out.Sections = append(out.Sections, section)
	}
	out.Sections = append(out.Sections, receipt.ReportSection{Title: in("确认", "Agreed"),
		Note: in("中心（盖章）：＿＿＿＿＿＿＿＿　　区献血办（盖章）：＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿", "Center: ________________    District office: ________________    Date: ____________")})
	return receipt.RenderReport(out)
}
