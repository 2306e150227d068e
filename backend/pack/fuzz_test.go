package pack

import (
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/policy/packfile"
	"lianxin/backend/questionnaire/packs"
)

// everyKind are the packs of each kind this program was built with, beside the form.
var everyKind = map[Kind][]string{
	Selection: {"../policy/packs/donor-selection"}, Points: {"../point/packs/points"}, Honours: {"../award/packs/honours"},
	Counsel: {"../counsel/packs/counsel"}, Planning: {"../demand/packs/planning"}, Claims: {"../claim/packs/handling"}, Hospitals: {"../hospital/packs/handling"},
	Relief: {"../relief/packs/beijing", "../relief/packs/guangzhou", "../relief/packs/henan", "../relief/packs/zhejiang"},
	Bank:   {"../payout/packs/bank-csv", "../payout/packs/bank-xlsx"},
}

// A pack comes over the network: whatever its bytes, it is refused or can be asked.
func FuzzCheck(f *testing.F) {
	f.Add("donor-health", "1", string(Questionnaire), packs.DonorHealth())
	f.Add("national", "2026.1", string(Selection), []byte("id: national\nversion: \"2026.1\"\nfrom: 2026-01-01\nrules: []\n"))
	for kind, folders := range everyKind {
		for _, folder := range folders {
			c, err := CheckPath(folder)
			if err != nil || c.Kind != kind {
				f.Fatalf("%s is %s: %v", folder, c.Kind, err)
			}
			f.Add(c.ID, c.Version, string(kind), c.Content)
		}
	}
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
		// What the center has examined and publishes, its devices take.
		examined, err := Examine([]packfile.Source{{Name: "fuzz", Data: content}})
		if err != nil || examined.From.IsZero() {
			return
		}
		if err := Check(examined.Pack()); err != nil {
			t.Fatalf("examined as %s %s, and then: %v", examined.Kind, examined.ID, err)
		}
	})
}
