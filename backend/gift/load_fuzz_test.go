package gift

import (
	"os"
	"testing"
)

// A catalogue that loads has gifts that can be found and shown.
func FuzzLoad(f *testing.F) {
	text, err := os.ReadFile("data/catalogue.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("categories: [{id: a, name: {zh: 甲, en: A}, gifts: [{id: b, zh: 乙, en: B, points: 1}]}]\n"))
	f.Add([]byte("categories: [{id: a, gifts: [{id: b, points: -1, from: 2026-02-30}]}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Load("fuzz.yaml", data)
		if err != nil {
			return
		}
		for _, g := range NewIndex(c).Find(Query{}) {
			if g.ID == "" || g.Category == "" || !g.Name.IsComplete() || g.Points < 1 {
				t.Fatalf("%+v", g)
			}
		}
	})
}
