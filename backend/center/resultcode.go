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

// Who asks for results with numbers may do so often enough for everybody in a lobby,
// and seldom enough to make trying numbers out a matter of years. Nothing locks: each
// purse fills up again, and the refusal says when.
var (
	resultsOfDevice  = allowance{"/result", 12, 20 * time.Second}
	resultsOfNetwork = allowance{"network/", 60, 4 * time.Second}
	// Counted for the two numbers together, whether they are anybody's or not: who only
	// knows somebody's document cannot use up what its owner may do.
	resultsOfNumbers = allowance{"numbers/", 4, 5 * time.Minute}
)

// AskResult implements api.Results. Nothing is looked up: that is SendCodes' work,
// so that every asking takes the same time and gets the same answer.
func (c *Center) AskResult(ctx context.Context, deviceID, network string, in api.ResultAsk) (api.ResultAsked, error) {
	if c.config.Messages == nil {
		return api.ResultAsked{}, fault.New(fault.Unavailable, "result_code.no_messages")
	}
	din, err := donation.ParseDIN(in.DIN)
	if err != nil {
		return api.ResultAsked{}, err
	}
	now := c.config.Now().UTC()
	asked := resultcode.Asked{ID: c.config.NewID(), State: resultcode.Waiting, At: now, Ends: now.Add(resultcode.Valid),
		DeviceID: deviceID, DonorKey: in.DonorKey, DIN: din, Language: in.Language}
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		from, err := c.store.Device(ctx, deviceID)
		if err != nil {
			return err
		}
		asked.SiteID = from.SiteID
		if err := c.mayAsk(ctx, deviceID, network, asked); err != nil {
			return err
		}
		return c.store.SaveAsked(ctx, asked)
	})
	if err != nil {
		return api.ResultAsked{}, err
	}
	return api.ResultAsked{Request: asked.ID, Ends: asked.Ends, Tries: asked.Left()}, nil
}

// mayAsk counts an asking; fault "result_code.too_many" with the time from which on
// the next one is taken.
func (c *Center) mayAsk(ctx context.Context, deviceID, network string, asked resultcode.Asked) error {
	for _, purse := range []struct {
		of allowance
		id string
	}{
		{resultsOfDevice, deviceID + resultsOfDevice.purse},
		{resultsOfNetwork, resultsOfNetwork.purse + c.keyring.Index("result-network", network)},
		{resultsOfNumbers, resultsOfNumbers.purse + c.keyring.Index("result-numbers", asked.DonorKey+"\x00"+string(asked.DIN))},
	} {
		from, err := c.store.TakeFrom(ctx, purse.id, asked.At, purse.of.atOnce, purse.of.every)
		if err != nil {
			return err
		}
		if !from.IsZero() {
			return fault.New(fault.TooMany, "result_code.too_many").With("from", from.Add(time.Second).Truncate(time.Second).Format(time.RFC3339))
		}
	}
	return nil
}

// OpenResult implements api.Results. Whether the code was wrong, there is none, or
// nobody was found is one answer.
func (c *Center) OpenResult(ctx context.Context, deviceID string, in api.ResultOpen) (api.ResultOpened, error) {
	var out api.ResultOpened
	var refused error
	err := c.store.InTx(ctx, func(ctx context.Context) error {
		asked, err := c.store.LockAsked(ctx, in.Request)
		if err != nil && fault.From(err).Kind != fault.NotFound {
			return err
		}
		if err != nil || asked.DeviceID != deviceID || asked.IsOver(c.config.Now()) {
			refused = fault.New(fault.Conflict, "result_code.over")
			return nil
		}
		asked, isRight := asked.Try(strings.TrimSpace(in.Code))
		if err := c.store.SaveAsked(ctx, asked); err != nil {
			return err
		}
		if !isRight {
			refused = fault.New(fault.Conflict, "result_code.wrong").With("left", asked.Left())
			return c.recordAsked(ctx, asked, "result.code_wrong", audit.Object{Noun: "device", ID: deviceID})
		}
		out, err = c.opened(ctx, asked)
		return err
	})
	if err == nil {
		err = refused
	}
	return out, err
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
	return out, c.recordAsked(ctx, asked, "result.shown", audit.Object{Noun: "donor", ID: asked.DonorID})
}

func (c *Center) recordAsked(ctx context.Context, asked resultcode.Asked, action string, object audit.Object) error {
	_, err := c.audit.Record(ctx, audit.Entry{Who: asked.DeviceID, Role: atDevice, Action: action, Object: object, Where: audit.Where{Site: asked.SiteID}})
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
		object, action := audit.Object{Noun: "device", ID: asked.DeviceID}, "result.code_for_nobody"
		if asked.DonationID != "" {
			if asked.Code, err = resultcode.NewCode(c.config.Random); err != nil {
				return err
			}
			to, asked.DonorID, object, action = d.Phone, d.ID, audit.Object{Noun: "donor", ID: d.ID}, "result.code_sent"
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

// handOver sends a code and tells whether the driver took it.
func (c *Center) handOver(ctx context.Context, asked resultcode.Asked, to string) bool {
	return c.deliver(ctx, textmessage.Message{ID: asked.ID + "-" + strconv.Itoa(asked.Sends), To: to, Template: textmessage.ResultCode, Language: asked.Language,
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
