package app

import (
	"context"
	"net/http"
)

// Node is what the window shows: the assembled Go side of a kiosk or desk.
// The window asks it nothing else, so any http.Handler can stand behind it.
type Node interface {
	// Handler answers the page's API calls; it must be safe for concurrent use.
	Handler() http.Handler
	// Subscribe calls fn for every live event until cancel is called.
	// The data is sent to the page as JSON.
	Subscribe(fn func(topic string, data any)) (cancel func())
	// ExitRequested is closed when an operator has proved they may end the program.
	ExitRequested() <-chan struct{}
	// Close writes what is pending and frees everything, within ctx.
	Close(ctx context.Context) error
}
