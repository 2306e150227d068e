package center

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"lianxin/backend/audit"
	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/redemption"
	"lianxin/backend/store"
	"lianxin/backend/textmessage"
)

// reminderJob tells owners of vouchers that these end soon: once a day, part by part, by one
// instance. The job's Input is how many messages of this round were not taken over.
const reminderJob = "redemption.remind"

// reminderPart is how many vouchers one part looks at, reminderLease how long an instance
// that went silent keeps the others from going on: longer than a part whose every message
// waits for a gateway in vain.
const (
	reminderPart  = 10
	reminderLease = 3 * time.Minute
)

// reminderPause is for how long nobody goes on when no message of a part was taken over – then it
// is the driver that is out of order, not one phone – and before a round for those that were not.
const reminderPause = time.Hour

// remindFrom and remindUntil are the hours in Beijing between which phones may ring.
const (
	remindFrom  = 9
	remindUntil = 20
)

// errNotTaken says that the driver did not take a message; it has been logged.
var errNotTaken = errors.New("a message was not taken over")

// remindOwners does what is due.
func (c *Center) remindOwners(ctx context.Context) error {
	var failed []error
	for more := true; more && ctx.Err() == nil; {
		var err error
		more, err = c.remindPart(ctx)
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// remindPart tells the owners of the next vouchers. Each is written down as told when its message
// was taken over: who dies between the two sends it again under the same ID, which a driver sends once.
func (c *Center) remindPart(ctx context.Context) (more bool, err error) {
	if hour := c.config.Now().In(calendar.Beijing).Hour(); c.config.Messages == nil || hour < remindFrom || hour >= remindUntil {
		return false, nil
	}
	if due, err := c.isDayDue(ctx, reminderJob); err != nil || !due {
		return false, err
	}
	marks, err := c.reminderMarks(ctx)
	if err != nil {
		return false, err
	}
	job, mine, err := c.beginReminders(ctx)
	if err != nil || !mine {
		return false, err
	}
	var ending []redemption.Redemption
	if len(marks) > 0 {
		if ending, err = c.store.Ending(ctx, job.Day, job.Day.AddDays(marks[0]), job.Place, reminderPart); err != nil {
			return false, err
		}
	}
	told, failed := 0, []error(nil)
	for _, r := range ending {
		switch sent, err := c.remindOwner(ctx, r.ID, marks); {
		case err != nil:
			failed = append(failed, fmt.Errorf("redemption %s: %w", r.ID, err))
		case sent:
			told++
		}
	}
	more, err = c.endReminders(ctx, job, ending, told, len(failed))
	return more, errors.Join(append(failed, err)...)
}

// reminderMarks is how many days before the end of a voucher its owner is told today, the most first.
func (c *Center) reminderMarks(ctx context.Context) ([]int, error) {
	if err := c.freshPacks(ctx); err != nil {
		return nil, err
	}
	rules, err := c.packs.Points(c.Today())
	if fault.CodeOf(err) == "pack.none_in_force" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return rules.Redeem.RemindBefore, nil
}

// beginReminders takes the job for a part; the day begins anew when the one of before came to no end.
func (c *Center) beginReminders(ctx context.Context) (job store.Job, mine bool, err error) {
	return c.leaseIf(ctx, reminderJob, reminderLease, func(job *store.Job) bool {
		if !c.isOnesTurn(*job) {
			return false
		}
		if today := c.Today(); job.Day != today {
			*job = store.Job{Name: reminderJob, Day: today, StartedAt: c.config.Now()}
		}
		return true
	})
}

// endReminders writes down how far the day has come, unless another instance took over meanwhile.
func (c *Center) endReminders(ctx context.Context, begun store.Job, looked []redemption.Redemption, told, failed int) (more bool, err error) {
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		job, err := c.store.LockJob(ctx, reminderJob)
		if err != nil || job.Holder != c.instance || job.Day != begun.Day || job.Place != begun.Place {
			return err
		}
		now := c.config.Now()
		job.Seen, job.Changed, job.Input = job.Seen+int64(len(looked)), job.Changed+int64(told), job.Input+int64(failed)
		isRest := len(looked) < reminderPart
		switch {
		case isRest && job.Input == 0:
			job.FinishedAt, job.HeldUntil, job.Place = now, now, ""
			c.config.Log.InfoContext(ctx, "owners of vouchers reminded", "day", job.Day.String(), "vouchers", job.Seen, "told", job.Changed)
		case isRest:
			job.Seen, job.Input, job.Place = 0, 0, ""
			job.Holder, job.HeldUntil = "", now.Add(reminderPause)
		default:
			job.Place = looked[len(looked)-1].ID
			if more = told > 0 || failed == 0; !more {
				job.Holder, job.HeldUntil = "", now.Add(reminderPause)
			}
		}
		return c.store.SaveJob(ctx, job)
	})
	return more && err == nil, err
}

