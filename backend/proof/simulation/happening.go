package simulation

import (
	"context"
	"fmt"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/correction"
	"lianxin/backend/device"
	"lianxin/backend/outbox"
	"lianxin/backend/pack"
	"lianxin/backend/preference"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
)

// append writes an operation as the kiosk's own parts do.
func (k *kiosk) append(ctx context.Context, kind outbox.Kind, payload any) error {
	op, err := outbox.New(k.source.id(k.wall), kind, k.wall(), payload)
	if err != nil {
		return err
	}
	return k.Store().InTx(ctx, func(ctx context.Context) error { _, err := k.Store().AppendOperation(ctx, op); return err })
}

// switchSuggestions lets somebody say whether they want gifts suggested.
func (k *kiosk) switchSuggestions(ctx context.Context) error {
	said := preference.Switched{DonorKey: saverKey(k.world.chance.IntN(savers)), On: k.world.luck(50), At: k.Clock().Now().UTC()}
	return k.note(k.append(ctx, outbox.SuggestionsSwitched, said), "", fmt.Sprintf("suggestions %v for %s", said.On, said.DonorKey))
}

// askCorrection lets somebody say that a donation is missing, near a day nobody else names.
func (k *kiosk) askCorrection(ctx context.Context) error {
	k.world.asked++
	n := k.world.chance.IntN(k.world.people)
	who := storetest.Person(n)
	r := correction.Request{ID: k.source.id(k.wall), DonorKey: storetest.DonorKey(n), Subject: correction.Missing, SiteID: k.Place().SiteID,
		About: calendar.New(2000, time.January, 1).AddDays(k.world.asked), DeviceID: k.Place().DeviceID, At: k.Clock().Now().UTC(), Person: &who}
	return k.note(k.append(ctx, outbox.CorrectionAsked, r), "", "correction for "+r.DonorKey)
}

// cutOff leaves a kiosk with something to send alone for two months.
func (k *kiosk) cutOff(ctx context.Context) error {
	heldBack := k.line.held
	*k.line = line{world: k.world, kiosk: k, held: heldBack, cut: true}
	for range 2 {
		if err := k.checkIn(ctx); err != nil {
			return err
		}
	}
	k.world.now = k.world.now.Add(59*24*time.Hour + time.Duration(k.world.chance.Int64N(int64(48*time.Hour))))
	waiting, err := k.Store().CountOperations(ctx, outbox.Pending)
	if waiting > 0 {
		k.world.count(LongCut)
	}
	k.world.say("kiosk %d was cut off for two months with %d to send", k.number, waiting)
	return err
}

// older and newer are versions of sync beside the program's own.
const (
	older = sync.MinProtocol - 2 // 0 stands for the program's own
	newer = sync.Protocol + 1
)

// speak puts an older or a newer program in the place of the kiosk's.
func (k *kiosk) speak(ctx context.Context) error {
	k.speaks = []int{0, 0, older, newer}[k.world.chance.IntN(4)]
	k.world.say("kiosk %d speaks protocol %d", k.number, k.speaks)
	return k.restart(ctx)
}

// laterKind is a kind of operation of a newer program.
const laterKind = outbox.Kind("later.kind")

// appliers are what a newer center can do beside this one.
func (c *center) appliers() map[outbox.Kind]sync.Apply {
	if !c.learnt {
		return nil
	}
	return map[outbox.Kind]sync.Apply{laterKind: func(ctx context.Context, _ device.Device, op outbox.Operation) ([]sync.Mark, error) {
		times, err := c.carriedOut(ctx, op.ID)
		if err != nil {
			return nil, err
		}
		return nil, c.Store().SaveSetting(ctx, "simulation."+op.ID, times+1)
	}}
}

// carriedOut tells how often an operation of the later kind had its effect.
func (c *center) carriedOut(ctx context.Context, id string) (times int, err error) {
	_, err = c.Store().Setting(ctx, "simulation."+id, &times)
	return times, err
}

// learn puts a newer program in the center's place, which begins with what was kept for it.
func (c *center) learn(ctx context.Context) error {
	if c.learnt {
		return nil
	}
	waiting, err := c.Store().ParkedOperations(ctx, sync.ParkedOperation{}, 1000)
	if err != nil {
		return err
	}
	c.learnt = true
	c.world.say("the center learns the later kind, with %d waiting", len(waiting))
	if err := c.restart(ctx); err != nil {
		return err
	}
	if err := c.Upkeep(ctx); err != nil {
		return err
	}
	for _, one := range waiting {
		times, err := c.carriedOut(ctx, one.Operation.ID)
		if err != nil {
			return err
		}
		if times == 1 {
			c.world.count(Replayed)
		}
	}
	return nil
}

// answer lets staff at the center go to a call, or close it.
func (c *center) answer(ctx context.Context) error {
	open, err := c.Store().OpenCallsAt(ctx, nil)
	if err != nil || len(open) == 0 {
		return err
	}
	call, by := open[c.world.chance.IntN(len(open))], api.Caller{StaffID: "staff-1", Role: "reception"}
	c.world.say("center: staff answer call %s", call.ID)
	if c.world.luck(50) {
		return c.ClearCall(ctx, call.ID, by)
	}
	return c.AcknowledgeCall(ctx, call.ID, by)
}

// pass lets somebody answer the questionnaire elsewhere.
func (c *center) pass(ctx context.Context) error {
	p := storetest.Pass(c.world.chance.IntN(c.world.people), kept(c.world.now))
	p.SiteID = siteID(c.world.chance.IntN(sites))
	c.world.passes = append(c.world.passes, p.ID)
	c.world.say("center: pass %s at %s", p.ID, p.SiteID)
	return c.SavePass(ctx, p)
}

// editPack gives out a questionnaire in one more version.
func (c *center) editPack(ctx context.Context) error {
	c.packs++
	version := fmt.Sprint(c.packs)
	c.world.say("center: questionnaire %s", version)
	form := `{"resourceType":"Questionnaire","url":"https://example.org/short","version":"` + version +
		`","status":"active","title":"短","item":[{"linkId":"well-today","text":"好吗","type":"boolean","required":true}]}`
	_, err := c.PublishPack(ctx, pack.Pack{ID: pack.HealthForm, Version: version, Kind: pack.Questionnaire, From: calendar.Of(c.world.now), Content: []byte(form)}, "terminal")
	return err
}
