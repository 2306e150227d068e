package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/lang"
	"lianxin/backend/settlement"
)

// Settlements is what the center advanced for district offices. Callers see those of
// their districts.
type Settlements interface {
	// Settlements lists a month by district. Fault "settlement.month".
	Settlements(ctx context.Context, month string, by Caller) ([]settlement.Head, error)
	// LockSettlements closes a month for districts and settles the claims it paid. Told
	// again it goes on where it stopped. Faults "settlement.month", "settlement.month_open",
	// "settlement.district".
	LockSettlements(ctx context.Context, in SettlementLock, by Caller) ([]settlement.Head, error)
	// Settlement is one statement with its lines; fault "settlement.not_found".
	Settlement(ctx context.Context, id string, by Caller) (settlement.Statement, error)
	SettlementPaper(ctx context.Context, id string, language lang.Tag, by Caller) ([]byte, error)
	SettlementWorkbook(ctx context.Context, id string, language lang.Tag, by Caller) ([]byte, error)
}

// SettlementLock says what to close.
type SettlementLock struct {
	Month     string   `json:"month" minLength:"7" maxLength:"7" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"2026-11; it has to be over"`
	Districts []string `json:"districts,omitempty" maxItems:"40" doc:"GB/T 2260; absent for all of the caller's that something was advanced for"`
}

type monthInput struct {
	Month string `query:"month" required:"true" minLength:"7" maxLength:"7" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"2026-11"`
}

type statementFileInput struct {
	ID       string   `path:"id" maxLength:"40"`
	Language lang.Tag `query:"language" enum:"zh-CN,en" default:"zh-CN"`
}

func settlements(api huma.API, s Settlements) {
	huma.Register(api, operation("list-settlements", http.MethodGet, "/settlements", "What was advanced in a month, by district", "settlement", StaffSettlement),
		handle(func(ctx context.Context, in *monthInput) (*bodyOf[[]settlement.Head], error) {
			out, err := s.Settlements(ctx, in.Month, callerOf(ctx))
			return &bodyOf[[]settlement.Head]{out}, err
		}))
	huma.Register(api, operation("lock-settlements", http.MethodPost, "/settlements/lock", "Close a month: nothing is entered into it any more, and the claims it paid are settled", "settlement", StaffSettlement),
		handle(func(ctx context.Context, in *bodyOf[SettlementLock]) (*bodyOf[[]settlement.Head], error) {
			out, err := s.LockSettlements(ctx, in.Body, callerOf(ctx))
			return &bodyOf[[]settlement.Head]{out}, err
		}))
	huma.Register(api, operation("read-settlement", http.MethodGet, "/settlements/{id}", "A statement with every line", "settlement", StaffSettlement),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[settlement.Statement], error) {
			out, err := s.Settlement(ctx, in.ID, callerOf(ctx))
			return &bodyOf[settlement.Statement]{out}, err
		}))
	huma.Register(api, answersFile(operation("read-settlement-workbook", http.MethodGet, "/settlements/{id}/workbook", "A statement as a spreadsheet (XLSX)", "settlement", StaffSettlement), workbook),
		handle(func(ctx context.Context, in *statementFileInput) (*fileOutput, error) {
			body, err := s.SettlementWorkbook(ctx, in.ID, in.Language, callerOf(ctx))
			return &fileOutput{workbook, `attachment; filename="settlement.xlsx"`, "no-store", body}, err
		}))
	huma.Register(api, answersFile(operation("read-settlement-paper", http.MethodGet, "/settlements/{id}/paper", "A statement on paper (PDF)", "settlement", StaffSettlement), pdf),
		handle(func(ctx context.Context, in *statementFileInput) (*fileOutput, error) {
			body, err := s.SettlementPaper(ctx, in.ID, in.Language, callerOf(ctx))
			return &fileOutput{pdf, `attachment; filename="settlement.pdf"`, "no-store", body}, err
		}))
}
