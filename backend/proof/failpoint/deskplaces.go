package failpoint

import "slices"

// redeeming is how points become a gift: set aside, spent, handed over, given back.
var redeeming = slices.Concat(
	at(Gift, "redemption/service.go", center,
		many(before("gift.points", `if err := s.Ledger.Hold(ctx, r.ID, r.Points, now, people...); err != nil {`)),
		many(before("gift.stock", `stock, err := s.Store.MoveStock(ctx, gift.Stock{GiftID: r.GiftID, SiteID: r.SiteID, Left: -1, Held: 1})`)),
		before("gift.spend", `if err := s.Ledger.Spend(ctx, r.ID, now); err != nil {`),
		before("gift.voucher", `return s.Store.SaveVoucher(ctx, v)`),
		before("gift.return", `if err := s.Ledger.Return(ctx, r.ID, `),
		before("gift.back", `stock, err := s.Store.MoveStock(ctx, gift.Stock{GiftID: r.GiftID, SiteID: r.SiteID, Left: 1, Held: -1})`),
		before("gift.out", `stock, err := s.Store.MoveStock(ctx, gift.Stock{GiftID: r.GiftID, SiteID: r.SiteID, Held: -1, Handed: 1})`)),
	at(Gift, "center/redemption.go", center,
		many(before("gift.committed", "switch {\n\tcase err == nil && !found:")),
		before("gift.handed", "return out, err\n}\n\n// namingSite")),
	at(Gift, "center/lapse.go", center,
		before("gift.lapse", `step, err := o.back(c.redeeming(), ctx, id)`),
		before("gift.lapsed", `return stockMarks(step.Moved), err`)),
)

// attending is what a desk does with who came: called, asked, measured, and how it ends.
var attending = slices.Concat(
	at(Visit, "center/reception.go", center,
		many(before("reception.save", `if err := c.store.SaveReception(ctx, after); err != nil {`)),
		many(before("reception.saved", `_, err = c.audit.Record(ctx, audit.Entry{Who: by.StaffID, Role: by.Role, Action: action, `)),
		before("reception.called", `return c.receptionRow(ctx, called)`)),
	at(Visit, "center/interview.go", center,
		before("interview.saved", `return c.ReceptionVisit(ctx, visitID, "", by)`)),
	at(Visit, "center/outcome.go", center,
		before("outcome.deferral", `if err := c.store.InsertDeferral(ctx, held); err != nil {`),
		before("outcome.gate", `changed, err := c.refreshDonors(ctx, pack, []string{d.ID})`),
		before("outcome.ended", "return c.ReceptionVisit(ctx, visitID, \"\", by)\n}\n\n// proceed")),
)

// reporting is how a station's donations and results come in.
var reporting = slices.Concat(
	at(Report, "center/intake.go", center,
		before("report.apply", `if done, err = c.intakeApplier(string(station), by.ID).Apply(ctx, string(station), records); err != nil {`),
		before("report.credit", `if err := c.creditIntake(ctx, done); err != nil {`),
		before("report.audit", `if err := c.recordIntake(ctx, station, done.Outcomes, by); err != nil {`),
		before("report.committed", "return done.Outcomes, err\n}\n\nfunc (c *Center) intakeApplier")),
	at(Report, "store/result.go", center,
		before("result.save", `if err := saveRows(ctx, s, verdicts); err != nil {`),
		before("result.markers", `return saveRows(ctx, s, markers)`)),
)

