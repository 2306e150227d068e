package app

// eventName is the one event the page listens to.
const eventName = "lianxin"

// Event is what the page receives: window.runtime.EventsOn("lianxin", (event) => …).
type Event struct {
	Topic string `json:"topic"`
	Data  any    `json:"data"`
}

// forwardEvents sends the node's live events to the page until cancel is called.
// An event is a hint to ask again, never the only carrier of a fact: one sent
// while the page is loading is lost.
func forwardEvents(node Node, emit func(name string, data ...any)) (cancel func()) {
	return node.Subscribe(func(topic string, data any) {
		emit(eventName, Event{Topic: topic, Data: data})
	})
}
