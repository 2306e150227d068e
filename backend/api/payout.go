package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/lang"
	"lianxin/backend/payout"
)

// Payouts pay claims of the caller's districts. A batch with a claim of another district
// is not there; statements are of the center's own account, for whoever sees all districts.
type Payouts interface {
	PayoutWords() PayoutWords
	// ClaimsToPay lists what waits to be put into a batch.
	ClaimsToPay(ctx context.Context, in ToPayQuery, by Caller) (ToPay, error)
	// MakeBatch, SendBatch, CancelBatch and DropPayment have the faults of payout.Service.
	MakeBatch(ctx context.Context, in BatchNew, by Caller) (BatchOpened, error)
	ListBatches(ctx context.Context, after string, limit int, by Caller) (BatchList, error)
	OpenBatch(ctx context.Context, id string, by Caller) (BatchOpened, error)
	SendBatch(ctx context.Context, id string, version int, by Caller) (BatchOpened, error)
	CancelBatch(ctx context.Context, id string, version int, by Caller) (BatchOpened, error)
	// BatchFile is the file for the bank, the same bytes each time. Faults "payout.step"
	// before the batch is sent, "payout.no_file" where there is none.
	BatchFile(ctx context.Context, id string, by Caller) (PayoutFile, error)
	ListPayments(ctx context.Context, in PaymentSearch, by Caller) (PaymentList, error)
	OpenPayment(ctx context.Context, id string, by Caller) (PaymentListed, error)
	DropPayment(ctx context.Context, id string, by Caller) (PaymentListed, error)
	AskPayment(ctx context.Context, id string, by Caller) (PaymentListed, error)
	// PaymentsOfClaim lists all attempts to pay a claim, oldest first.
	PaymentsOfClaim(ctx context.Context, claimID string, by Caller) ([]PaymentListed, error)
	// ConfirmClaim and FailClaim are what finance says of a payment that nothing else told.
	ConfirmClaim(ctx context.Context, claimID string, in ByHand, by Caller) (ClaimOpened, error)
	FailClaim(ctx context.Context, claimID string, in ByHand, by Caller) (ClaimOpened, error)
	// CorrectPayee has the faults of claim.Service.CorrectPayee.
	CorrectPayee(ctx context.Context, claimID string, in PayeeChange, by Caller) (ClaimOpened, error)
	TakeStatement(ctx context.Context, in StatementNew, by Caller) (StatementOpened, error)
	// LookAtStatement answers what TakeStatement would, and keeps nothing.
	LookAtStatement(ctx context.Context, in StatementNew, by Caller) (StatementOpened, error)
	ListStatements(ctx context.Context, by Caller) ([]StatementListed, error)
	OpenStatement(ctx context.Context, id string, by Caller) (StatementOpened, error)
}

// PayoutWords are what screens of paying need beside their data.
type PayoutWords struct {
	payout.Words
	Formats   []PayoutFormat `json:"formats" doc:"Of files for banks and of their statements"`
	WeChat    bool           `json:"wechat" doc:"WeChat Pay is set up at this center"`
	MaxBatch  int            `json:"max_batch" doc:"Payments in one batch"`
	MaxBytes  int            `json:"max_bytes" doc:"Of a statement"`
	SecondFen int64          `json:"second_fen" doc:"A batch that pays more in all is let go by another person than made it"`
}

// PayoutFormat is one bank's way.
type PayoutFormat struct {
	ID    string    `json:"id"`
	Title lang.Text `json:"title"`
	Kind  string    `json:"kind" enum:"csv,xlsx"`
}

// ToPayQuery says what to list.
type ToPayQuery struct {
	Method payout.Method `query:"method" enum:"bank_file,wechat" doc:"Only what is paid this way"`
	After  string        `query:"after" maxLength:"80"`
}

// ToPay are claims that are released and in no batch, the longest waiting first.
type ToPay struct {
	Claims []ToPayListed `json:"claims"`
	Next   string        `json:"next,omitempty" doc:"To ask for more with; absent at the end"`
}

// ToPayListed is one of them.
type ToPayListed struct {
	ID        string        `json:"id"`
	Number    string        `json:"number"`
	District  string        `json:"district"`
	Method    payout.Method `json:"method" enum:"bank_file,wechat"`
	Holder    string        `json:"holder" doc:"Masked name"`
	Account   string        `json:"account" doc:"Its last four characters"`
	Bank      string        `json:"bank,omitempty"`
	AmountFen int64         `json:"amount_fen"`
	Since     time.Time     `json:"since" doc:"When it was released"`
	Late      bool          `json:"late"`
	Unfit     string        `json:"unfit,omitempty" doc:"Code of why its account cannot be paid; it goes into no batch"`
	Attempts  int           `json:"attempts" doc:"How often somebody has tried to pay it before"`
}

