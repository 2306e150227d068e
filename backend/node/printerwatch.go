package node

import (
	"context"
	"sync"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/printer"
)

// printerWatch asks the printer now and then how it is, so that the screen knows
// before anybody waits for paper.
type printerWatch struct {
	printer printer.Printer

	mu   sync.Mutex
	part api.Part
}

// askPrinterEvery is how often; a printer answers within milliseconds.
const askPrinterEvery = 10 * time.Second

func (p *printerWatch) run(ctx context.Context, changed func()) {
	ticker := time.NewTicker(askPrinterEvery)
	defer ticker.Stop()
	for {
		if p.ask(ctx) {
			changed()
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// ask returns whether the printer is another way than before.
func (p *printerWatch) ask(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, askPrinterEvery)
	defer cancel()
	status := p.printer.Status(ctx)
	part := api.Part{State: string(status.State)}
	if status.Fault != nil {
		part.Code = status.Fault.Code
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.part
	p.part = part
	return was != part
}

// Part is how the printer was when last asked.
func (p *printerWatch) Part() api.Part {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.part
}
