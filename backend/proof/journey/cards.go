package journey

import (
	"context"

	"lianxin/backend/identity"
	"lianxin/backend/reader"
)

// Cards is a reader that takes every card at once. It implements reader.Reader.
type Cards struct{ laid chan laid }

type laid struct {
	person identity.Person
	read   chan struct{}
}

// NewCards is a reader with nothing on it.
func NewCards() *Cards { return &Cards{laid: make(chan laid)} }

// Lay lays a card on the reader and returns when the kiosk has taken it.
func (c *Cards) Lay(p identity.Person) {
	card := laid{p, make(chan struct{})}
	c.laid <- card
	<-card.read
}

// Run implements reader.Reader.
func (c *Cards) Run(ctx context.Context, events func(reader.Event)) error {
	for {
		select {
		case card := <-c.laid:
			events(reader.Event{State: reader.Read, Person: card.person})
			close(card.read)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Resume implements reader.Reader; cards are laid when they are asked for only.
func (c *Cards) Resume() {}

// Pause implements reader.Reader.
func (c *Cards) Pause() {}

// Owner is the made-up person with the number of a resident's card.
func Owner(number string) identity.Person {
	doc := identity.Document{Kind: identity.ResidentID, Number: number}
	born, _ := doc.BirthDate()
	return identity.Person{Name: "测试人", Document: doc, Born: born, Sex: doc.Sex(), Nationality: "CHN"}
}
