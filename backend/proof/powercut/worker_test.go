package powercut

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/seal"
	"lianxin/backend/staffcall"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
	"lianxin/backend/visit"
)

// The worker is this test's own program, started once more: a process that can
// be killed while its database lies on a disk that loses power.
const workerFolder = "LIANXIN_POWERCUT_WORKER"

func TestMain(m *testing.M) {
	if folder := os.Getenv(workerFolder); folder != "" {
		work(folder)
		return
	}
	os.Exit(fleet.Main(m.Run)) // or it is the center of a run
}

// perRun is how many people a worker checks in before it ends by itself.
const perRun = 12

// atOnce is how many call for staff at the same moment, and share commits.
const atOnce = 4

// work checks people in and says so after each; every third time it writes down
// the center's answers and what several write at once, too.
func work(folder string) {
	ctx := context.Background()
	s, err := open(ctx, folder)
	if err != nil {
		failed(err)
		return
	}
	say("open")
	ops, err := s.OperationsFrom(ctx, 1, 10_000)
	if err != nil {
		failed(err)
		return
	}
	first := 0
	if len(ops) > 0 {
		first = numberOf(ops[len(ops)-1])
	}
	for n := first + 1; n <= first+perRun; n++ {
		if err := checkIn(ctx, s, n); err != nil {
			failed(err)
			continue
		}
		say("saved", n)
		if n%3 > 0 {
			continue
		}
		if err := settle(ctx, s, n); err != nil {
			failed(err)
			continue
		}
		say("settled", n)
		callAtOnce(ctx, s, n)
	}
}

// callAtOnce has several write at the same moment: the first holds the transaction until
// the others are behind it. Each says that it is done as soon as it is told.
func callAtOnce(ctx context.Context, s *store.Store, n int) {
	var all sync.WaitGroup
	behind := make(chan struct{}, atOnce)
	for i := range atOnce {
		all.Go(func() {
			id := n*atOnce + i
			if i > 0 {
				behind <- struct{}{}
			}
			err := s.InTx(ctx, func(ctx context.Context) error {
				for range atOnce - 1 {
					if i == 0 {
						<-behind
					}
				}
				return s.SaveCall(ctx, staffcall.Call{ID: fmt.Sprint(id), SiteID: storetest.Site, DeviceID: storetest.DeviceID, RaisedAt: storetest.At})
			})
			if err != nil {
				failed(err)
				return
			}
			say("called", id)
		})
	}
	all.Wait()
}

// settle writes down that the center applied the newest operation.
func settle(ctx context.Context, s *store.Store, n int) error {
	seq, err := s.LastSeq(ctx)
	if err != nil {
		return err
	}
	return s.RecordFates(ctx, []outbox.Answer{{ID: operationID(n), Seq: seq, Fate: outbox.Applied}})
}

func operationID(n int) string { return fmt.Sprintf("operation-%06d", n) }

// numberOf is the person an operation is about. It is not the place in the log:
// who could not be saved has none.
func numberOf(op outbox.Operation) int {
	_, digits, _ := strings.Cut(op.ID, "-")
	n, _ := strconv.Atoi(digits)
	return n
}

// open opens a kiosk's database with keys that lie beside it, as `--demo` does.
func open(ctx context.Context, folder string) (*store.Store, error) {
	ring, err := seal.Load(seal.Source{File: filepath.Join(folder, "keys.json"), Demo: true, Now: storetest.At})
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Options{URL: filepath.Join(folder, "kiosk.db"), Keyring: ring})
}

// papers keeps a paper with each visit, as a kiosk does.
type papers struct{ *store.Store }

func (p papers) Unprintable(string) []string { return nil }

func (p papers) Keep(ctx context.Context, v visit.Visit) error {
	return p.SaveReceipt(ctx, v.ID, v.ID, v.At, json.RawMessage(`{"ticket":"`+v.Ticket+`"}`))
}

func checkIn(ctx context.Context, s *store.Store, n int) error {
	v := storetest.Visit(n)
	recorder := visit.Recorder{Store: s, Log: s, Papers: papers{s}, NewID: func() string { return operationID(n) }}
	_, err := recorder.CheckIn(ctx, v, "A")
	return err
}

// losses opens what the platter holds and says what is wrong with it; nothing, if
// everything the worker said is there, once and whole.
func losses(t *testing.T, folder string, h heard) (wrong []string) {
	t.Helper()
	ctx, end := context.WithTimeout(context.Background(), time.Minute)
	defer end()
	s, err := open(ctx, folder)
	if err != nil {
		return []string{"does not open: " + err.Error()}
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	ops, err := s.OperationsFrom(ctx, 1, 10_000)
	if err != nil {
		return append(wrong, "operations: "+err.Error())
	}
	var prev outbox.Operation
	kept := map[int]bool{}
	for _, op := range ops {
		n := numberOf(op)
		kept[n] = true
		if op.Seq != prev.Seq+1 || string(op.Prev) != string(prev.Hash) || !op.Verify() {
			say("the log breaks at %d", op.Seq)
		}
		prev = op
		v, err := s.Visit(ctx, storetest.Visit(n).ID)
		if err != nil {
			say("operation %d has no visit: %v", n, err)
		}
		if paper, ok, err := s.ReceiptOf(ctx, v.ID); !ok || err != nil || !strings.Contains(string(paper), v.Ticket) {
			say("visit %d has no paper: %v", n, err)
		}
	}
	for _, n := range h.saved {
		if !kept[n] {
			say("saved %d is gone", n)
		}
	}
	for _, id := range h.called {
		if _, err := s.Call(ctx, fmt.Sprint(id)); err != nil {
			say("called %d is gone: %v", id, err)
		}
	}
	return append(wrong, unsettled(ctx, s, h)...)
}

func unsettled(ctx context.Context, s *store.Store, h heard) []string {
	pending, err := s.PendingOperations(ctx, 0, 10_000)
	if err != nil {
		return []string{"pending: " + err.Error()}
	}
	var wrong []string
	for _, op := range pending {
		for _, n := range h.settled {
			if numberOf(op) == n {
				wrong = append(wrong, fmt.Sprintf("the answer to %d is gone", n))
			}
		}
	}
	return wrong
}

var speech struct {
	sync.Mutex
	heard *bufio.Reader
}

// say says something and waits until it was heard: whoever listens may have something to
// do to the disk before the worker goes on.
func say(words ...any) {
	speech.Lock()
	defer speech.Unlock()
	if speech.heard == nil {
		speech.heard = bufio.NewReader(os.Stdin)
	}
	fmt.Println(words...)
	_, _ = speech.heard.ReadString('\n') // fails when nobody listens any more
}

func failed(err error) { say("failed", fault.CodeOf(err), err) }
