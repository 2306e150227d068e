package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/commandline"
)

// CallsCmd shows who asks for help at kiosks.
type CallsCmd struct {
	List        CallsListCmd        `cmd:"" default:"withargs" help:"List the open calls; with --watch, show each change as it comes."`
	Acknowledge CallsAcknowledgeCmd `cmd:"" help:"Say that somebody is on the way; the kiosk shows it."`
	Clear       CallsClearCmd       `cmd:"" help:"Close a call."`
}

// CallsListCmd lists.
type CallsListCmd struct {
	Place
	Sites []string `name:"site" help:"Only of this site; may be repeated." placeholder:"ID"`
	Watch bool     `help:"Go on and show each change, until Ctrl-C."`
}

// patience is how long one look of --watch waits for a change.
const patience = 25 * time.Second

// Run lists once, or each time the list changes.
func (l CallsListCmd) Run() error {
	return l.with(func(ctx context.Context, c *center.Center) error { return l.show(ctx, c, os.Stdout) })
}

func (l CallsListCmd) show(ctx context.Context, c *center.Center, out io.Writer) error {
	by := api.Caller{StaffID: operator, Sites: l.Sites}
	list, err := c.OpenCalls(ctx, "", 0, by)
	for err == nil {
		if err := printCalls(out, list.Calls); err != nil || !l.Watch {
			return err
		}
		seen := list.Seen
		for err == nil && list.Seen == seen {
			list, err = c.OpenCalls(ctx, seen, patience, by)
		}
	}
	if ctx.Err() != nil {
		return nil // Ctrl-C is how a watch ends
	}
	return err
}

func printCalls(out io.Writer, calls []api.OpenCall) error {
	w := commandline.NewTable(out)
	fmt.Fprintf(w, "%s: %d open\n", time.Now().Format(time.TimeOnly), len(calls))
	for _, call := range calls {
		answer := "nobody yet"
		if !call.AcknowledgedAt.IsZero() {
			answer = call.AcknowledgedBy + " is on the way"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\tsince %s\t%s\n", call.ID, call.SiteName.ZH, call.DeviceName, call.RaisedAt.Local().Format(time.TimeOnly), answer)
	}
	return w.Flush()
}

// CallsAcknowledgeCmd acknowledges.
type CallsAcknowledgeCmd struct {
	Place
	ID string `arg:"" help:"Call, as the list shows it."`
}

// Run acknowledges.
func (a CallsAcknowledgeCmd) Run() error {
	return a.done(func(ctx context.Context, c *center.Center) error {
		return c.AcknowledgeCall(ctx, a.ID, api.Caller{StaffID: operator})
	}, "acknowledged: the kiosk says that somebody is coming")
}

// CallsClearCmd closes.
type CallsClearCmd struct {
	Place
	ID string `arg:"" help:"Call, as the list shows it."`
}

// Run closes.
func (x CallsClearCmd) Run() error {
	return x.done(func(ctx context.Context, c *center.Center) error {
		return c.ClearCall(ctx, x.ID, api.Caller{StaffID: operator})
	}, "closed")
}