// BatchNew is a batch to be made.
type BatchNew struct {
	ID     string        `json:"id" minLength:"1" maxLength:"40" doc:"Drawn by whoever asks, before anything is sent: told twice, it is one batch"`
	Method payout.Method `json:"method" enum:"bank_file,wechat"`
	Format string        `json:"format,omitempty" maxLength:"64" doc:"bank_file: ID of a format of get-payout-words"`
	Claims []string      `json:"claims,omitempty" maxItems:"500" doc:"Which; where nothing is said those that wait the longest, without those that cannot be paid this way"`
}

// BatchList is a page of batches.
type BatchList struct {
	Batches []BatchListed `json:"batches"`
	Next    string        `json:"next,omitempty"`
}

// BatchListed is a batch in a list.
type BatchListed struct {
	ID       string             `json:"id"`
	Number   string             `json:"number"`
	Method   payout.Method      `json:"method" enum:"bank_file,wechat"`
	Format   string             `json:"format,omitempty"`
	Status   payout.BatchStatus `json:"status" enum:"open,sent,cancelled"`
	Version  int                `json:"version" doc:"Whoever changes the batch names the version they looked at"`
	Count    int                `json:"count"`
	TotalFen int64              `json:"total_fen"`
	MadeAt   time.Time          `json:"made_at"`
	MadeBy   string             `json:"made_by" doc:"Name"`
	SentAt   time.Time          `json:"sent_at,omitzero"`
	SentBy   string             `json:"sent_by,omitempty" doc:"Name"`
	Second   bool               `json:"second,omitempty" doc:"Open: another person than made it has to let it go"`
	Mine     bool               `json:"mine,omitempty" doc:"The caller made it"`
	Payments []PaymentCount     `json:"payments" doc:"How many have which status"`
}

// PaymentCount is how many payments of a batch have a status.
type PaymentCount struct {
	Status payout.Status `json:"status" enum:"queued,sent,paid,failed,returned,dropped"`
	Count  int           `json:"count"`
}

// BatchOpened is a batch with its payments.
type BatchOpened struct {
	BatchListed
	Listed []PaymentListed `json:"listed"`
}

// PaymentSearch says which payments to list; what is left out narrows nothing.
type PaymentSearch struct {
	Statuses []payout.Status `json:"statuses,omitempty" maxItems:"6" enum:"queued,sent,paid,failed,returned,dropped"`
	From     calendar.Date   `json:"from,omitzero" doc:"First day on which it became known what became of it"`
	Until    calendar.Date   `json:"until,omitzero" doc:"Last day"`
	After    string          `json:"after,omitempty" maxLength:"80"`
	Limit    int             `json:"limit,omitempty" minimum:"1" maximum:"100" doc:"50 where nothing is said"`
}

// PaymentList is a page of payments, those of which nobody has heard first.
type PaymentList struct {
	Payments []PaymentListed `json:"payments"`
	Next     string          `json:"next,omitempty"`
}

// PaymentListed is one attempt to pay a claim.
type PaymentListed struct {
	ID        string        `json:"id"`
	Number    string        `json:"number" doc:"By which bank and statement call it"`
	ClaimID   string        `json:"claim_id"`
	Claim     string        `json:"claim" doc:"Number of the claim"`
	District  string        `json:"district"`
	BatchID   string        `json:"batch_id,omitempty"`
	Method    payout.Method `json:"method" enum:"bank_file,wechat,by_hand"`
	Status    payout.Status `json:"status" enum:"queued,sent,paid,failed,returned,dropped"`
	AmountFen int64         `json:"amount_fen"`
	Holder    string        `json:"holder" doc:"Masked name"`
	Account   string        `json:"account" doc:"Its last four characters"`
	Bank      string        `json:"bank,omitempty"`
	MadeAt    time.Time     `json:"made_at"`
	SentAt    time.Time     `json:"sent_at,omitzero"`
	EndedAt   time.Time     `json:"ended_at,omitzero" doc:"When it became known what became of it"`
	PaidOn    calendar.Date `json:"paid_on,omitzero" doc:"By the bank's books"`
	Asked     int           `json:"asked,omitempty" doc:"How often the driver was asked what became of it"`
	Reference string        `json:"reference,omitempty" doc:"What the bank or WeChat calls it"`
	Reason    string        `json:"reason,omitempty" doc:"Code of why it failed, or is not decided"`
	Note      string        `json:"note,omitempty"`
	Waits     bool          `json:"waits,omitempty" doc:"WeChat: the recipient has to take it on their phone"`
}

