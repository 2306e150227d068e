package pack

import (
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/questionnaire/packs"
)

// A pack comes over the network: whatever its bytes, it is refused or can be asked.
func FuzzCheck(f *testing.F) {
	f.Add("donor-health", "1", string(Questionnaire), packs.DonorHealth())
	f.Add("national", "2026.1", string(Selection), []byte("id: national\nversion: \"2026.1\"\nfrom: 2026-01-01\nrules: []\n"))
	f.Add("x", "1", "other", []byte("{}"))
	f.Add("x", "1", string(Questionnaire), []byte(`{"resourceType":"Questionnaire","status":"active","item":[{"linkId":"a","type":"group","item":[{"linkId":"a","type":"boolean"}]}]}`))
	f.Fuzz(func(t *testing.T, id, version, kind string, content []byte) {
		p := Pack{ID: id, Version: version, Kind: Kind(kind), From: calendar.New(2026, 1, 1), Content: content}
		shelf := &Shelf{}
		err := Check(p)
		if put := shelf.put(p); (put == nil) != (err == nil) {
			t.Fatalf("checked: %v, put: %v", err, put)
		}
		if len(shelf.selection)+len(shelf.questionnaires) > 0 && err != nil {
			t.Fatalf("on the shelf although %v", err)
		}
	})
}
