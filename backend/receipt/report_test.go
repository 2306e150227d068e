package receipt

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/lang"
)

func sampleReport(rows int) Report {
	section := ReportSection{Title: "需求上升", Note: "最近 8 周与之前 8 周相比", Empty: "没有",
		Columns: []ReportColumn{{Title: "礼品", Share: 3}, {Title: "每周", Share: 3}, {Title: "库存", Share: 1, Right: true}},
		Chart:   &ReportChart{Caption: "每周 41 件", Values: []float64{3, 41, 7, 12, 12.5}, Expected: 3, First: "2026-01-05", Middle: "现在", Last: "2026-02-02"}}
	for range rows {
		section.Rows = append(section.Rows, []ReportCell{{Text: "搪瓷纪念杯"}, {Trace: []int{0, 3, 9}}, {Text: "1024"}})
	}
	return Report{Language: lang.Chinese, Title: "礼品需求与备货报告", Issuer: "示例血液中心", About: []string{"截至 2026-11-29"},
		MadeAt: time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC), Sections: []ReportSection{section, {Title: "建议下架", Empty: "没有这样的礼品"}}}
}

func TestAReportSaysItsFigures(t *testing.T) {
	file, err := RenderReport(sampleReport(90))
	if err != nil {
		t.Fatal(err)
	}
	again, err := RenderReport(sampleReport(90))
	if err != nil || !bytes.Equal(file, again) {
		t.Errorf("another file the second time, %v", err)
	}
	text := pdfText(t, file)
	for _, want := range []string{"礼品需求与备货报告", "示例血液中心", "需求上升", "每周 41 件", "没有这样的礼品", "1 / 3", "3 / 3"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if got := strings.Count(text, "搪瓷纪念杯"); got != 90 {
		t.Errorf("%d rows of 90", got)
	}
}

func TestAReportPrintsWhateverNamesHold(t *testing.T) {
	r := sampleReport(1)
	r.Sections[0].Rows[0][0].Text = "杯\U0010ABCD"
	file, err := RenderReport(r)
	if err != nil {
		t.Fatal(err)
	}
	if text := pdfText(t, file); !strings.Contains(text, "杯〓") {
		t.Error(text)
	}
}

func TestAReportNeedsATitle(t *testing.T) {
	if _, err := RenderReport(Report{}); err == nil {
		t.Error("a report without a title")
	}
}

// pdfText returns the words of a file in the order they are read.
func pdfText(t *testing.T, file []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return tool(t, "pdftotext", "-raw", name, "-")
}
