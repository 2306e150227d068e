package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/payout"
)

// StatementNew is a bank's statement to be taken in. Bodies cross as base64 (docs/decisions/0001).
type StatementNew struct {
	ID      string `json:"id" minLength:"1" maxLength:"40" doc:"Drawn by whoever asks: told twice, it is one statement"`
	Format  string `json:"format" minLength:"1" maxLength:"64" doc:"ID of a format of get-payout-words"`
	Content []byte `json:"content" maxLength:"6990508" doc:"The file, base64: a workbook or CSV in UTF-8 or GB 18030 of at most 5 MiB"`
}

// StatementListed is a statement in a list.
type StatementListed struct {
	ID      string        `json:"id"`
	Format  string        `json:"format"`
	From    calendar.Date `json:"from"`
	Until   calendar.Date `json:"until"`
	TakenAt time.Time     `json:"taken_at"`
	TakenBy string        `json:"taken_by" doc:"Name"`
}

// StatementOpened is a statement with what its lines were found to be.
type StatementOpened struct {
	StatementListed
	Already   bool             `json:"already,omitempty" doc:"It was taken in before: nothing changes"`
	DebitFen  int64            `json:"debit_fen" doc:"All that went out by it"`
	CreditFen int64            `json:"credit_fen" doc:"All that came in"`
	Findings  []FindingCount   `json:"findings" doc:"How many lines are what"`
	Lines     []StatementFound `json:"lines" doc:"Those that somebody has to look at come first"`
}

// FindingCount is how many lines are what.
type FindingCount struct {
	Finding     payout.Finding `json:"finding" enum:"matched,returned,double,other_amount,elsewhere,unsent,missing,unknown"`
	Count       int            `json:"count"`
	SumFen      int64          `json:"sum_fen" doc:"Of their amounts"`
	NeedsPerson bool           `json:"needs_person" doc:"Somebody has to look into it"`
}

// StatementFound is a line with what it was found to be. Of lines that are not ours
// nothing is shown but day and amount.
type StatementFound struct {
	Row       int            `json:"row" doc:"In the file; 0 for what is missing from it"`
	On        calendar.Date  `json:"on"`
	AmountFen int64          `json:"amount_fen"`
	Incoming  bool           `json:"incoming"`
	Finding   payout.Finding `json:"finding" enum:"matched,returned,double,other_amount,elsewhere,unsent,missing,unknown"`
	Before    bool           `json:"before,omitempty" doc:"An earlier statement had the same line"`
	Serial    string         `json:"serial,omitempty" doc:"The bank's own number"`
	Payment   *PaymentListed `json:"payment,omitempty"`
}

func statements(api huma.API, s Payouts, op operationOf) {
	opened := func(out StatementOpened, err error) (*bodyOf[StatementOpened], error) {
		return &bodyOf[StatementOpened]{out}, err
	}
	take := op("take-bank-statement", http.MethodPost, "/statements", "Take a bank's statement in, and find out what its lines are")
	take.MaxBodyBytes = maxPush
	huma.Register(api, take,
		handle(func(ctx context.Context, in *bodyOf[StatementNew]) (*bodyOf[StatementOpened], error) {
			return opened(s.TakeStatement(ctx, in.Body, callerOf(ctx)))
		}))
	look := op("look-at-bank-statement", http.MethodPost, "/statements/look", "What the lines of a statement would be found to be; nothing is kept")
	look.MaxBodyBytes = maxPush
	huma.Register(api, look,
		handle(func(ctx context.Context, in *bodyOf[StatementNew]) (*bodyOf[StatementOpened], error) {
			return opened(s.LookAtStatement(ctx, in.Body, callerOf(ctx)))
		}))
	huma.Register(api, op("list-bank-statements", http.MethodGet, "/statements", "The last statements, newest first"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[[]StatementListed], error) {
			list, err := s.ListStatements(ctx, callerOf(ctx))
			return &bodyOf[[]StatementListed]{list}, err
		}))
	huma.Register(api, op("get-bank-statement", http.MethodGet, "/statements/{id}", "A statement with what its lines were found to be"),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[StatementOpened], error) {
			return opened(s.OpenStatement(ctx, in.ID, callerOf(ctx)))
		}))
}
