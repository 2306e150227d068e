package center

import (
	"context"
	"strconv"
	"strings"
	"time"

	"lianxin/backend/account"
	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/result"
	"lianxin/backend/resultcode"
	"lianxin/backend/textmessage"
)

// Who asks with numbers may do so often enough for everybody in a lobby, and seldom enough to
// make trying numbers out a matter of years. Nothing locks: each purse fills up again, and
// the refusal says when. Those of phones are others than those of kiosks: nobody who asks
// from somewhere keeps a donor who stands in the lobby from theirs, and behind one address
// of a telephone network are thousands.
var (
	resultsOfDevice  = allowance{"/result", 12, 20 * time.Second}
	resultsOfNetwork = allowance{"network/", 60, 4 * time.Second}
	loginsOfNetwork  = allowance{"login-network/", 240, time.Second}
	// Counted for the two numbers together, whether they are anybody's or not: who only
	// knows somebody's document cannot use up what its owner may do.
	resultsOfNumbers = allowance{"numbers/", 4, 5 * time.Minute}
	loginsOfNumbers  = allowance{"login-numbers/", 4, 15 * time.Minute}
)

// AskResult implements api.Results. Nothing is looked up: that is SendCodes' work,
// so that every asking takes the same time and gets the same answer.
func (c *Center) AskResult(ctx context.Context, deviceID, network string, in api.ResultAsk) (api.ResultAsked, error) {
	return c.ask(ctx, network, resultcode.Asked{Purpose: resultcode.ForResult, DeviceID: deviceID, DonorKey: in.DonorKey, Language: in.Language}, in.DIN)
}

// ask puts an asking down, whatever it is for.
func (c *Center) ask(ctx context.Context, network string, asked resultcode.Asked, din string) (out api.ResultAsked, err error) {
	if c.config.Messages == nil {
		return out, fault.New(fault.Unavailable, "result_code.no_messages")
	}
	if asked.DIN, err = donation.ParseDIN(din); err != nil {
		return out, err
	}
	now := c.config.Now().UTC()
	asked.ID, asked.State, asked.At, asked.Ends = c.config.NewID(), resultcode.Waiting, now, now.Add(resultcode.Valid)
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		if asked.DeviceID != "" {
			from, err := c.store.Device(ctx, asked.DeviceID)
			if err != nil {
				return err
			}
			asked.SiteID = from.SiteID
		}
		if err := c.mayAsk(ctx, network, asked); err != nil {
			return err
		}
		return c.store.SaveAsked(ctx, asked)
	})
	if err != nil {
		return out, err
	}
	return api.ResultAsked{Request: asked.ID, Ends: asked.Ends, Tries: asked.Left()}, nil
}

// filled is a purse somebody pays from.
type filled struct {
	of allowance
	id string
}

func (c *Center) pursesOf(network string, asked resultcode.Asked) []filled {
	net, numbers := c.keyring.Index("result-network", network), c.keyring.Index("result-numbers", asked.DonorKey+"\x00"+string(asked.DIN))
	if asked.Purpose == resultcode.ForLogin {
		return []filled{{loginsOfNetwork, loginsOfNetwork.purse + net}, {loginsOfNumbers, loginsOfNumbers.purse + numbers}}
	}
	return []filled{{resultsOfDevice, asked.DeviceID + resultsOfDevice.purse}, {resultsOfNetwork, resultsOfNetwork.purse + net},
		{resultsOfNumbers, resultsOfNumbers.purse + numbers}}
}

// mayAsk counts an asking; fault "result_code.too_many" with the time from which on
// the next one is taken.
func (c *Center) mayAsk(ctx context.Context, network string, asked resultcode.Asked) error {
	for _, purse := range c.pursesOf(network, asked) {
		if err := c.pay(ctx, purse, asked.At, "result_code.too_many"); err != nil {
			return err
		}
	}
	return nil
}

