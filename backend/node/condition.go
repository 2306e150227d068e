package node

import (
	"lianxin/backend/api"
	"lianxin/backend/device"
	"lianxin/backend/reader"
)

// condition is what the center is told of how this kiosk is.
func (n *Node) condition() device.Condition {
	c := device.Condition{Reader: lasting(n.reader.Part()), Printer: device.Part(n.printer.Part()), Disk: n.disk(), ClockSuspect: n.clock.Suspect()}
	for _, p := range n.packs.Held() {
		c.Packs = append(c.Packs, device.Held{ID: p.ID, Version: p.Version})
	}
	return c
}

// lasting leaves out what a reader does with one card after another: it works, whether
// somebody is asked for a card or not. That would be news every few seconds, and would
// tell when people come.
func lasting(part api.Part) device.Part {
	if part.State == string(reader.Absent) || part.State == string(reader.Broken) {
		return device.Part(part)
	}
	return device.Part{State: string(reader.Ready)}
}

// partChanged tells the page and the center that a part is another way than before.
func (n *Node) partChanged() {
	n.stateChanged()
	n.replica.Made()
}
