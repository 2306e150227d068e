package node

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"lianxin/backend/printer"
	"lianxin/backend/sync"
)

// A center, or whatever answers in its place, says anything: the kiosk takes it
// over or not, and goes on serving.
func FuzzAbsorb(f *testing.F) {
	n, err := Open(f.Context(), Config{Data: f.TempDir(), Demo: true, Version: "test", Printer: printer.None{}, HTTP: &http.Client{}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := n.Close(ctx); err != nil {
			f.Error(err)
		}
	})
	nouns := []sync.Noun{sync.Site, sync.Gate, sync.Appointment, sync.Notice, sync.Pass, sync.Donor, sync.Visit, sync.Pack,
		sync.Arrival, sync.StaffCall, sync.Gift, sync.Stock}
	for noun := range n.absorbers() {
		if !slices.Contains(nouns, noun) {
			f.Fatalf("%s is taken over and not fuzzed: add it to the end of the list, with an example", noun)
		}
	}
	for noun, text := range []string{
		`{"id":"aoti","station":"beijing","district":"110105","hours":{"mon":[{"opens":"09:00","closes":"17:00"}]},"exceptions":[{"date":"2026-11-23"}]}`,
		`{"key":"0123","until":"2027-01-01","products":["whole_blood"]}`,
		`{"ID":"a","Code":"0123456789ABCDEFGHJKMNPQRS","SiteID":"aoti","Day":"2026-11-23","Start":"09:30","Product":"whole_blood","VolumeML":400,"Status":"booked"}`,
		`{"ID":"a","SiteID":"aoti","Day":"2026-11-23"}`,
		`{"id":"a","donor_key":"k","site_id":"aoti","answers":{"resourceType":"QuestionnaireResponse"},"answered_at":"2026-11-23T04:00:00Z"}`,
		`{"ID":"a","Key":"k","Card":"c","Person":{"name":"测试甲"}}`,
		`{"id":"a","site_id":"aoti","device_id":"d","day":"2026-11-23","outcome":"waiting","ticket":"A001","donor_key":"k","at":"2026-11-23T04:00:00Z"}`,
		`{"id":"x","version":"1","kind":"questionnaire","from":"2026-01-01","content":"e30="}`,
		`{"donor_key":"k","site_id":"aoti","day":"2026-11-23"}`,
		`{"id":"a","site_id":"aoti","device_id":"d","raised_at":"2026-11-23T04:00:00Z","acknowledged_at":"2026-11-23T04:01:00Z"}`,
		`{"id":"cup","category":"home","name":{"zh-CN":"杯","en":"Cup"},"points":5,"from":"2026-02-30"}`,
		`{"gift_id":"cup","site_id":"aoti","left":-1}`,
	} {
		f.Add(uint8(noun), "a", false, []byte(text))
		f.Add(uint8(noun), "a", true, []byte(nil))
	}
	f.Fuzz(func(t *testing.T, noun uint8, id string, deleted bool, data []byte) {
		c := sync.Change{Noun: nouns[int(noun)%len(nouns)], ID: id, Deleted: deleted, Data: json.RawMessage(data)}
		err := n.store.InTx(t.Context(), func(ctx context.Context) error { return n.absorbers()[c.Noun](ctx, c) })
		if _, listing := n.store.Sites(t.Context()); listing != nil {
			t.Fatalf("after %s %s (%v) the sites cannot be read: %v", c.Noun, data, err, listing)
		}
		if _, stating := n.State(t.Context()); stating != nil {
			t.Fatalf("after %s %s (%v) there is no state: %v", c.Noun, data, err, stating)
		}
	})
}