// pay counts one use of a purse; the fault has the time from which on it may be used again.
func (c *Center) pay(ctx context.Context, purse filled, at time.Time, code string) error {
	from, err := c.store.TakeFrom(ctx, purse.id, at, purse.of.atOnce, purse.of.every)
	if err == nil && !from.IsZero() {
		err = fault.New(fault.TooMany, code).With("from", from.Add(time.Second).Truncate(time.Second).Format(time.RFC3339))
	}
	return err
}

// OpenResult implements api.Results. Whether the code was wrong, there is none, or
// nobody was found is one answer.
func (c *Center) OpenResult(ctx context.Context, deviceID string, in api.ResultOpen) (api.ResultOpened, error) {
	var out api.ResultOpened
	fits := func(asked resultcode.Asked) bool {
		return asked.Purpose == resultcode.ForResult && asked.DeviceID == deviceID
	}
	err := c.try(ctx, in.Request, in.Code, fits, func(ctx context.Context, asked *resultcode.Asked) (err error) {
		out, err = c.opened(ctx, *asked)
		return err
	})
	return out, err
}

// try takes a typed code for an asking that fits and opens what it is for. A wrong one
// counts, whatever becomes of the rest.
func (c *Center) try(ctx context.Context, request, code string, fits func(resultcode.Asked) bool, open func(context.Context, *resultcode.Asked) error) error {
	var refused error
	err := c.store.InTx(ctx, func(ctx context.Context) error {
		asked, err := c.store.LockAsked(ctx, request)
		if err != nil && fault.From(err).Kind != fault.NotFound {
			return err
		}
		if err != nil || !fits(asked) || asked.IsOver(c.config.Now()) {
			refused = fault.New(fault.Conflict, "result_code.over")
			return nil
		}
		asked, isRight := asked.Try(strings.TrimSpace(code))
		if isRight {
			err = open(ctx, &asked)
		} else {
			refused = fault.New(fault.Conflict, "result_code.wrong").With("left", asked.Left())
			err = c.recordAsked(ctx, asked, "code_wrong", audit.Object{})
		}
		if err != nil {
			return err
		}
		return c.store.SaveAsked(ctx, asked)
	})
	if err == nil {
		err = refused
	}
	return err
}

// opened reads the one donation a code was for, with the same work whatever its result is.
func (c *Center) opened(ctx context.Context, asked resultcode.Asked) (out api.ResultOpened, err error) {
	out.AsOf = c.Today()
	given, err := c.store.DonationsByIDs(ctx, []string{asked.DonationID})
	if err != nil {
		return out, err
	}
	g, ok := given[asked.DonationID]
	if !ok { // removed meanwhile
		return out, fault.New(fault.Conflict, "result_code.over")
	}
	results, err := c.store.Results(ctx, []string{g.ID})
	if err != nil {
		return out, err
	}
	var reported *result.Result
	if found, ok := results[g.ID]; ok {
		reported = &found
	}
	out.Donation = account.ShownDonation(g, reported, out.AsOf)
	return out, c.recordAsked(ctx, asked, "shown", audit.Object{Noun: "donor", ID: asked.DonorID})
}

// recordAsked writes down what became of an asking: at a kiosk for a result, and for a login
// by the program itself, as nobody has shown yet who they are. A login that is nobody's is
// not written down: anybody anywhere could fill the log. The zero object is what asked.
func (c *Center) recordAsked(ctx context.Context, asked resultcode.Asked, what string, object audit.Object) error {
	e := audit.Entry{Who: asked.DeviceID, Role: atDevice, Action: "result." + what, Object: audit.Object{Noun: "device", ID: asked.DeviceID}, Where: audit.Where{Site: asked.SiteID}}
	if asked.Purpose == resultcode.ForLogin {
		if asked.DonorID == "" {
			return nil
		}
		e = audit.Entry{Who: bySystem, Role: bySystem, Action: "donor_login." + what, Object: audit.Object{Noun: "donor", ID: asked.DonorID}}
	}
	if object.Noun != "" {
		e.Object = object
	}
	_, err := c.audit.Record(ctx, e)
	return err
}

