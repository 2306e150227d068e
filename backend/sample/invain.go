package sample

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/gift"
)

const (
	// inFashion is how many gifts are asked for more and more, and how many nobody asks for any more.
	inFashion = 3
	// stretch is how many weeks the report on gifts compares with as many before.
	stretch = 8
)

// inVain makes people who wanted a gift when there was none: of a few that are sold out, lately, and of a few
// that are there again, before. What people redeem is spread over so many gifts that none would be seen to
// rise or to fall. It draws from a source of its own, so that everybody else is the same with and without it.
func (m *maker) inVain(ctx context.Context, to Sink, stock []gift.Stock) error {
	own := &maker{Options: m.Options, random: rand.New(rand.NewPCG(m.Seed, 0x6661736874))}
	rising, falling := 0, 0
	seen := map[string]bool{}
	for _, s := range stock {
		weeksAgo := 0
		switch {
		case seen[s.GiftID]:
			continue
		case s.Left == 0 && rising < inFashion:
			rising++
		case s.Left >= 10 && falling < inFashion:
			falling, weeksAgo = falling+1, stretch
		default:
			continue
		}
		seen[s.GiftID] = true
		for week := weeksAgo + 1; week <= weeksAgo+stretch; week++ {
			if err := own.askedIn(ctx, to, s, m.Today.AddDays(-7*week)); err != nil {
				return err
			}
		}
	}
	return nil
}

// askedIn lets some people ask on a day for what is not there.
func (m *maker) askedIn(ctx context.Context, to Sink, s gift.Stock, day calendar.Date) error {
	for n := range 2 + m.random.IntN(2) {
		at := time.Date(day.Year(), day.Month(), day.Day(), 9+2*n, m.random.IntN(60), 0, 0, calendar.Beijing)
		if err := to.SaveRefusal(ctx, m.id(), s.GiftID, s.SiteID, at); err != nil {
			return fmt.Errorf("sample refusal at %s: %w", s.SiteID, err)
		}
	}
	return nil
}
