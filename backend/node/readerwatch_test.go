package node

import (
	"context"
	"net/http"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/checkin"
	document "lianxin/backend/identity"
	"lianxin/backend/reader"
	"lianxin/backend/visit"
)

// handReader is a reader whose state the test sees; put is a card that lies on it
// for as long as it reads.
type handReader struct {
	reading chan bool // what it was last told
	events  chan func(reader.Event)
}

// Run implements reader.Reader.
func (r *handReader) Run(ctx context.Context, events func(reader.Event)) error {
	r.events <- events
	<-ctx.Done()
	return ctx.Err()
}

// Resume implements reader.Reader.
func (r *handReader) Resume() { r.told(true) }

// Pause implements reader.Reader.
func (r *handReader) Pause() { r.told(false) }

func (r *handReader) told(reading bool) {
	select {
	case <-r.reading:
	default:
	}
	r.reading <- reading
}

// reads tells whether the reader reads; the journey is over with telling it when it answers.
func (r *handReader) reads() bool {
	now := <-r.reading
	r.reading <- now
	return now
}

// Whoever typed a number may still put the card on at the booking: the reader reads
// there, the card counts, and then it reads no more.
func TestTheReaderReadsAtTheBookingOfWhoTyped(t *testing.T) {
	t.Parallel()
	b := newCenterAt(t, time.Now, nil)
	hand := &handReader{reading: make(chan bool, 1), events: make(chan func(reader.Event), 1)}
	b.openAs(Config{Data: t.TempDir(), HTTP: &http.Client{Transport: b.line}, Reader: hand})
	happened := <-hand.events
	b.enrol(testSite)
	doc := document.WithCheck("11019919900304902")
	born, _ := doc.BirthDate()
	p := document.Person{Name: "测试甲乙", Sex: doc.Sex(), Born: born, Nationality: "CHN", Document: doc}

	var s checkin.Session
	b.must("POST", "/kiosk/session", map[string]string{"language": "zh-CN"}, &s)
	if !hand.reads() {
		t.Error("the reader does not read at the first step")
	}
	b.must("POST", "/kiosk/session/identity", checkin.TypedIdentity{Kind: doc.Kind, Number: doc.Number}, &s)
	if s.Step != checkin.StepBooking || s.Donor.Source != string(visit.Typed) || !hand.reads() {
		t.Fatalf("at %s, by %s, the reader reads: %v", s.Step, s.Donor.Source, hand.reads())
	}
	happened(reader.Event{State: reader.Read, Person: p})
	b.must("GET", "/kiosk/session", nil, &s)
	if s.Step != checkin.StepBooking || s.Donor.Source != string(visit.Card) || hand.reads() {
		t.Errorf("at %s, by %s, the reader reads: %v", s.Step, s.Donor.Source, hand.reads())
	}
	if state, err := b.node.State(t.Context()); err != nil || state.Reader != (api.Part{State: string(reader.Read)}) {
		t.Errorf("%+v, %v", state.Reader, err)
	}
}
