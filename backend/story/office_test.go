package story_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/desk"
	"lianxin/backend/identity"
	"lianxin/backend/payout"
	"lianxin/backend/proof/journey"
	"lianxin/backend/relief"
	"lianxin/backend/staff"
)

// office is the command that is a desk without its window: the same desk with the same
// API, at which one of the demo's staff logs in, does the work of a day and leaves. A code
// works once, so each story sends each of them to the desk once.
type office struct {
	Take   take   `cmd:"" help:"The clerk files claims, with every page, and hands them in."`
	Review review `cmd:"" help:"The reviewer decides on what waits: never more than there is."`
	Pay    pay    `cmd:"" help:"Finance lets what was approved be paid, and saves the file for the bank."`
}

func officeMain() { run(&office{}, "office") }

// at is where the desk stands.
type at struct {
	URL  string `env:"LIANXIN_URL" required:""`
	Data string `default:"desk" help:"Its data folder."`
}

// with logs somebody in, lets them work and logs out.
func (a at) with(who string, do func(ask journey.Ask) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 4*patience)
	defer cancel()
	if err := os.MkdirAll(a.Data, 0o700); err != nil {
		return err
	}
	d := desk.Open(desk.Config{Center: a.URL, Data: a.Data, Demo: true, Version: "story",
		Hash: staff.Params{Memory: 64, Passes: 1, Threads: 1}}) // of the lock nobody uses here
	_, err := d.LogInAsDemo(ctx, who)
	if err == nil {
		err = do(journey.Of(d.Handler()))
	}
	return errors.Join(err, d.Close(ctx))
}

// take is taking claims in.
type take struct {
	at
	File string `arg:"" help:"Claims, one JSON object a line." type:"existingfile"`
}

// filing is one claim as a story says it: everything happens today.
type filing struct {
	ID       string          `json:"id"`
	District string          `json:"district"`
	Donor    string          `json:"donor"` // file with the person, as probe people prints one
	Relation relief.Relation `json:"relation"`
	Patient  string          `json:"patient,omitempty"` // document number, unless it is the donor
	ML       string          `json:"ml"`                // of whole blood
	Fen      int64           `json:"fen"`
}

// Run files them.
func (t take) Run() error {
	f, err := os.Open(t.File)
	if err != nil {
		return err
	}
	defer f.Close()
	return t.with("demo.clerk", func(ask journey.Ask) error {
		for lines := json.NewDecoder(f); ; {
			var one filing
			if err := lines.Decode(&one); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			if err := one.file(ask); err != nil {
				return err
			}
		}
	})
}

func (f filing) file(ask journey.Ask) error {
	content, err := f.content()
	if err != nil {
		return err
	}
	var c api.ClaimOpened
	err = ask(http.MethodPost, "/claims", api.ClaimNew{ID: f.ID, District: f.District, Content: content}, &c)
	for i, kind := range c.Documents {
		if err != nil {
			return err
		}
		page := api.ClaimHanded{Kind: kind, Content: paged(f.ID, i)}
		err = ask(http.MethodPut, "/claims/"+f.ID+"/attachments/"+f.ID+"-"+string(kind), page, &c)
	}
	if err == nil {
		err = ask(http.MethodPost, "/claims/"+f.ID+"/submit", api.ClaimAct{Version: c.Version}, &c)
	}
	if err == nil {
		fmt.Printf("%s is %s: %s, entitled to %s\n", f.ID, c.Number, c.Status, totals(c))
	}
	return err
}

func totals(c api.ClaimOpened) string {
	return fmt.Sprintf("%d mL, %d of %d fen", c.Assessment.Totals.CoveredML, c.Assessment.Totals.PayableFen, c.ClaimableFen)
}

