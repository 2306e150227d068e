package fleet

import (
	"encoding/json"
	"fmt"
	"time"

	"lianxin/backend/questionnaire"
	"lianxin/backend/questionnaire/packs"
)

// Answers are "no" to every question of the form that is built in.
func Answers() (json.RawMessage, error) {
	form, err := questionnaire.Parse(packs.DonorHealth())
	if err != nil {
		return nil, fmt.Errorf("built-in form: %w", err)
	}
	type answer struct {
		LinkID string `json:"linkId"`
		Answer []any  `json:"answer,omitempty"`
	}
	var all []answer
	var add func(items []questionnaire.Item)
	add = func(items []questionnaire.Item) {
		for _, item := range items {
			all = append(all, answer{item.LinkID, []any{map[string]bool{"valueBoolean": false}}})
			add(item.Items)
		}
	}
	add(form.Items)
	return json.Marshal(map[string]any{"resourceType": "QuestionnaireResponse", "questionnaire": form.Canonical(), "status": "completed",
		"authored": time.Now().Format(time.RFC3339), "item": all})
}
