package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"lianxin/app"
	"lianxin/backend/api"
	"lianxin/backend/commandline"
	"lianxin/backend/node"
)

// LettersCmd deals with what the center refused ("dead letters"). While the kiosk
// runs, its operator panel does the same.
type LettersCmd struct {
	List   LettersListCmd   `cmd:"" default:"withargs" help:"List what the center refused. Exits 4 when something waits for somebody."`
	Export LettersExportCmd `cmd:"" help:"Write it into a file that only the center can read: lianxin-center letters FILE."`
	Accept LettersAcceptCmd `cmd:"" help:"Note that somebody dealt with one; it stays in the log with who and when."`
}

// exitLetters says that dead letters wait for somebody.
const exitLetters = 4

// Closed are the flags of commands that look into a kiosk that is not running.
type Closed struct {
	Data    string `help:"Folder the kiosk uses." default:"${data}" env:"LIANXIN_DATA" type:"path"`
	Demo    bool   `help:"Made-up data only; keys may lie in a plain file." env:"LIANXIN_DEMO"`
	KeyFile bool   `help:"Accept a plain key file in the data folder, outside demo mode." env:"LIANXIN_KEY_FILE"`
}

func (b Closed) config() node.Config {
	return node.Config{Data: b.Data, Demo: b.Demo, AllowKey: b.KeyFile}
}

// locked holds the data folder while it does something.
func (b Closed) locked(do func() error) error {
	if _, err := os.Stat(b.Data); err != nil {
		return fmt.Errorf("no kiosk has its data there: %w", err)
	}
	lock, err := app.LockFolder(b.Data)
	if errors.Is(err, app.ErrInUse) {
		return exit{err, app.ExitInUse}
	}
	if err != nil {
		return err
	}
	defer lock.Release()
	return do()
}

// with opens the letters.
func (b Closed) with(do func(ctx context.Context, l *node.Letters) error) error {
	return b.locked(func() error {
		ctx := context.Background()
		l, err := node.OpenLetters(ctx, b.config())
		if err != nil {
			return err
		}
		return errors.Join(do(ctx, l), l.Close())
	})
}

// LettersListCmd lists.
type LettersListCmd struct {
	Closed
	Settled bool `help:"Those somebody dealt with, instead of those that wait."`
	JSON    bool `name:"json" help:"As JSON."`
}

// Run lists.
func (c LettersListCmd) Run() error {
	return c.with(func(ctx context.Context, l *node.Letters) error {
		all, err := l.List(ctx, c.Settled)
		if err != nil {
			return err
		}
		if err := c.show(all); err != nil {
			return err
		}
		if len(all) > 0 && !c.Settled {
			return exit{errors.New(""), exitLetters}
		}
		return nil
	})
}

func (c LettersListCmd) show(all []api.DeadLetter) error {
	if c.JSON {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		return out.Encode(all)
	}
	if len(all) == 0 {
		fmt.Println("none")
		return nil
	}
	w := commandline.NewTable(os.Stdout)
	fmt.Fprintln(w, "SEQ\tKIND\tMADE\tREASON\tTICKET\tDOCUMENT\tOPERATION\tDEALT WITH")
	for _, x := range all {
		settled := ""
		if x.SettledBy != "" {
			settled = x.SettledBy + " " + x.SettledAt.Local().Format(time.DateTime)
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", x.Seq, x.Kind, x.DeviceTime.Local().Format(time.DateTime), x.Code,
			x.Ticket, x.DocumentMasked, x.ID, settled)
	}
	return w.Flush()
}

// LettersExportCmd exports.
type LettersExportCmd struct {
	Closed
	To string `help:"Folder for the file, such as a memory stick; DATA/letters when absent." type:"existingdir" placeholder:"DIR"`
}

// Run exports.
func (c LettersExportCmd) Run() error {
	return c.with(func(ctx context.Context, l *node.Letters) error {
		path, count, err := l.Export(ctx, c.To)
		if err != nil {
			return err
		}
		fmt.Printf("%d written to %s\n", count, path)
		return nil
	})
}

// LettersAcceptCmd notes that somebody dealt with letters.
type LettersAcceptCmd struct {
	Closed
	By  string   `required:"" help:"Who dealt with it: staff number or name."`
	IDs []string `arg:"" name:"operation" help:"Operations, as listed."`
}

// Run notes it.
func (c LettersAcceptCmd) Run() error {
	return c.with(func(ctx context.Context, l *node.Letters) error {
		for _, id := range c.IDs {
			if err := l.Settle(ctx, id, c.By); err != nil {
				return fmt.Errorf("operation %s: %w", id, err)
			}
		}
		fmt.Printf("%d noted as dealt with by %s\n", len(c.IDs), c.By)
		return nil
	})
}
