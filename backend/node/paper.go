package node

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"lianxin/backend/checkin"
	"lianxin/backend/fault"
	"lianxin/backend/printer"
	"lianxin/backend/receipt"
	"lianxin/backend/visit"
	"lianxin/backend/visit/slip"
)

// paper keeps a snapshot of what each visit's paper says and prints it.
type paper struct{ node *Node }

// Keep implements visit.Papers, in the transaction that records the visit.
func (p *paper) Keep(ctx context.Context, v visit.Visit) error {
	snapshot, err := p.node.snapshot(ctx, v)
	if err != nil {
		return err
	}
	body, err := json.Marshal(snapshot)
	if err != nil {
		return fmt.Errorf("encode receipt: %w", err)
	}
	return p.node.store.SaveReceipt(ctx, snapshot.Number, v.ID, v.At, body)
}

// Unprintable implements visit.Papers; the log counts, and names nothing.
func (p *paper) Unprintable(text string) []string {
	codes := slip.Unprintable(text)
	if len(codes) > 0 {
		p.node.config.Log.Warn("a name has characters that cannot be printed", "count", len(codes))
	}
	return codes
}

// Print implements checkin.Paper.
func (p *paper) Print(ctx context.Context, v visit.Visit, again bool) checkin.Receipt {
	outcome, err := p.print(ctx, v, again)
	return p.came(ctx, "receipt", p.QR(v), outcome, err)
}

// came says what became of a paper and notes how the printer is now.
func (p *paper) came(ctx context.Context, paper, qr string, outcome printer.Outcome, err error) checkin.Receipt {
	state := checkin.Receipt{QR: qr}
	if err != nil {
		p.node.config.Log.ErrorContext(ctx, paper+" not printed", "error", err)
		state.State, state.Code = string(printer.Failed), fault.CodeOf(err)
		return state
	}
	state.State = string(outcome.Result)
	if outcome.Fault != nil {
		p.node.config.Log.WarnContext(ctx, paper+" not printed", "code", outcome.Fault.Code)
		state.Code = outcome.Fault.Code
	}
	p.node.printer.ask(ctx)
	p.node.stateChanged()
	return state
}

func (p *paper) print(ctx context.Context, v visit.Visit, again bool) (printer.Outcome, error) {
	snapshot, err := p.stored(ctx, v)
	if err != nil {
		return printer.Outcome{}, err
	}
	if again {
		snapshot.PrintedAt = p.node.clock.Corrected().In(beijing)
		if snapshot.Reprint, err = p.node.store.CountReprint(ctx, v.ID); err != nil {
			return printer.Outcome{}, err
		}
	}
	return p.send(ctx, fmt.Sprintf("lx-%s-%d", snapshot.Number, snapshot.Reprint), snapshot)
}

// stored reads the snapshot that was kept; for a visit of another kiosk it is
// made from what the center said of it.
func (p *paper) stored(ctx context.Context, v visit.Visit) (receipt.Snapshot, error) {
	var snapshot receipt.Snapshot
	body, ok, err := p.node.store.ReceiptOf(ctx, v.ID)
	if err != nil {
		return snapshot, err
	}
	if !ok {
		if err := p.Keep(ctx, v); err != nil {
			return snapshot, err
		}
		return p.node.snapshot(ctx, v)
	}
	if err := json.Unmarshal(body, &snapshot); err != nil {
		return snapshot, fmt.Errorf("decode receipt: %w", err)
	}
	return snapshot, nil
}

// layout is the paper that lies in the printer.
func (p *paper) layout() receipt.Layout {
	if p.node.config.Paper == "" {
		return receipt.Roll80
	}
	return receipt.Layout(p.node.config.Paper)
}

// prepare readies the typefaces beside everything else, so that the first donor
// does not wait for them.
func (p *paper) prepare() {
	if err := receipt.Prepare(p.layout()); err != nil {
		p.node.config.Log.Error("the typefaces could not be readied", "error", err)
	}
}

// send renders and prints.
func (p *paper) send(ctx context.Context, title string, snapshot receipt.Snapshot) (printer.Outcome, error) {
	layout := p.layout()
	pdf, err := receipt.Render(snapshot, layout)
	if err != nil {
		return printer.Outcome{}, err
	}
	media, err := receipt.Media(pdf, layout)
	if err != nil {
		return printer.Outcome{}, err
	}
	return p.node.config.Printer.Print(ctx, printer.Job{Title: title, PDF: pdf, Media: media}), nil
}

// QR implements checkin.Paper: plain words that any phone shows without a
// network, and nothing personal.
func (p *paper) QR(v visit.Visit) string {
	words := []string{"连心 Lianxin", v.Day.String(), v.At.Add(v.ClockOffset).In(beijing).Format("15:04")}
	if v.Ticket != "" {
		words = append(words, "排队号 "+v.Ticket)
		return strings.Join(words, "\n")
	}
	for _, option := range v.Verdict.Options {
		words = append(words, slip.ProductWords[option.Product].ZH+"："+firstDay(option))
	}
	return strings.Join(words, "\n")
}

// testPage prints a page that shows whether the printer is set up well.
func (p *paper) testPage(ctx context.Context) error {
	n := p.node
	now := n.clock.Corrected()
	number := n.config.NewID()
	snapshot, err := n.frame(ctx, number, now)
	if err != nil {
		return err
	}
	snapshot.Test = &receipt.PrinterTest{Device: n.identity.Load().Grant.Name, Printer: string(n.printer.Part().State),
		Code: receipt.Code{Payload: "连心 Lianxin " + now.In(beijing).Format("2006-01-02 15:04")}}
	outcome, err := p.send(ctx, "lx-test-"+number, snapshot)
	if err != nil {
		return err
	}
	if outcome.Fault != nil {
		return outcome.Fault
	}
	return nil
}
