package story_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/node"
	"lianxin/backend/printer"
	"lianxin/backend/proof/journey"
)

// kiosk is the command that is a kiosk without its window: the same node with
// the same API, walked the way its page walks it. Each call starts it, does one
// thing and stops it, so every story also shows what survives the program.
type kiosk struct {
	Claim   enrol   `cmd:"" help:"Use a one-time code; prints the fingerprint."`
	Await   await   `cmd:"" help:"Wait until the kiosk is in a phase and has told and heard everything, and say how it is."`
	State   state   `cmd:"" help:"Say how the kiosk is, at once."`
	CheckIn checkIn `cmd:"" help:"Walk one person to the ticket."`
}

func kioskMain() { run(&kiosk{}, "kiosk") }

// machine is where one kiosk lives.
type machine struct {
	Data   string `default:"kiosk" help:"Its data folder."`
	Papers string `default:"papers" help:"Folder its printer writes to."`
}

// opened is a running kiosk.
type opened struct{ node *node.Node }

// patience bounds every wait for something that must come.
const patience = 30 * time.Second

func (m machine) with(do func(ctx context.Context, k opened) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	n, err := node.Open(ctx, node.Config{Data: m.Data, Demo: true, Version: "story", PIN: "135790",
		Printer: printer.NewFolder(m.Papers), Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	return errors.Join(do(ctx, opened{n}), n.Close(ctx))
}

// page asks the kiosk's API as its page does.
func (k opened) page() journey.Ask { return journey.Of(k.node.Handler()) }

// until waits for the kiosk's own events until its state is as wanted.
func (k opened) until(ctx context.Context, wanted func(api.KioskState) bool) (api.KioskState, error) {
	changed := make(chan struct{}, 1)
	cancel := k.node.Subscribe(func(string, any) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	defer cancel()
	for {
		now, err := k.node.State(ctx)
		if err != nil || wanted(now) {
			return now, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return now, fmt.Errorf("it never came about; the kiosk is %s", words(now))
		}
	}
}

// words is a state on one line.
func words(s api.KioskState) string {
	line := "offline"
	if s.Online {
		line = "online"
	}
	return fmt.Sprintf("%s, %s, %d pending, %d refused", s.Phase, line, s.Pending, s.DeadLetters)
}

// enrol uses a one-time code.
type enrol struct {
	machine
	File string `arg:"" help:"Text of the enrolment QR." type:"existingfile"`
}

// Run prints the fingerprint staff compare.
func (c enrol) Run() error {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	return c.with(func(_ context.Context, k opened) error {
		var answer api.EnrolmentState
		if err := k.page()(http.MethodPost, "/kiosk/enrolment", api.EnrolInput{Payload: string(text)}, &answer); err != nil {
			return err
		}
		fmt.Printf("%s; fingerprint %s\n", answer.Status, answer.Fingerprint)
		return nil
	})
}

// await waits for a phase.
type await struct {
	machine
	Phase string `arg:""`
}

// Run waits and prints the state.
func (a await) Run() error {
	began := time.Now()
	return a.with(func(ctx context.Context, k opened) error {
		s, err := k.until(ctx, func(s api.KioskState) bool {
			served := s.Online && s.Pending == 0 && s.DataAsOf.After(began)
			return s.Phase == a.Phase && (served || a.Phase != "ready")
		})
		fmt.Println(words(s))
		return err
	})
}

// state prints the state as it is.
type state struct{ machine }

// Run prints it.
func (s state) Run() error {
	return s.with(func(ctx context.Context, k opened) error {
		now, err := k.node.State(ctx)
		fmt.Println(words(now))
		return err
	})
}
