package checkin

import (
	"context"
	"log/slog"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/visit"
)

// isProven tells whether somebody brought more than a number others may know: a
// card or a code. Who typed sees nothing that was not typed or said here: no name,
// no reason, no ticket of before, no answers given elsewhere.
func (c *session) isProven() bool { return c.source != visit.Typed }

// wantProof stops a person who typed a number. Being deferred, for whatever
// reason, and being checked in already look the same from here on.
func (c *session) wantProof() {
	c.step = StepProof
	c.recorded, c.deferred, c.chosen = nil, map[Choice]*recorded{}, Choice{}
	c.forget()
}

// askedForProof begins anew for whoever brings a card or code after a typed
// number: it may be somebody else's.
func (s *Service) askedForProof(c *session) {
	if c.step == StepProof {
		*c = *s.empty(c.id, c.language, c.aim)
	}
}

// Memory keeps values over restarts of the kiosk.
type Memory interface {
	SaveSetting(ctx context.Context, name string, value any) error
	Setting(ctx context.Context, name string, value any) (ok bool, err error)
}

// typing counts the numbers typed at this kiosk: so many may be tried at once,
// and each comes back after a while. Cards and codes are not counted.
type typing struct {
	Left float64   `json:"left"`
	At   time.Time `json:"at"` // when Left was true, by the device's clock
}

const (
	typingSetting = "checkin.typing"
	mostTyped     = 10
	typedEvery    = time.Minute // after it, one more
)

// at is the count at a time.
func (t typing) at(now time.Time) typing {
	return typing{Left: min(mostTyped, t.Left+now.Sub(t.At).Seconds()/typedEvery.Seconds()), At: now}
}

// open is when the next number is taken; zero when it is now.
func (t typing) open() time.Time {
	if t.Left >= 1 {
		return time.Time{}
	}
	return t.At.Add(time.Duration((1 - t.Left) * float64(typedEvery))).Truncate(time.Second).Add(time.Second)
}

// typing reads the count as it stands now. A clock that was put back gives
// nothing and takes nothing: from now on it counts anew.
func (s *Service) typing(ctx context.Context) (typing, error) {
	now := s.deps.Clock.Now()
	kept := typing{Left: mostTyped, At: now}
	if _, err := s.deps.Memory.Setting(ctx, typingSetting, &kept); err != nil {
		return kept, err
	}
	if kept.At.After(now) {
		kept.At = now
		return kept, s.deps.Memory.SaveSetting(ctx, typingSetting, kept)
	}
	return kept.at(now), nil
}

// mayType counts a number that was typed; fault "identity.too_many" with the time
// from which on the next one is taken.
func (s *Service) mayType(ctx context.Context) error {
	t, err := s.typing(ctx)
	if err != nil {
		return err
	}
	if from := t.open(); !from.IsZero() {
		return fault.New(fault.TooMany, "identity.too_many").With("from", from.Add(s.deps.Clock.Offset()).UTC().Format(time.RFC3339))
	}
	t.Left--
	return s.deps.Memory.SaveSetting(ctx, typingSetting, t)
}

// typedFrom is when the next number is taken, by the center's time; zero when it
// is now. What cannot be read stops nobody here: the attempt itself will tell.
func (s *Service) typedFrom() time.Time {
	t, err := s.typing(context.Background())
	if err != nil {
		slog.Warn("how often numbers were typed is not known", "code", fault.CodeOf(err))
		return time.Time{}
	}
	from := t.open()
	if from.IsZero() {
		return from
	}
	return from.Add(s.deps.Clock.Offset()).UTC()
}
