package draft

import (
	"encoding/json"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/questionnaire/packs"
)

// FuzzApply writes any outline into the built-in form, and reads any document as a draft. Each is
// refused with a code, or is a form again whose outline is the one that was written.
func FuzzApply(f *testing.F) {
	base := packs.DonorHealth()
	o, err := Read(base)
	if err != nil {
		f.Fatal(err)
	}
	whole, err := json.Marshal(o)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(base, whole)
	f.Add([]byte(`{"resourceType":"Questionnaire","status":"active","item":[{"linkId":"a","type":"group","item":[{"linkId":"b","type":"boolean"}]}]}`),
		[]byte(`{"sections":[{"link_id":"a","questions":[{"link_id":"b","text":{"zh":"问","en":"Q"}}]}]}`))
	f.Add([]byte(`{"item":[null,1,{"item":{}}]}`), []byte(`{"sections":null}`))
	day := calendar.MustParse("2026-11-23")
	coded := func(t *testing.T, err error) bool {
		if fault.CodeOf(err) == "internal" {
			t.Fatalf("an error without a code: %v", err)
		}
		return err == nil
	}
	f.Fuzz(func(t *testing.T, content, outline []byte) {
		var o Outline
		if json.Unmarshal(outline, &o) != nil {
			return
		}
		for _, content := range [][]byte{base, content} {
			next, err := Apply(content, o)
			if !coded(t, err) {
				continue
			}
			if _, err := Read(next); !coded(t, err) {
				t.Fatalf("what was written cannot be read: %v\n%s", err, next)
			}
			_, err = Check(next, nil)
			coded(t, err)
			_, err = Publish(next, "1", day, day)
			coded(t, err)
		}
	})
}
