package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/visit"
)

// LettersCmd reads what a kiosk exported because the center had refused it.
type LettersCmd struct {
	Place
	File string `arg:"" help:"File made by: lianxin letters export" type:"existingfile"`
	JSON bool   `name:"json" help:"Print everything, with the answers, to be taken in by hand. Keep it out of files others can read."`
}

// Run checks that the file is whole and of a kiosk of this center, and shows it.
func (l LettersCmd) Run() error {
	file, err := os.ReadFile(l.File)
	if err != nil {
		return err
	}
	return l.with(func(ctx context.Context, c *center.Center) error {
		b, err := c.OpenLetters(ctx, file, operator)
		if err != nil {
			return err
		}
		if l.JSON {
			out := json.NewEncoder(os.Stdout)
			out.SetIndent("", "  ")
			return out.Encode(b)
		}
		w := commandline.NewTable(os.Stdout)
		fmt.Fprintf(w, "%d dead letters of device %s, exported %s\n", len(b.Letters), b.DeviceID, b.MadeAt.Local().Format(time.DateTime))
		fmt.Fprintln(w, "SEQ\tKIND\tMADE\tREASON\tTICKET\tDOCUMENT\tOPERATION")
		for _, e := range b.Letters {
			var v visit.Visit
			if err := json.Unmarshal(e.Payload, &v); err != nil {
				return fmt.Errorf("operation %d: %w", e.Seq, err)
			}
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", e.Seq, e.Kind, e.DeviceTime.Local().Format(time.DateTime), e.Code, v.Ticket, v.Person.Masked().Number, e.ID)
		}
		return w.Flush()
	})
}