// remindOwner tells the owner of a voucher, and whether there was something to tell and a phone to tell it to.
func (c *Center) remindOwner(ctx context.Context, id string, marks []int) (told bool, err error) {
	r, err := c.store.Redemption(ctx, id) // as it is now: it may have been used since it was listed
	if err != nil {
		return false, err
	}
	mark := r.ReminderDue(marks, c.Today())
	if mark == 0 {
		return false, nil
	}
	m, err := c.reminderOf(ctx, r, mark)
	if err != nil || m.To == "" {
		return false, err
	}
	if !c.deliver(ctx, m) {
		return false, errNotTaken
	}
	return true, c.store.InTx(ctx, func(ctx context.Context) error {
		now, err := c.store.LockRedemption(ctx, id)
		if err != nil || now.Reminded != 0 && now.Reminded <= mark {
			return err
		}
		now.Reminded = mark
		if err := c.store.SaveRedemption(ctx, now); err != nil {
			return err
		}
		_, err = c.audit.Record(ctx, audit.Entry{Who: bySystem, Role: bySystem, Action: "redemption.reminded",
			Object: audit.Object{Noun: "redemption", ID: id}, Where: audit.Where{Site: r.SiteID}})
		return err
	})
}

// reminderOf is the message to the owner of a voucher; to nobody when no phone is on record.
func (c *Center) reminderOf(ctx context.Context, r redemption.Redemption, mark int) (m textmessage.Message, err error) {
	d, err := c.store.Donor(ctx, r.DonorID)
	if err != nil {
		return m, err
	}
	same, err := c.personOf(ctx, d, d.Key)
	if err != nil {
		return m, err
	}
	g, err := c.store.Gift(ctx, r.GiftID)
	if err != nil {
		return m, err
	}
	says := redemption.Reminder{Gift: g.Name, Codes: r.Codes, Until: r.PickUpUntil, Lang: r.Lang}
	m = textmessage.Message{ID: r.ID + "-ends-" + strconv.Itoa(mark), To: phoneOf(same), Template: textmessage.VoucherCodeEnds, Language: r.Lang,
		Params: map[string]string{"gift": g.Name.In(r.Lang), "until": r.PickUpUntil.String()}, Expires: r.PickUpUntil.AddDays(1).Begins()}
	if !r.Codes {
		where, err := c.store.Site(ctx, r.SiteID)
		if err != nil {
			return m, err
		}
		says.Site, m.Template = where.Name, textmessage.VoucherEnds
		m.Params["site"] = where.Name.In(r.Lang)
	}
	m.Text = says.Text()
	return m, nil
}

// phoneOf is the phone of a person, from whichever of their files has one; "" for none.
func phoneOf(person []donor.Donor) (phone string) {
	for _, one := range person {
		phone = cmp.Or(phone, one.Phone)
	}
	return phone
}

// deliver hands a message to the driver and tells whether it was taken over.
func (c *Center) deliver(ctx context.Context, m textmessage.Message) bool {
	if err := c.config.Messages.Send(ctx, m); err != nil {
		c.metrics.messages.WithLabelValues("failed").Inc()
		c.config.Log.ErrorContext(ctx, "a message was not handed over", "code", fault.CodeOf(err), "message", m) // not the error: it may quote what it was given
		return false
	}
	c.metrics.messages.WithLabelValues("sent").Inc()
	return true
}
