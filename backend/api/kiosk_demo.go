package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/lang"
)

// Demo lets somebody try a kiosk that has no card reader. Every operation
// answers "demo.off" unless the kiosk runs with made-up data.
type Demo interface {
	DemoCards(ctx context.Context) ([]DemoCard, error)
	PutDemoCard(ctx context.Context, id string) error
	LiftDemoCard(ctx context.Context) error
}

// DemoCard is a made-up person whose card can be put on the simulated reader.
type DemoCard struct {
	ID    string    `json:"id"`
	Story lang.Text `json:"story" doc:"What this person will meet"`
	Name  string    `json:"name" doc:"Made up"`
	Code  string    `json:"code,omitempty" doc:"Text of the person's booking QR, as a scanner types it"`
	// Number is shown so that typing can be tried as well.
	Number string `json:"number" doc:"Made up; its area code exists nowhere"`
}

func kioskDemo(api huma.API, d Demo) {
	huma.Register(api, operation("list-demo-cards", http.MethodGet, "/kiosk/demo/cards", "Made-up people to try the kiosk with", "kiosk", Local),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[[]DemoCard], error) {
			cards, err := d.DemoCards(ctx)
			return &bodyOf[[]DemoCard]{cards}, err
		}))
	huma.Register(api, operation("put-demo-card", http.MethodPost, "/kiosk/demo/cards/{id}", "Put a card on the simulated reader", "kiosk", Local),
		handle(func(ctx context.Context, in *idInput) (*struct{}, error) { return nil, d.PutDemoCard(ctx, in.ID) }))
	huma.Register(api, operation("lift-demo-card", http.MethodDelete, "/kiosk/demo/cards", "Take the card away", "kiosk", Local),
		handle(func(ctx context.Context, _ *struct{}) (*struct{}, error) { return nil, d.LiftDemoCard(ctx) }))
}