// ByHand is what finance says of a claim's payment.
type ByHand struct {
	Version   int           `json:"version" minimum:"1" doc:"Of the claim that was looked at"`
	PaidOn    calendar.Date `json:"paid_on,omitzero" doc:"confirm: day by the bank's books"`
	Reference string        `json:"reference,omitempty" maxLength:"64" doc:"What the bank calls it"`
	Note      string        `json:"note" minLength:"1" maxLength:"300" doc:"How it is known"`
}

// PayeeChange is another account for a claim whose payment failed.
type PayeeChange struct {
	Version int         `json:"version" minimum:"1" doc:"Of the claim that was looked at"`
	Payee   claim.Payee `json:"payee"`
}

// PayoutFile is a file for a bank.
type PayoutFile struct {
	Name    string `json:"name"`
	Type    string `json:"type" doc:"Media type"`
	Digest  string `json:"digest" doc:"SHA-256 of the content, hex"`
	Content []byte `json:"content" doc:"base64"`
}

type versionBody struct {
	Version int `json:"version" minimum:"1" doc:"That was looked at"`
}

type versionInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body versionBody
}

type paymentInput struct {
	ID string `path:"id" maxLength:"80"`
}

func payouts(api huma.API, s Payouts) {
	op := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, "/payouts"+path, summary, "payout", StaffPayouts)
	}
	huma.Register(api, op("get-payout-words", http.MethodGet, "/words", "Names of methods, statuses and findings, formats of banks, limits"),
		handle(func(context.Context, *struct{}) (*bodyOf[PayoutWords], error) {
			return &bodyOf[PayoutWords]{s.PayoutWords()}, nil
		}))
	huma.Register(api, op("list-claims-to-pay", http.MethodGet, "/waiting", "Claims that are released and in no batch"),
		handle(func(ctx context.Context, in *ToPayQuery) (*bodyOf[ToPay], error) {
			out, err := s.ClaimsToPay(ctx, *in, callerOf(ctx))
			return &bodyOf[ToPay]{out}, err
		}))
	payoutBatches(api, s, op)
	payments(api, s, op)
	statements(api, s, op)
}

type operationOf func(id, method, path, summary string) huma.Operation

func payoutBatches(api huma.API, s Payouts, op operationOf) {
	opened := func(out BatchOpened, err error) (*bodyOf[BatchOpened], error) { return &bodyOf[BatchOpened]{out}, err }
	huma.Register(api, op("make-payout-batch", http.MethodPost, "/batches", "Put claims into a batch; nothing leaves"),
		handle(func(ctx context.Context, in *bodyOf[BatchNew]) (*bodyOf[BatchOpened], error) {
			return opened(s.MakeBatch(ctx, in.Body, callerOf(ctx)))
		}))
	huma.Register(api, op("list-payout-batches", http.MethodGet, "/batches", "Batches, newest first"),
		handle(func(ctx context.Context, in *struct {
			After string `query:"after" maxLength:"80"`
			Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
		}) (*bodyOf[BatchList], error) {
			out, err := s.ListBatches(ctx, in.After, in.Limit, callerOf(ctx))
			return &bodyOf[BatchList]{out}, err
		}))
	huma.Register(api, op("get-payout-batch", http.MethodGet, "/batches/{id}", "A batch with its payments"),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[BatchOpened], error) {
			return opened(s.OpenBatch(ctx, in.ID, callerOf(ctx)))
		}))
	huma.Register(api, op("send-payout-batch", http.MethodPost, "/batches/{id}/send", "Let a batch go: its file may be fetched, or the driver takes it"),
		handle(func(ctx context.Context, in *versionInput) (*bodyOf[BatchOpened], error) {
			return opened(s.SendBatch(ctx, in.ID, in.Body.Version, callerOf(ctx)))
		}))
	huma.Register(api, op("cancel-payout-batch", http.MethodPost, "/batches/{id}/cancel", "Take everything out of a batch that was not sent"),
		handle(func(ctx context.Context, in *versionInput) (*bodyOf[BatchOpened], error) {
			return opened(s.CancelBatch(ctx, in.ID, in.Body.Version, callerOf(ctx)))
		}))
	huma.Register(api, op("get-payout-file", http.MethodGet, "/batches/{id}/file", "The file for the bank of a batch that was sent, the same each time"),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[PayoutFile], error) {
			out, err := s.BatchFile(ctx, in.ID, callerOf(ctx))
			return &bodyOf[PayoutFile]{out}, err
		}))
}