// SendCodes looks up who asked, and sends a code to those there is a phone of. It
// goes on beside the answers, every second, so that nobody who asks can tell by the
// time whether there was anybody.
func (c *Center) SendCodes(ctx context.Context) error {
	var again []resultcode.Asked
	for c.config.Messages != nil {
		asked, ok, err := c.store.TakeAsked(ctx, c.config.Now().Add(resultcode.Valid-resultcode.LeftAfter))
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		taken, err := c.sendCode(ctx, asked)
		if err != nil {
			return err
		}
		if !taken {
			again = append(again, asked)
		}
	}
	for _, asked := range again {
		if err := c.sendAgain(ctx, asked); err != nil {
			return err
		}
	}
	return nil
}

// sendCode tells whether there is no more to send.
func (c *Center) sendCode(ctx context.Context, asked resultcode.Asked) (bool, error) {
	var to string
	err := c.store.InTx(ctx, func(ctx context.Context) (err error) {
		if asked, err = c.store.LockAsked(ctx, asked.ID); err != nil { // codes may have been tried meanwhile
			return err
		}
		if asked.State != resultcode.Taken { // somebody else has settled it
			return nil
		}
		asked.State = resultcode.Settled
		if asked.IsOver(c.config.Now()) {
			return c.store.SaveAsked(ctx, asked)
		}
		var d donor.Donor
		if d, asked.DonationID, err = c.whoAsked(ctx, asked); err != nil {
			return err
		}
		object, action := audit.Object{}, "code_for_nobody"
		if asked.DonationID != "" {
			if asked.Code, err = asked.Purpose.NewCode(c.config.Random); err != nil {
				return err
			}
			to, asked.DonorID, object, action = d.Phone, d.ID, audit.Object{Noun: "donor", ID: d.ID}, "code_sent"
		}
		if err := c.store.SaveAsked(ctx, asked); err != nil {
			return err
		}
		return c.recordAsked(ctx, asked, action, object)
	})
	return err != nil || to == "" || c.handOver(ctx, asked, to), err
}

// whoAsked finds donor and donation of the numbers somebody typed, with a phone to
// send to, told with any of their documents; the donation is "" when there is none.
func (c *Center) whoAsked(ctx context.Context, asked resultcode.Asked) (d donor.Donor, donationID string, err error) {
	d, err = c.accountOf(ctx, account.Request{DonorKey: asked.DonorKey})
	if err != nil {
		return d, "", unlessMissing(err)
	}
	given, err := c.store.DonationsOf(ctx, d.ID)
	if err != nil {
		return d, "", err
	}
	same, err := c.personOf(ctx, d, asked.DonorKey)
	if err != nil {
		return d, "", err
	}
	d.Phone = phoneOf(same)
	for _, g := range given {
		if g.DIN == asked.DIN && d.Phone != "" {
			return d, g.ID, nil
		}
	}
	return d, "", nil
}

// templates are those of messages with a code.
var templates = map[resultcode.Purpose]textmessage.Template{resultcode.ForResult: textmessage.ResultCode, resultcode.ForLogin: textmessage.LoginCode}

// handOver sends a code and tells whether the driver took it.
func (c *Center) handOver(ctx context.Context, asked resultcode.Asked, to string) bool {
	return c.deliver(ctx, textmessage.Message{ID: asked.ID + "-" + strconv.Itoa(asked.Sends), To: to, Template: templates[asked.Purpose], Language: asked.Language,
		Params: map[string]string{"code": asked.Code, "minutes": strconv.Itoa(int(resultcode.Valid / time.Minute))}, Text: asked.Text(), Expires: asked.Ends})
}

// sendAgain lets the next round send a code that was not taken, drawn anew; after a
// few rounds its owner has to ask again.
func (c *Center) sendAgain(ctx context.Context, asked resultcode.Asked) error {
	return c.store.InTx(ctx, func(ctx context.Context) error {
		now, err := c.store.LockAsked(ctx, asked.ID)
		if err != nil {
			return unlessMissing(err)
		}
		if now.Sends++; now.Sends < resultcode.MostSends {
			now.State = resultcode.Waiting
		}
		return c.store.SaveAsked(ctx, now)
	})
}
