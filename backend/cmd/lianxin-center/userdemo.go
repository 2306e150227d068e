package main

import (
	"context"
	"errors"
	"fmt"

	"lianxin/backend/center"
)

// UserDemoCmd adds the made-up staff a demo's desk is tried with.
type UserDemoCmd struct{ Place }

// Run adds, unless it is there already, and says how to log in.
func (u UserDemoCmd) Run() error {
	if !u.Demo {
		return errors.New("user demo is for demos: say --demo, and never where real people's data lies")
	}
	return u.with(func(ctx context.Context, c *center.Center) error {
		members, err := c.AddDemoMembers(ctx, operator)
		if err != nil {
			return err
		}
		for _, m := range members {
			fmt.Printf("%s as %s; the desk of a demo fills the login in by itself\n", m.Login, m.Role)
		}
		return nil
	})
}
