package hospital

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"lianxin/backend/fault"
	"lianxin/backend/relief"
)

// Correct puts a case right: what it took goes back, and what it should have taken is
// taken, in one transaction. Told again it answers the case as the first time left it.
// Faults: those of Reserve; "hospital.changed" when the case is another version;
// "hospital.over"; "hospital.window_over" with the day it ended.
func (s Service) Correct(ctx context.Context, id string, in Correction, by Client) (Case, error) {
	said, err := json.Marshal(in)
	if err != nil {
		return Case{}, fmt.Errorf("write a correction: %w", err)
	}
	sum := sha256.Sum256(said)
	last := hex.EncodeToString(sum[:])
	return s.step(ctx, id, by, func(ctx context.Context, c *Case) (Act, Reason, error) {
		if c.Last == last && c.Version == in.Version+1 {
			return "", "", nil
		}
		if err := s.mayCorrect(*c, in); err != nil {
			return "", "", err
		}
		c.Version++
		c.Last = last
		if in.Instead == nil {
			err := s.takeBack(ctx, c, in.Reason)
			return ReverseAct, in.Reason, err
		}
		return CorrectAct, in.Reason, s.replace(ctx, c, *in.Instead, in.Reason)
	})
}

func (s Service) mayCorrect(c Case, in Correction) error {
	switch {
	case c.Version != in.Version:
		return fault.New(fault.Conflict, "hospital.changed").With("version", c.Version)
	case c.IsOver():
		return fault.New(fault.Conflict, "hospital.over").With("state", string(c.State))
	case c.State == relief.Confirmed && s.now().After(c.CorrectUntil):
		return fault.New(fault.Conflict, "hospital.window_over").With("until", c.CorrectUntil.Format("2006-01-02"))
	}
	return nil
}

// takeBack gives back all that a case has.
func (s Service) takeBack(ctx context.Context, c *Case, reason Reason) error {
	if err := s.giveBack(ctx, *c, reason); err != nil {
		return err
	}
	after := relief.Released
	if c.State == relief.Confirmed {
		after = relief.Reversed
	}
	c.State, c.ML, c.WaivedFen = after, 0, 0
	return nil
}

func (s Service) giveBack(ctx context.Context, c Case, reason Reason) (err error) {
	if c.State == relief.Confirmed {
		_, err = s.Book.Reverse(ctx, c.Reservation, string(reason), s.now())
	} else {
		_, err = s.Book.Release(ctx, c.Reservation, s.now())
	}
	return err
}

// replace takes another inquiry instead of the first. Everybody of both is held first, for
// whoever does the same the other way round would wait for us as we for them.
func (s Service) replace(ctx context.Context, c *Case, q Inquiry, reason Reason) error {
	before, err := s.question(ctx, c.Inquiry)
	if err != nil {
		return err
	}
	question, err := s.fresh(ctx, q)
	if err != nil {
		return err
	}
	if err := s.Book.Hold(ctx, append(donorIDs(before), donorIDs(question)...)...); err != nil {
		return err
	}
	if err := s.giveBack(ctx, *c, reason); err != nil {
		return err
	}
	c.Inquiry = q
	if *c, err = s.reserve(ctx, *c, question); err != nil {
		return err
	}
	if c.State != relief.Confirmed {
		return nil
	}
	_, err = s.Book.Confirm(ctx, c.Reservation, s.now())
	return err
}
