package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// DeskMoney are files of money at a desk. They cross between the disk and the center
// through the program: the page names none and sees no path.
type DeskMoney interface {
	// SaveFile fetches a file of the center and opens the system's dialog for where to save it;
	// what became of it is told on the topic "saved". Faults are those of the file;
	// "desk.no_dialog".
	SaveFile(ctx context.Context, in DeskFile) (DeskSaved, error)
	// ChooseStatement takes a bank's statement up: what was dropped on the window, the newest
	// in the folder, or after the dialog what was chosen there. Faults "desk.no_dialog",
	// "desk.no_statement".
	ChooseStatement(ctx context.Context, from string) (DeskStatement, error)
	// LookAtChosen and TakeChosen are LookAtStatement and TakeStatement of what was taken up.
	LookAtChosen(ctx context.Context, format string) (StatementOpened, error)
	TakeChosen(ctx context.Context, format string) (StatementOpened, error)
	// PrintSettlement prints a statement for a district office.
	PrintSettlement(ctx context.Context, id string, in DeskSettlement) (DeskPrinted, error)
}

// DeskFile names a file of the center.
type DeskFile struct {
	Kind     string        `json:"kind" enum:"payout,settlement_paper,settlement_workbook,hospital_day"`
	ID       string        `json:"id" maxLength:"40" doc:"Of the batch, statement or hospital"`
	Language lang.Tag      `json:"language" enum:"zh-CN,en"`
	Day      calendar.Date `json:"day,omitzero" doc:"hospital_day: which"`
}

// DeskSaved is what became of a file; after the dialog it is told on the topic "saved".
type DeskSaved struct {
	State string `json:"state" enum:"saved,asking,left,failed" doc:"asking: the dialog stands open; left: nobody chose a place"`
	Name  string `json:"name" doc:"What the file is called, without its folder"`
}

// DeskStatement is a bank's statement that was taken up.
type DeskStatement struct {
	Asking bool   `json:"asking,omitempty" doc:"The dialog stands open; what is chosen comes as if it were dropped"`
	Name   string `json:"name,omitempty" doc:"Of the file, without its folder"`
	Bytes  int    `json:"bytes,omitempty"`
	Format string `json:"format,omitempty" doc:"Kind of file, by its name: csv or xlsx"`
}

// DeskSettlement says how to print a statement.
type DeskSettlement struct {
	Language lang.Tag `json:"language" enum:"zh-CN,en"`
	Again    int      `json:"again,omitempty" minimum:"0" maximum:"99" doc:"How often it was printed before"`
}

type chooseStatementInput struct {
	Body struct {
		From string `json:"from" enum:"dialog,drop,folder"`
	}
}

type chosenInput struct {
	Body struct {
		Format string `json:"format" minLength:"1" maxLength:"64" doc:"ID of a format of get-payout-words"`
	}
}

func deskMoneyRoutes(api huma.API, d DeskMoney) {
	op := func(id, path, summary string) huma.Operation {
		return operation(id, http.MethodPost, "/desk"+path, summary, "desk", Local)
	}
	huma.Register(api, op("save-file", "/files", "Save a file of the center"),
		handle(func(ctx context.Context, in *bodyOf[DeskFile]) (*bodyOf[DeskSaved], error) {
			out, err := d.SaveFile(ctx, in.Body)
			return &bodyOf[DeskSaved]{out}, err
		}))
	huma.Register(api, op("choose-statement", "/statement", "Take a bank's statement up"),
		handle(func(ctx context.Context, in *chooseStatementInput) (*bodyOf[DeskStatement], error) {
			out, err := d.ChooseStatement(ctx, in.Body.From)
			return &bodyOf[DeskStatement]{out}, err
		}))
	huma.Register(api, op("look-at-chosen-statement", "/statement/look", "What the lines of the statement that was taken up would be; nothing is kept"),
		handle(func(ctx context.Context, in *chosenInput) (*bodyOf[StatementOpened], error) {
			out, err := d.LookAtChosen(ctx, in.Body.Format)
			return &bodyOf[StatementOpened]{out}, err
		}))
	huma.Register(api, op("take-chosen-statement", "/statement/take", "Take the statement in at the center"),
		handle(func(ctx context.Context, in *chosenInput) (*bodyOf[StatementOpened], error) {
			out, err := d.TakeChosen(ctx, in.Body.Format)
			return &bodyOf[StatementOpened]{out}, err
		}))
	huma.Register(api, op("print-settlement", "/settlements/{id}/paper", "Print a statement for a district office"),
		handle(func(ctx context.Context, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body DeskSettlement
		}) (*bodyOf[DeskPrinted], error) {
			out, err := d.PrintSettlement(ctx, in.ID, in.Body)
			return &bodyOf[DeskPrinted]{out}, err
		}))
}
