package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/visit"
)

// RefusedCmd shows what was parked and refused when its turn came.
type RefusedCmd struct {
	List   RefusedListCmd   `cmd:"" default:"withargs" help:"List them, the latest first."`
	Forget RefusedForgetCmd `cmd:"" help:"Forget what was kept of one that you have dealt with; its fate is remembered."`
}

// RefusedListCmd lists.
type RefusedListCmd struct {
	Place
	JSON  bool `name:"json" help:"Print everything, with the answers, to be taken in by hand. Keep it out of files others can read."`
	Limit int  `help:"The most to show." default:"1000"`
}

// Run lists.
func (l RefusedListCmd) Run() error {
	return l.with(func(ctx context.Context, c *center.Center) error { return l.show(ctx, c, os.Stdout) })
}

func (l RefusedListCmd) show(ctx context.Context, c *center.Center, out io.Writer) error {
	kept, err := c.RefusedOperations(ctx, l.Limit, operator)
	if err != nil {
		return err
	}
	if l.JSON {
		lines := json.NewEncoder(out)
		lines.SetIndent("", "  ")
		return lines.Encode(kept)
	}
	w := commandline.NewTable(out)
	fmt.Fprintln(w, "DEVICE\tSEQ\tKIND\tMADE\tREFUSED\tREASON\tTICKET\tDOCUMENT\tOPERATION")
	for _, r := range kept {
		op, v := r.Operation, visit.Visit{}
		if json.Unmarshal(op.Payload, &v) != nil {
			v = visit.Visit{} // what does not hold together may be why it was refused
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.DeviceID, op.Seq, op.Kind, op.DeviceTime.Local().Format(time.DateTime),
			r.At.Local().Format(time.DateTime), r.Code, v.Ticket, v.Person.Masked().Number, op.ID)
	}
	return w.Flush()
}

// RefusedForgetCmd forgets.
type RefusedForgetCmd struct {
	Place
	ID string `arg:"" help:"Operation, as the list shows it."`
}

// Run forgets.
func (f RefusedForgetCmd) Run() error {
	return f.done(func(ctx context.Context, c *center.Center) error { return c.ForgetRefused(ctx, f.ID, operator) }, "forgotten")
}
