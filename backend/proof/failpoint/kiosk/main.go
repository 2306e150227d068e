// Command kiosk is a kiosk without its window, for proofs that kill it: the same
// node with the same API, its card reader and its page driven by lines on standard
// input. What it says on standard output was answered to the page before.
//
//	open                the kiosk is there (said once, unasked)
//	phase               → phase unenrolled | pending | ready …, and the fingerprint of its key
//	enrol URL CODE      → enrolled FINGERPRINT
//	approval            → ready, once staff have approved
//	check-in NUMBER     → saved NUMBER TICKET | deferred NUMBER | known NUMBER
//	call                → called
//	drain               → drained, once everything is sent and the center was heard since the start
//
// Whatever fails is answered with: failed and why.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/checkin"
	"lianxin/backend/node"
	"lianxin/backend/printer"
	"lianxin/backend/proof/journey"
)

var (
	data    = flag.String("data", "", "data folder")
	papers  = flag.String("papers", "", "folder its printer writes to")
	version = flag.String("version", "1", "version it says it is; another one pulls everything anew")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "kiosk:", err)
		os.Exit(1)
	}
}

func run() error {
	began, cards := time.Now(), journey.NewCards()
	n, err := node.Open(context.Background(), node.Config{Data: *data, Demo: true, Version: *version, Reader: cards,
		Printer: printer.NewFolder(*papers), Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	k := kiosk{began: began, node: n, page: journey.Of(n.Handler()), cards: cards}
	fmt.Println("open")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		words := strings.Fields(lines.Text())
		said, err := k.do(words[0], words[1:])
		if err != nil {
			said = "failed " + strings.ReplaceAll(err.Error(), "\n", " ")
		}
		fmt.Println(said)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return n.Close(ctx)
}

// kiosk is an open one.
type kiosk struct {
	began time.Time
	node  *node.Node
	page  journey.Ask
	cards *journey.Cards
}

func (k kiosk) do(command string, words []string) (string, error) {
	switch {
	case command == "phase":
		now, err := k.node.State(context.Background())
		if err == nil && now.Enrolment != nil {
			now.Phase += " " + now.Enrolment.Fingerprint
		}
		return "phase " + now.Phase, err
	case command == "enrol" && len(words) == 2:
		var state api.EnrolmentState
		err := k.page(http.MethodPost, "/kiosk/enrolment", api.EnrolInput{URL: words[0], Token: words[1]}, &state)
		return "enrolled " + state.Fingerprint, err
	case command == "approval":
		return "ready", k.until(func(s api.KioskState) bool { return s.Phase == "ready" })
	case command == "check-in" && len(words) == 1:
		return k.checkIn(words[0])
	case command == "call":
		return "called", errors.Join(k.page(http.MethodPost, "/kiosk/staff-call", nil, nil), k.page(http.MethodDelete, "/kiosk/staff-call", nil, nil))
	case command == "drain":
		return "drained", k.until(func(s api.KioskState) bool { return s.Online && s.Pending == 0 && s.DataAsOf.After(k.began) })
	}
	return "", fmt.Errorf("nobody knows how to %s %v", command, words)
}

// checkIn lays a card on the reader and walks its owner to the end.
func (k kiosk) checkIn(number string) (string, error) {
	if _, err := k.page.Step(http.MethodPost, "", map[string]string{"language": "zh-CN"}); err != nil {
		return "", err
	}
	k.cards.Lay(journey.Owner(number))
	s, err := k.page.Step(http.MethodGet, "", nil)
	if err == nil {
		s, err = k.page.Walk(s, "use")
	}
	if err != nil {
		return "", err
	}
	switch s.Step {
	case checkin.StepDone:
		return "saved " + number + " " + s.Done.Ticket, nil
	case checkin.StepDeferred:
		return "deferred " + number, nil
	}
	return "known " + number, nil
}

// until waits for the kiosk's own events until its state is as wanted.
func (k kiosk) until(wanted func(api.KioskState) bool) error {
	changed := make(chan struct{}, 1)
	defer k.node.Subscribe(func(string, any) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	for {
		now, err := k.node.State(context.Background())
		if err != nil || wanted(now) {
			return err
		}
		<-changed
	}
}