func payments(api huma.API, s Payouts, op operationOf) {
	one := func(out PaymentListed, err error) (*bodyOf[PaymentListed], error) {
		return &bodyOf[PaymentListed]{out}, err
	}
	huma.Register(api, op("search-payments", http.MethodPost, "/payments/search", "Payments, those of which nobody has heard first"),
		handle(func(ctx context.Context, in *bodyOf[PaymentSearch]) (*bodyOf[PaymentList], error) {
			out, err := s.ListPayments(ctx, in.Body, callerOf(ctx))
			return &bodyOf[PaymentList]{out}, err
		}))
	huma.Register(api, op("get-payment", http.MethodGet, "/payments/{id}", "One payment"),
		handle(func(ctx context.Context, in *paymentInput) (*bodyOf[PaymentListed], error) {
			return one(s.OpenPayment(ctx, in.ID, callerOf(ctx)))
		}))
	huma.Register(api, op("drop-payment", http.MethodPost, "/payments/{id}/drop", "Take a payment out of a batch that was not sent"),
		handle(func(ctx context.Context, in *paymentInput) (*bodyOf[PaymentListed], error) {
			return one(s.DropPayment(ctx, in.ID, callerOf(ctx)))
		}))
	huma.Register(api, op("ask-payment", http.MethodPost, "/payments/{id}/ask", "Ask the driver now what became of a payment"),
		handle(func(ctx context.Context, in *paymentInput) (*bodyOf[PaymentListed], error) {
			return one(s.AskPayment(ctx, in.ID, callerOf(ctx)))
		}))
}

// claimPayments are the steps of finance with a claim, and what belongs to them.
func claimPayments(api huma.API, s Claims, p Payouts) {
	op := func(id, method, path, summary string, need Permission) huma.Operation {
		return operation(id, method, "/claims/{id}"+path, summary, "claim", need)
	}
	for _, r := range []struct {
		step             claim.Step
		id, path, saying string
	}{
		{claim.Release, "release-claim", "/release", "Let an approved claim be paid, or one whose payment failed be paid again"},
		{claim.Return, "send-claim-back", "/send-back", "Send an approved claim back to the applicant, or one whose payment failed"},
	} {
		huma.Register(api, op(r.id, http.MethodPost, r.path, r.saying, StaffPayouts),
			handle(func(ctx context.Context, in *claimActInput) (*bodyOf[ClaimOpened], error) {
				return openedClaim(s.StepClaim(ctx, in.ID, r.step, claim.Pay, in.Body, callerOf(ctx)))
			}))
	}
	type byHandInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body ByHand
	}
	huma.Register(api, op("confirm-claim", http.MethodPost, "/confirm", "Say that a claim was paid where no statement and no driver did", StaffPayouts),
		handle(func(ctx context.Context, in *byHandInput) (*bodyOf[ClaimOpened], error) {
			return openedClaim(p.ConfirmClaim(ctx, in.ID, in.Body, callerOf(ctx)))
		}))
	huma.Register(api, op("fail-claim", http.MethodPost, "/fail", "Say that a claim was not paid after all: the bank refused it, or it came back", StaffPayouts),
		handle(func(ctx context.Context, in *byHandInput) (*bodyOf[ClaimOpened], error) {
			return openedClaim(p.FailClaim(ctx, in.ID, in.Body, callerOf(ctx)))
		}))
	huma.Register(api, op("list-claim-payments", http.MethodGet, "/payments", "All attempts to pay a claim, oldest first", StaffClaims),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[[]PaymentListed], error) {
			out, err := p.PaymentsOfClaim(ctx, in.ID, callerOf(ctx))
			return &bodyOf[[]PaymentListed]{out}, err
		}))
	huma.Register(api, op("correct-claim-payee", http.MethodPut, "/payee", "Give another account for a claim whose payment failed", StaffClaimCapture),
		handle(func(ctx context.Context, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body PayeeChange
		}) (*bodyOf[ClaimOpened], error) {
			return openedClaim(p.CorrectPayee(ctx, in.ID, in.Body, callerOf(ctx)))
		}))
}
