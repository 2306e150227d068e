package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/demand"
	"lianxin/backend/lang"
)

// Demand tells staff what gifts are asked for and what to do about it.
type Demand interface {
	// DemandReport is about one site, or all the caller may see for "". Fault "site.not_found".
	DemandReport(ctx context.Context, siteID string, by Caller) (demand.Report, error)
	DemandWorkbook(ctx context.Context, siteID string, language lang.Tag, by Caller) ([]byte, error)
	DemandPaper(ctx context.Context, siteID string, language lang.Tag, by Caller) ([]byte, error)
}

type reportInput struct {
	Site string `query:"site" maxLength:"40" doc:"One pick-up place; absent for all the caller may see"`
}

type reportFileInput struct {
	reportInput
	Language lang.Tag `query:"language" enum:"zh-CN,en" default:"zh-CN"`
}

// fileOutput is a file to keep.
type fileOutput struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Cache       string `header:"Cache-Control"`
	Body        []byte
}

// Media types of files to keep.
const (
	pdf      = "application/pdf"
	workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// answersFile states that an operation answers with a file of one of these kinds; without it
// the document would promise JSON.
func answersFile(op huma.Operation, kinds ...string) huma.Operation {
	content := map[string]*huma.MediaType{}
	for _, kind := range kinds {
		content[kind] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	op.Responses = map[string]*huma.Response{"200": {Content: content}}
	return op
}

func giftReport(api huma.API, d Demand) {
	huma.Register(api, operation("read-gift-report", http.MethodGet, "/gift-report", "Demand, stock, what to reorder and what to retire", "gift", StaffGifts),
		handle(func(ctx context.Context, in *reportInput) (*bodyOf[demand.Report], error) {
			out, err := d.DemandReport(ctx, in.Site, callerOf(ctx))
			return &bodyOf[demand.Report]{out}, err
		}))
	huma.Register(api, answersFile(operation("read-gift-workbook", http.MethodGet, "/gift-report/workbook", "The same report as a spreadsheet (XLSX)", "gift", StaffGifts), workbook),
		handle(func(ctx context.Context, in *reportFileInput) (*fileOutput, error) {
			body, err := d.DemandWorkbook(ctx, in.Site, in.Language, callerOf(ctx))
			return &fileOutput{workbook, `attachment; filename="gift-report.xlsx"`, "no-store", body}, err
		}))
	huma.Register(api, answersFile(operation("read-gift-paper", http.MethodGet, "/gift-report/paper", "The same report on paper (PDF)", "gift", StaffGifts), pdf),
		handle(func(ctx context.Context, in *reportFileInput) (*fileOutput, error) {
			body, err := d.DemandPaper(ctx, in.Site, in.Language, callerOf(ctx))
			return &fileOutput{pdf, `attachment; filename="gift-report.pdf"`, "no-store", body}, err
		}))
}
