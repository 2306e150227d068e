package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/outbox"
)

// DeadLetter is an operation the center refused, as staff see it at the kiosk:
// enough to find the person, who is masked.
type DeadLetter struct {
	ID             string      `json:"id" format:"uuid"`
	Seq            int64       `json:"seq" doc:"Place in this kiosk's log"`
	Kind           outbox.Kind `json:"kind"`
	DeviceTime     time.Time   `json:"device_time"`
	Code           string      `json:"code,omitempty" doc:"Why the center refused it, as a fault code"`
	Ticket         string      `json:"ticket,omitempty" example:"A012"`
	NameMasked     string      `json:"name_masked,omitempty"`
	DocumentMasked string      `json:"document_masked,omitempty"`
	SettledBy      string      `json:"settled_by,omitempty" doc:"Who dealt with it"`
	SettledAt      time.Time   `json:"settled_at,omitzero"`
}

// LetterExport says where the file for the center lies.
type LetterExport struct {
	File  string `json:"file" doc:"Path on this machine; only the center can read what is in it"`
	Count int    `json:"count"`
}

// LetterSettled is who dealt with a dead letter.
type LetterSettled struct {
	PIN string `json:"pin" minLength:"4" maxLength:"12" pattern:"^[0-9]+$"`
	By  string `json:"by" minLength:"1" maxLength:"40" doc:"Staff number or name"`
}

type settleInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body LetterSettled
}

// kioskLetters registers what staff do with dead letters.
func kioskLetters(api huma.API, k Kiosk, op func(id, method, path, summary string) huma.Operation) {
	huma.Register(api, op("export-letters", http.MethodPost, "/operator/letters/export", "Write the dead letters into a sealed file for the center"),
		handle(func(ctx context.Context, in *pinInput) (*bodyOf[LetterExport], error) {
			made, err := k.ExportLetters(ctx, in.Body.PIN)
			return &bodyOf[LetterExport]{made}, err
		}))
	huma.Register(api, op("settle-letter", http.MethodPost, "/operator/letters/{id}/settle", "Note that somebody dealt with a dead letter; it stays in the log"),
		handle(func(ctx context.Context, in *settleInput) (*struct{}, error) {
			return nil, k.SettleLetter(ctx, in.ID, in.Body)
		}))
}