// filing is a claim on its way to the office that pays, with what proves it.
var filing = slices.Concat(
	at(File, "claim/service.go", center,
		before("claim.insert", `if err := s.Store.InsertClaim(ctx, c, c.Marks()); err != nil {`),
		before("claim.created", `return c, s.Store.AppendClaimEvent(ctx, Event{ClaimID: c.ID, Seq: c.Version, At: now, By: in.By, Duty: Capture, Step: Create, To: Draft})`),
		many(before("claim.step", `if err := s.Store.SaveClaim(ctx, next, nil); err != nil {`)),
		many(before("claim.event", `return s.Store.AppendClaimEvent(ctx, event)`))),
	at(File, "claim/attach.go", center,
		many(before("attach.file", `return true, s.Store.SaveClaimFile(ctx, c.ID, in.ID, kept.Content, kept.Preview)`))),
	at(File, "store/claimfile.go", center,
		many(before("attach.part", `for part := 0; part*filePart < len(content); part++ {`))),
	at(File, "center/claim.go", center,
		many(before("claim.committed", "return view, err\n}\n\n// recordClaim"))),
	at(File, "relief/volumes.go", center,
		before("volume.reserve", `if err := s.Store.LockDonors(ctx, o.Question.donorIDs()); err != nil {`)),
)

// capturing is a claim at a desk: kept there, page by page, and sent when the line is back.
var capturing = slices.Concat(
	at(Capture, "seal/source.go", desk,
		many(before("kept.write", `_, err = temporary.Write(content)`)),
		many(before("kept.rename", `err = place(temporary.Name(), path)`)),
		many(after("kept.renamed", `err = place(temporary.Name(), path)`))),
	at(Capture, "desk/pages.go", desk,
		many(before("capture.page", `needs := d.knownWords(ctx).Needs`)),
		many(before("capture.taken", `if err == nil && f.after != nil {`))),
	at(Send, "desk/send.go", desk,
		many(before("send.answered", "s.view = &view\n")),
		before("send.noted", `if noted == nil && err == nil && !after.isUnsent() && c.Order == submit {`)),
	at(Send, "desk/captured.go", desk,
		before("send.forgotten", `delete(k.claims, id)`)),
	at(Send, "claim/attach.go", center,
		many(before("send.file", `return true, s.Store.SaveClaimFile(ctx, c.ID, in.ID, kept.Content, kept.Preview)`))),
	at(Send, "center/claim.go", center,
		many(before("send.committed", "return view, err\n}\n\n// recordClaim"))),
)

// paying is how money leaves: the batch, the file, the transfer, and what became of each.
var paying = slices.Concat(
	at(Pay, "payout/service.go", center,
		before("batch.insert", `if err := s.Store.InsertBatch(ctx, b); err != nil {`),
		before("batch.payment", `if err := s.Store.InsertPayment(ctx, p); err != nil {`)),
	at(Pay, "payout/batch.go", center,
		before("batch.sent", `return s.letGo(ctx, b)`)),
	at(Pay, "center/payoutbatch.go", center,
		before("batch.committed", "return out, err\n}\n\nfunc auditedBatch"),
		before("batch.file", `return out, c.recordPayout(ctx, by, "payout_batch.file", batchNoun, b.ID, "", "")`)),
	at(Pay, "payout/statement.go", center,
		before("statement.line", `before, isKnown, err := s.Store.BookLine(ctx, l, n, Booked{PaymentID: found.PaymentID, Finding: found.Finding})`),
		before("statement.kept", `return in, s.Store.InsertStatement(ctx, in)`)),
	at(Transfer, "payout/driver.go", center,
		before("payment.take", `if p.Status == Sent {`+"\n\t\t\ttaken = p"),
		before("payment.send", `answer, failed := s.Drivers[p.Method].Send(ctx, p)`),
		after("payment.left", `answer, failed := s.Drivers[p.Method].Send(ctx, p)`),
		before("payment.ask", "answer, err := s.Drivers[p.Method].Ask(ctx, p.Number)\n\tif err != nil {\n\t\treturn s.note(ctx, id, "),
		after("payment.told", "p.Reason = \"payout.unknown\" })\n\t}")),
	at(Transfer, "payout/outcome.go", center,
		before("payment.settle", `if err := s.Store.SavePayment(ctx, next); err != nil {`),
		before("payment.claim", `return next, s.stepOf(ctx, c, next, o)`)),
)
