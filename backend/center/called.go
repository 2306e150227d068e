package center

import (
	"context"
	"strconv"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
)

// calledShown is how many numbers a waiting room shows.
const calledShown = 8

// Called implements api.Reception. It opens nothing that is sealed: numbers, counters and
// how many wait are what everybody in the room can see.
func (c *Center) Called(ctx context.Context, siteID, seen string, wait time.Duration) (api.CalledNumbers, error) {
	here, err := c.store.Site(ctx, siteID)
	if err != nil {
		return api.CalledNumbers{}, err
	}
	day := c.Today()
	out := api.CalledNumbers{Site: here.Name, Numbers: []api.CalledNumber{}}
	out.Seen, err = c.awaited(ctx, seen, wait, func(ctx context.Context) (string, error) { return c.roomMark(ctx, siteID, day) })
	if err != nil {
		return out, err
	}
	called, err := c.store.CalledAt(ctx, siteID, day, calledShown)
	if err != nil {
		return out, err
	}
	for _, n := range called {
		out.Numbers = append(out.Numbers, api.CalledNumber{Ticket: n.Ticket, Counter: n.Counter, Call: n.CallNumber, At: n.CalledAt.Time})
	}
	out.Waiting, err = c.store.CountUncalled(ctx, siteID, day)
	return out, err
}

// roomMark is another one when a number is called or taken back, or somebody comes.
func (c *Center) roomMark(ctx context.Context, siteID string, day calendar.Date) (string, error) {
	last, err := c.store.CalledAt(ctx, siteID, day, 1)
	if err != nil {
		return "", err
	}
	waiting, err := c.store.CountUncalled(ctx, siteID, day)
	if err != nil {
		return "", err
	}
	mark := day.String() + "." + strconv.Itoa(waiting)
	for _, n := range last {
		mark += "." + strconv.FormatInt(n.CallNumber, 10)
	}
	return mark, nil
}
