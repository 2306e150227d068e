package node

import (
	"context"
	"fmt"

	"lianxin/backend/checkin"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	documents "lianxin/backend/identity"
	"lianxin/backend/result"
	"lianxin/backend/textmessage"
)

// inbox are the phones of all canaries.
type inbox struct{ got []textmessage.Message }

// Send implements textmessage.Driver.
func (i *inbox) Send(_ context.Context, m textmessage.Message) error {
	i.got = append(i.got, m)
	return nil
}

// gave are donation and result of a canary, long ago.
func (l *lobby) gave(c canary, n int, donorID, site string) ([]donor.Donation, result.Result) {
	given := donor.Donation{ID: fmt.Sprintf("01930000-0000-7000-a000-%012d", n), DonorID: donorID, SiteID: site, DIN: c.number,
		Product: donation.WholeBlood, VolumeML: 400, On: l.center.Today().AddDays(-400)}
	found := result.Result{DonationID: given.ID, Qualified: n%2 == 0, ReportedOn: given.On.AddDays(2), Group: donation.Group{ABO: "O", RhD: "+"}}
	if !found.Qualified {
		found.Markers = result.Markers{HIV: result.Reactive}
	}
	return []donor.Donation{given}, found
}

// looks shows a canary what is theirs, by card and by numbers with a code, and prints
// the slip both times.
func (l *lobby) looks(b *bench, c canary) {
	l.t.Helper()
	var s checkin.Session
	settled := func() {
		b.node.checkin.Wait()
		b.must("GET", "/kiosk/session", nil, &s)
	}
	begin := func() { b.must("POST", "/kiosk/session", map[string]string{"language": "zh-CN", "aim": "account"}, &s) }
	slip := func(id string) {
		b.must("POST", "/kiosk/session/papers", map[string]string{"donation_id": id, "kind": "result_slip"}, &s)
		settled()
		if s.Paper == nil || s.Paper.State != "printed" {
			l.t.Fatalf("the slip of a canary: %+v", s.Paper)
		}
	}
	begin()
	if _, err := b.node.checkin.IdentifyCard(l.t.Context(), c.person); err != nil {
		l.t.Fatal(err)
	}
	settled()
	if s.Account == nil || s.Account.Account == nil || len(s.Account.Account.Donations) != 1 {
		l.t.Fatalf("the account of a canary: %+v", s.Account)
	}
	slip(s.Account.Account.Donations[0].ID)
	begin()
	typed := map[string]string{"kind": string(documents.ResidentID), "number": c.person.Document.Number, "din": c.number.Printed()}
	b.ask("POST", "/kiosk/session/result", map[string]string{"kind": typed["kind"], "number": typed["number"], "din": string(c.number) + "?"}, nil)
	b.must("POST", "/kiosk/session/result", typed, &s)
	settled()
	if err := l.center.SendCodes(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	b.must("POST", "/kiosk/session/result/code", map[string]string{"code": l.phones.got[len(l.phones.got)-1].Params["code"]}, &s)
	settled()
	if s.Result == nil || s.Result.State != "shown" {
		l.t.Fatalf("the result of a canary: %+v", s.Result)
	}
	slip(s.Result.Donation.ID)
	b.must("DELETE", "/kiosk/session", nil, nil)
}

// keepsNothing looks for the numbers of donations and the messages to phones where
// nothing of them may stay: at the kiosks, in the log, in addresses and figures. The center
// keeps the numbers in plain, as docs/security.md says.
func (l *lobby) keepsNothing(looked []canary) {
	l.t.Helper()
	var values []string
	for _, c := range looked {
		values = append(values, string(c.number), c.number.Printed())
	}
	for _, m := range l.phones.got {
		values = append(values, m.Text)
	}
	if len(values) < 3*len(looked) {
		l.t.Errorf("only %d values", len(values))
	}
	for _, kiosk := range []string{"kiosk-1", "kiosk-2"} {
		folder(l.t, l.dir+"/"+kiosk, values)
	}
	for what, text := range map[string][]byte{"the log": l.log.bytes(), "an address": l.addresses.bytes(), "a refusal": l.refusals.bytes()} {
		for _, value := range plain(text, values) {
			l.t.Errorf("%s holds %q", what, value)
		}
	}
}