// content is what the applicant says.
func (f filing) content() (c claim.Content, err error) {
	body, err := os.ReadFile(f.Donor)
	if err != nil {
		return c, err
	}
	var donor Known
	if err := json.Unmarshal(body, &donor); err != nil {
		return c, err
	}
	today, nothing := calendar.Of(time.Now()), int64(0)
	party := func(name, number string) claim.Party {
		return claim.Party{Name: name, Kind: identity.ResidentID, Number: number, Phone: "01055500001"}
	}
	c = claim.Content{Channel: claim.OnSite, Relation: f.Relation, Donor: claim.Donor{Party: party(donor.Name, donor.Number), Certificate: "CERT-" + f.ID},
		Hospital:   claim.Hospital{Name: "示例医院", Admitted: today, Left: today},
		Lines:      []claim.Line{{Invoice: "INVOICE-" + f.ID, Component: relief.WholeBlood, Fee: relief.BloodFee, Quantity: f.ML, AmountFen: f.Fen, On: today}},
		Insurance:  &nothing,
		Payee:      claim.Payee{Kind: claim.BankAccount, Holder: donor.Name, Account: "62000000" + donor.Number[6:14] + "001", Bank: "示例银行"},
		Commitment: claim.Commitment{Way: claim.Scanned, On: today}}
	if f.Patient != "" {
		c.Patient = party("示例患者", f.Patient)
	}
	return c, nil
}

// paged is a page nobody could take for another: a picture that follows claim and number.
func paged(id string, n int) []byte {
	img := image.NewGray(image.Rect(0, 0, 240, 240))
	for y := range 240 {
		for x := range 240 {
			img.SetGray(x, y, color.Gray{uint8((x*(n+2) + y*(int(id[len(id)-1])%29)) % 256)})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		panic(err) // memory takes everything
	}
	return out.Bytes()
}

// review decides.
type review struct{ at }

// Run tries to grant the whole of each claim, and grants or rejects what the center says.
func (r review) Run() error {
	return r.with("demo.reviewer", func(ask journey.Ask) error {
		var list api.ClaimList
		if err := ask(http.MethodPost, "/claims/search", api.ClaimSearch{Statuses: []claim.Status{claim.Submitted}}, &list); err != nil {
			return err
		}
		for _, listed := range list.Claims {
			if err := decide(ask, listed); err != nil {
				return err
			}
		}
		return nil
	})
}

func decide(ask journey.Ask, listed api.ClaimListed) error {
	path := "/claims/" + listed.ID
	var c api.ClaimOpened
	if err := ask(http.MethodPost, path+"/take", api.ClaimAct{Version: listed.Version}, &c); err != nil {
		return err
	}
	due, said := c.Assessment.Totals.PayableFen, ""
	if due < c.ClaimableFen {
		err := ask(http.MethodPost, path+"/approve", api.ClaimAct{Version: c.Version, AmountFen: c.ClaimableFen}, nil)
		if err == nil || !strings.Contains(err.Error(), "claim.amount") {
			return fmt.Errorf("more was approved of %s than there is: %w", c.ID, err)
		}
		said = "; more was refused"
	}
	step, act := "/approve", api.ClaimAct{Version: c.Version, AmountFen: due}
	if due == 0 {
		step, act = "/reject", api.ClaimAct{Version: c.Version, Reason: "used-up"}
	}
	if err := ask(http.MethodPost, path+step, act, &c); err != nil {
		return err
	}
	fmt.Printf("%s: %s, %d fen%s\n", c.ID, c.Status, c.Decision.AmountFen, said)
	return nil
}

// pay lets money go.
type pay struct {
	at
	File string `arg:"" help:"Where to save the file for the bank."`
}

// Run pays everything that was approved in one batch.
func (p pay) Run() error {
	return p.with("demo.finance", func(ask journey.Ask) error {
		var list api.ClaimList
		if err := ask(http.MethodPost, "/claims/search", api.ClaimSearch{Statuses: []claim.Status{claim.Approved}}, &list); err != nil {
			return err
		}
		for _, c := range list.Claims {
			if err := ask(http.MethodPost, "/claims/"+c.ID+"/release", api.ClaimAct{Version: c.Version}, nil); err != nil {
				return err
			}
		}
		var b api.BatchOpened
		err := ask(http.MethodPost, "/payouts/batches", api.BatchNew{ID: "batch-1", Method: payout.BankFile, Format: "bank-csv"}, &b)
		if err == nil {
			err = ask(http.MethodPost, "/payouts/batches/"+b.ID+"/send", map[string]int{"version": b.Version}, &b)
		}
		var file api.PayoutFile
		if err == nil {
			err = ask(http.MethodGet, "/payouts/batches/"+b.ID+"/file", nil, &file)
		}
		if err != nil {
			return err
		}
		fmt.Printf("%s %s: %d payments, %d fen\n", b.Number, b.Status, b.Count, b.TotalFen)
		return os.WriteFile(p.File, file.Content, 0o600)
	})
}
