package center

import (
	"context"
	"slices"
	"strconv"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/point"
	"lianxin/backend/store"
)

// birthdayJob gives the points of birthdays: once a day to everybody who has theirs,
// part by part, by one instance. Days on which no center ran are made up for.
const birthdayJob = "point.birthday"

// birthdayPart is how many donors one transaction looks at, birthdayLease how long an
// instance that went silent keeps the others from going on.
const (
	birthdayPart  = 500
	birthdayLease = 2 * time.Minute
)

// giveBirthdays does what is due.
func (c *Center) giveBirthdays(ctx context.Context) error {
	for {
		more, err := c.giveBirthdaysPart(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// giveBirthdaysPart looks at the next donors. The job's Input is how many days before
// its Day the first one lies that it makes up for.
func (c *Center) giveBirthdaysPart(ctx context.Context) (more bool, err error) {
	if due, err := c.isDayDue(ctx, birthdayJob); err != nil || !due {
		return false, err
	}
	if err := c.freshPacks(ctx); err != nil {
		return false, err
	}
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		job, err := c.store.LockJob(ctx, birthdayJob)
		if err != nil || !c.isOnesTurn(job) {
			return err
		}
		now, today := c.config.Now(), c.Today()
		if job.Day.IsZero() || !job.FinishedAt.IsZero() {
			missed := 0
			if !job.Day.IsZero() {
				missed = job.Day.DaysUntil(today) - 1
			}
			job = store.Job{Name: birthdayJob, Day: today, Input: int64(missed), StartedAt: now}
		}
		some, err := c.store.DonorsAfter(ctx, job.Place, birthdayPart)
		if err != nil {
			return err
		}
		given, err := c.giveBirthdaysTo(ctx, some, job.Day.AddDays(-int(job.Input)), job.Day)
		if err != nil {
			return err
		}
		job.Holder, job.HeldUntil = c.instance, now.Add(birthdayLease)
		job.Seen, job.Changed = job.Seen+int64(len(some)), job.Changed+int64(given)
		if more = len(some) == birthdayPart; more {
			job.Place = some[len(some)-1].ID
		} else {
			job.FinishedAt, job.HeldUntil, job.Place = now, now, ""
			more = job.Day.Before(today) // begun yesterday
			c.config.Log.InfoContext(ctx, "points of birthdays given", "day", job.Day.String(), "donors", job.Seen, "given", job.Changed)
		}
		return c.store.SaveJob(ctx, job)
	})
	return more && err == nil, err
}

// giveBirthdaysTo gives donors the points of their birthdays from a day to another, and
// tells how many birthdays gave something. A person has one, whatever number of donors
// they are counted under: the one they are counted with gets the points.
func (c *Center) giveBirthdaysTo(ctx context.Context, some []donor.Donor, first, last calendar.Date) (given int, err error) {
	var credits []point.Credit
	for _, d := range some {
		if d.Head() != d.ID {
			continue
		}
		for _, day := range point.BirthdaysWithin(d.Person.Born, first, last) {
			credit, err := c.birthdayCredit(ctx, d, day)
			if err != nil {
				return 0, err
			}
			if len(credit.Awards) > 0 {
				credits = append(credits, credit)
			}
		}
	}
	return len(credits), c.ledger().Give(ctx, c.config.Now(), credits...)
}

// birthdayCredit is what a birthday gives by the rules of that day; nothing that is over
// already, nor to who was given it before they were counted with somebody else.
func (c *Center) birthdayCredit(ctx context.Context, d donor.Donor, day calendar.Date) (point.Credit, error) {
	credit := point.Credit{DonorID: d.ID, Cause: birthdayCause(d.ID, day)}
	rules, err := c.packs.Points(day)
	if fault.CodeOf(err) == "pack.none_in_force" {
		return credit, nil
	}
	if err != nil {
		return credit, err
	}
	history, err := c.store.DonationsOf(ctx, d.ID)
	if err != nil {
		return credit, err
	}
	b := point.Birthday{On: day, Born: d.Person.Born}
	for _, given := range history { // newest first
		if given.On.After(day) {
			continue
		}
		if b.Times++; b.Last.IsZero() {
			b.Last = given.On
		}
	}
	today := c.Today()
	credit.Awards = slices.DeleteFunc(rules.ForBirthday(b), func(a point.Award) bool { return point.Lot{Expires: a.Expires}.IsOver(today) })
	if len(credit.Awards) == 0 {
		return credit, nil
	}
	had, err := c.hadBirthday(ctx, d.ID, day)
	if had {
		credit.Awards = nil
	}
	return credit, err
}

// hadBirthday tells whether the person was given the points of a birthday.
func (c *Center) hadBirthday(ctx context.Context, donorID string, day calendar.Date) (bool, error) {
	person, err := c.store.Together(ctx, []string{donorID})
	if err != nil {
		return false, err
	}
	causes := make([]string, len(person))
	for i, id := range person {
		causes[i] = birthdayCause(id, day)
	}
	given, err := c.store.EntriesAbout(ctx, causes...)
	return len(given) > 0, err
}

func birthdayCause(donorID string, day calendar.Date) string {
	return "birthday/" + donorID + "/" + strconv.Itoa(day.Year())
}

// isDayDue tells without waiting for anybody whether a job of every day has something to
// do, which on most looks it has not.
func (c *Center) isDayDue(ctx context.Context, name string) (bool, error) {
	job, err := c.store.Job(ctx, name)
	return err == nil && c.isOnesTurn(job), err
}

// isOnesTurn tells whether this instance is to work on a job of every day now. Another
// one's midnight may come a moment before this one's.
func (c *Center) isOnesTurn(job store.Job) bool {
	if !job.FinishedAt.IsZero() && !job.Day.Before(c.Today()) {
		return false
	}
	return job.Holder == c.instance || !c.config.Now().Before(job.HeldUntil)
}
