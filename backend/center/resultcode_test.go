package center

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/result"
	"lianxin/backend/resultcode"
	"lianxin/backend/screening"
	"lianxin/backend/textmessage"
)

// outboxOfPhones is a driver that keeps what it is given, or refuses it.
type outboxOfPhones struct {
	sent []textmessage.Message
	fail error
}

// Send implements textmessage.Driver.
func (o *outboxOfPhones) Send(_ context.Context, m textmessage.Message) error {
	if o.fail != nil {
		return o.fail
	}
	o.sent = append(o.sent, m)
	return nil
}

var sixDigits = regexp.MustCompile(`^[0-9]{6}$`)

// phones makes the bench's center send to a driver of the test.
func (b *bench) phones() *outboxOfPhones {
	o := &outboxOfPhones{}
	b.config.Messages = o
	return o
}

// asksFor asks for a result over the API and returns the answer's bytes without what is drawn.
func (b *bench) asksFor(k *kiosk, key, din string) (api.ResultAsked, string) {
	b.t.Helper()
	var out api.ResultAsked
	_, code := b.ask(http.MethodPost, "/sync/result-codes", k.bearer(), api.ResultAsk{DonorKey: key, DIN: din, Language: lang.Chinese}, &out)
	return out, code
}

func (b *bench) opens(k *kiosk, request, code string) (api.ResultOpened, string) {
	b.t.Helper()
	var out api.ResultOpened
	_, failed := b.ask(http.MethodPost, "/sync/results", k.bearer(), api.ResultOpen{Request: request, Code: code}, &out)
	return out, failed
}

func (b *bench) sendsCodes() {
	b.t.Helper()
	if err := b.SendCodes(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// Whoever has the phone sees the one result they asked for, and nothing of the others.
func TestAResultIsOpenedByItsCode(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		phones, k := b.phones(), b.newKiosk("site-3", b.serve())
		d := b.gave(donorOf("902"), result.Markers{HIV: result.Reactive, ALT: 4711.25})
		asked, code := b.asksFor(k, d.Key, donation.DIN("G123426654321").Printed())
		if code != "" || asked.Tries != resultcode.MostTries || !asked.Ends.Equal(b.clock().Add(resultcode.Valid)) {
			t.Fatalf("%+v, %q", asked, code)
		}
		if _, code := b.opens(k, asked.Request, "000000"); code != "result_code.wrong" {
			t.Errorf("before anything was sent: %q", code)
		}
		b.sendsCodes()
		if len(phones.sent) != 1 || phones.sent[0].To != d.Phone || !sixDigits.MatchString(phones.sent[0].Params["code"]) ||
			!strings.Contains(phones.sent[0].Text, phones.sent[0].Params["code"]) || strings.Contains(phones.sent[0].Text, d.Person.Name) {
			t.Fatalf("sent %+v", phones.sent)
		}
		right := phones.sent[0].Params["code"]
		other := b.newKiosk("site-3", b.serve())
		if _, code := b.opens(other, asked.Request, right); code != "result_code.over" {
			t.Errorf("at another kiosk: %q", code)
		}
		out, code := b.opens(k, asked.Request, right)
		if code != "" || out.Donation.Result.State != result.Contact || out.Donation.DINEnd != "4321" || out.AsOf != b.Today() {
			t.Errorf("%+v, %q", out, code)
		}
		text, err := json.Marshal(out)
		for _, secret := range []string{"reactive", "4711.25", d.Phone, d.Person.Name, d.Person.Document.Number, "G123426654321", d.ID} {
			if err != nil || strings.Contains(string(text), secret) {
				t.Errorf("%q is told in %s, %v", secret, text, err)
			}
		}
		if _, code := b.opens(k, asked.Request, right); code != "" {
			t.Errorf("asked again after a lost answer: %q", code)
		}
		b.pass(resultcode.Valid)
		if _, code := b.opens(k, asked.Request, right); code != "result_code.over" {
			t.Errorf("too late: %q", code)
		}
		b.wantEntry(k.id, "device", "result.code_sent", d.ID, "site-3")
		b.wantEntry(k.id, "device", "result.shown", d.ID, "site-3")
		for _, secret := range []string{right, d.Phone, "G123426654321"} {
			if strings.Contains(b.log.String(), secret) {
				t.Errorf("the log has %q", secret)
			}
		}
	})
}

