package center

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/device"
	"lianxin/backend/intake"
)

// message is a record as a client sends it.
func (b *bench) message(n int, site string) intake.Message {
	volume := 400
	return intake.Message{ID: fmt.Sprintf("R-%04d", n),
		Donor: intake.DonorMessage{Document: intake.DocumentMessage{Number: donorOf(fmt.Sprintf("%03d", n)).Document.Number}, Name: "测试甲乙"},
		Donation: intake.DonationMessage{DIN: fmt.Sprintf("Z900026%06d", n), Product: "whole_blood", VolumeML: &volume,
			On: b.Today().AddDays(-10).String(), Site: site}}
}

func TestBatchOfAStation(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		address := b.serve()
		client, kiosk := b.newDevice(device.Station, "site-1", address), b.newKiosk("site-1", address)
		send := func(records ...intake.Message) string {
			t.Helper()
			var out api.BatchFates
			b.want("send", http.MethodPost, "/stations/station-test/batches", client.bearer(), api.StationBatch{Records: records}, &out, "")
			var all []string
			for _, f := range out.Fates {
				said := string(f.Fate)
				for _, p := range f.Errors {
					said += " " + p.Location + " " + p.Code
				}
				all = append(all, said)
			}
			return strings.Join(all, ", ")
		}
		wrong, taken := b.message(2, "nowhere"), b.message(3, "site-1")
		wrong.Donor.Document.Number, taken.Donation.DIN = "110199199003040025", "Z900026000001"
		got := send(b.message(1, "site-1"), wrong, taken, b.message(4, "site-1"))
		want := "applied, refused body.records[1].donor.document.number identity.check_digit body.records[1].donation.site intake.site_unknown, " +
			"refused body.records[2].donation.din intake.din_taken, applied"
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if got := send(b.message(1, "site-1"), b.message(4, "site-1")); got != "already_applied, already_applied" {
			t.Error(got)
		}
		if got := send(wrong); !strings.HasPrefix(got, "refused") {
			t.Error(got)
		}
		// The kiosks of the site hear of both.
		changes, _ := kiosk.pull("")
		donors := 0
		for _, c := range changes {
			if c.Noun == "donor" {
				donors++
			}
		}
		if donors != 2 || !b.isHeld(donorOf("001")) {
			t.Errorf("a kiosk hears of %d donors", donors)
		}
		in := api.StationBatch{Records: []intake.Message{b.message(5, "site-1")}}
		b.want("for another station", http.MethodPost, "/stations/miyun/batches", client.bearer(), in, nil, "station.not_found")
		b.want("by a kiosk", http.MethodPost, "/stations/station-test/batches", kiosk.bearer(), in, nil, "token.scope")
		b.want("a client asks for what kiosks know", http.MethodGet, "/sync/changes", client.bearer(), nil, nil, "token.scope")
		b.want("nothing in it", http.MethodPost, "/stations/station-test/batches", client.bearer(), api.StationBatch{}, nil, "request.invalid")
		if strings.Contains(b.log.String(), "R-0001") || strings.Contains(b.log.String(), "测试") {
			t.Error("the log names a record or a person")
		}
		d, err := b.store.Device(t.Context(), client.id)
		if err != nil || d.Letter != "" {
			t.Errorf("a client has the letter %q, %v", d.Letter, err)
		}
	})
}
