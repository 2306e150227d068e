package linearizable

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"lianxin/backend/fault"
	"lianxin/backend/proof/fleet"
)

// History is what clients asked of one kind of decision and heard.
type History struct {
	mu    sync.Mutex
	began time.Time
	ops   []porcupine.Operation
	open  int // answers that got lost
}

// NewHistory begins one.
func NewHistory() *History { return &History{began: time.Now()} }

// lost is the answer of which nothing is known.
type lost struct{}

// Now is the time of the history.
func (h *History) Now() time.Duration { return time.Since(h.began) }

// Ask writes down one question with its answer. An error means that nothing was
// answered; the thing may have happened, may happen later, or never.
func (h *History) Ask(input any, ask func() (answer any, err error)) error {
	call := h.Now()
	answer, err := ask()
	h.Note(input, call, answer, err)
	return err
}

// Note writes down what was asked at call and is answered now. Each question has a
// client of its own: one that gave up does not wait.
func (h *History) Note(input any, call time.Duration, answer any, err error) {
	if isUnsent(err) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	op := porcupine.Operation{ClientId: len(h.ops), Input: input, Output: answer, Call: int64(call), Return: int64(h.Now())}
	if err != nil {
		op.Output, op.Return = lost{}, math.MaxInt64
		h.open++
	}
	h.ops = append(h.ops, op)
}

// Look is Ask for a question that changes nothing and is about many things at once:
// without an answer there is nothing to write down.
func (h *History) Look(ask func() (answers map[any]any, err error)) error {
	call := h.Now()
	answers, err := ask()
	if err != nil {
		return err
	}
	for input, answer := range answers {
		h.Note(input, call, answer, nil)
	}
	return nil
}

// Check tells whether the model explains everything that was heard, and otherwise
// what was heard about the first thing it cannot explain.
func (h *History) Check(model porcupine.Model) (result porcupine.CheckResult, story string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, about := range model.Partition(h.ops) {
		if result := porcupine.CheckOperationsTimeout(model, about, 2*time.Minute); result != porcupine.Ok {
			return result, tell(model, about)
		}
	}
	return porcupine.Ok, ""
}

func tell(model porcupine.Model, ops []porcupine.Operation) string {
	slices.SortFunc(ops, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	var story strings.Builder
	for _, op := range ops {
		fmt.Fprintf(&story, "%v – %v  %s\n", time.Duration(op.Call).Round(time.Microsecond), time.Duration(op.Return).Round(time.Microsecond),
			model.DescribeOperation(op.Input, op.Output))
	}
	return story.String()
}

// Figures are how many questions were asked and how many answers got lost.
func (h *History) Figures() (asked, lost int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.ops), h.open
}

// isUnsent tells whether a question never reached anybody.
func isUnsent(err error) bool {
	failed, ok := errors.AsType[*net.OpError](err)
	return ok && failed.Op == "dial"
}

// codeOf is the center's word of refusal. An error that is none, or that the center
// itself does not know the end of, is handed back.
func codeOf(err error) (code string, _ error) {
	if refusal, ok := errors.AsType[*fleet.Refusal](err); ok && refusal.Status < http.StatusInternalServerError {
		return refusal.Code, nil
	}
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Kind != fault.Unavailable && f.Kind != fault.Internal {
		return f.Code, nil
	}
	return "", err
}