// Right numbers, wrong ones and those of nobody get the same answer, before and after
// the code was due, until somebody types the right code.
func TestAskingTellsNothing(t *testing.T) {
	b := newBench(t)
	phones, k := b.phones(), b.newKiosk("site-1", b.serve())
	d := b.gave(donorOf("902"), result.Markers{})
	mute := b.gaveWith(donorOf("904"), result.Markers{}, func(d *donor.Donor) { d.Phone = "" })
	for name, c := range map[string]struct{ key, din string }{
		"right":                      {d.Key, "G123426654321"},
		"another donation's number":  {d.Key, "G123499000001"},
		"somebody else's donation":   {screening.Key(b.gateKey(), donorOf("906").Document), "G123426654321"},
		"nobody":                     {strings.Repeat("A", 22), "G123426654321"},
		"no phone on record":         {mute.Key, "G123426654321"},
		"nobody, and no such number": {strings.Repeat("B", 22), "Z999926000001"},
	} {
		asked, code := b.asksFor(k, c.key, c.din)
		if code != "" || asked.Tries != resultcode.MostTries || len(asked.Request) != 36 {
			t.Errorf("%s: %+v, %q", name, asked, code)
		}
		b.sendsCodes()
		for left := resultcode.MostTries - 1; left >= 0; left-- {
			if _, code := b.opens(k, asked.Request, "123457"); code != "result_code.wrong" {
				t.Errorf("%s: a wrong code, %d left: %q", name, left, code)
			}
		}
		if _, code := b.opens(k, asked.Request, "123457"); code != "result_code.over" {
			t.Errorf("%s: one code too many: %q", name, code)
		}
		b.pass(time.Minute)
	}
	if len(phones.sent) != 1 || phones.sent[0].To != d.Phone {
		t.Errorf("%d messages were sent", len(phones.sent))
	}
}

// Purses run empty and fill up again; the refusal says when, and nobody but who types
// the same two numbers, or stands at the same kiosk, waits.
func TestAskingTooOften(t *testing.T) {
	b := newBench(t)
	b.phones()
	k, next := b.newKiosk("site-1", b.serve()), b.newKiosk("site-1", b.serve())
	d := b.gave(donorOf("902"), result.Markers{})
	for n := range resultsOfNumbers.atOnce {
		if _, code := b.asksFor(k, d.Key, "G123426654321"); code != "" {
			t.Fatalf("%d.: %q", n+1, code)
		}
	}
	err := k.line.Post(t.Context(), "/sync/result-codes", api.ResultAsk{DonorKey: d.Key, DIN: "G123426654321", Language: lang.Chinese}, nil)
	from, _ := fault.From(err).Params["from"].(string)
	if at, parsed := time.Parse(time.RFC3339, from); fault.CodeOf(err) != "result_code.too_many" || parsed != nil || at.Sub(b.clock()) > resultsOfNumbers.every+time.Second {
		t.Fatalf("once more: %v, from %q", err, from)
	}
	if _, code := b.asksFor(k, d.Key, "G123425654321"); code != "" {
		t.Errorf("the same person with another donation waits: %q", code)
	}
	b.pass(resultsOfNumbers.every + time.Second)
	if _, code := b.asksFor(k, d.Key, "G123426654321"); code != "" {
		t.Errorf("after the time that was told: %q", code)
	}
	asked := 0
	for code := ""; code == "" && asked < 100; asked++ {
		_, code = b.asksFor(k, screening.Key(b.gateKey(), donorOf(fmt.Sprintf("%03d", asked)).Document), "G123426654321")
	}
	if asked >= 100 {
		t.Error("one kiosk may ask without end")
	}
	if _, code := b.asksFor(next, d.Key, "G123425654321"); code != "" {
		t.Errorf("the kiosk beside it waits as well: %q", code)
	}
}

// A gateway that is out of order is tried a few times; then its owner asks again.
func TestACodeThatCannotBeSent(t *testing.T) {
	b := newBench(t)
	phones, k := b.phones(), b.newKiosk("site-1", b.serve())
	d := b.gave(donorOf("902"), result.Markers{})
	phones.fail = errors.New("test: to " + d.Phone + " 123456")
	asked, _ := b.asksFor(k, d.Key, "G123426654321")
	for range resultcode.MostSends + 2 {
		b.sendsCodes()
	}
	if n := strings.Count(b.log.String(), "a message was not handed over"); n != resultcode.MostSends {
		t.Errorf("tried %d times", n)
	}
	if strings.Contains(b.log.String(), d.Phone) {
		t.Error("the log has the phone")
	}
	phones.fail = nil
	b.sendsCodes()
	if len(phones.sent) != 0 {
		t.Error("sent after it was given up")
	}
	if _, code := b.opens(k, asked.Request, "123456"); code != "result_code.wrong" {
		t.Errorf("%q", code)
	}
	b.config.Messages = nil
	if _, code := b.asksFor(k, d.Key, "G123426654321"); code != "result_code.no_messages" {
		t.Errorf("without a driver: %q", code)
	}
}

// A code somebody asked for is sent though who was to send it stopped in the middle, once.
func TestAnAskingIsNotLeftBehind(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		phones, k := b.phones(), b.newKiosk("site-1", b.serve())
		b.takes(b.reported(1, donorOf("001")))
		b.asksFor(k, b.found(donorOf("001")).Key, "Z900026000001")
		if _, ok, err := b.store.TakeAsked(t.Context(), b.clock()); !ok || err != nil { // and it stops
			t.Fatal(ok, err)
		}
		b.sendsCodes()
		if len(phones.sent) != 0 {
			t.Errorf("%d codes while somebody may be at it", len(phones.sent))
		}
		b.pass(resultcode.LeftAfter + time.Second)
		b.sendsCodes()
		b.sendsCodes()
		if len(phones.sent) != 1 {
			t.Errorf("%d codes", len(phones.sent))
		}
	})
}
