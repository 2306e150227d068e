package failpoint

import "slices"

// starting is the first start: keys, tables, who one is.
var starting = slices.Concat(
	at(Start, "seal/source.go", both,
		before("keys.write", `_, err = temporary.Write(content)`),
		before("keys.rename", `err = place(temporary.Name(), path)`),
		after("keys.renamed", `err = place(temporary.Name(), path)`)),
	at(Start, "store/migrate.go", both,
		before("migrate.up", `if _, err := provider.Up(ctx); err != nil {`),
		after("migrate.done", "return translate(fmt.Errorf(\"migrate schema %d → %d: %w\", current, target, err))\n\t\t}")),
	at(Start, "node/identity.go", kiosk,
		before("identity.save", `who.Seed = key.Seed()`),
		before("identity.saved", "n.identity.Store(&who)\n\treturn nil")),
	at(Start, "center/token.go", center,
		before("signing_key.save", `if err := c.store.SaveSigningKeys(ctx, periods); err != nil {`)),
	at(Start, "center/epoch.go", center,
		before("epoch.save", `return c.store.SaveSetting(ctx, epochSetting, epoch)`)),
)

// enrolling is how a kiosk is let in: the code, the claim, the approval, the grant.
var enrolling = slices.Concat(
	at(Enrol, "center/enrolment.go", tool,
		before("invite.save", "if err := c.store.SaveEnrolment(ctx, e); err != nil {\n\t\t\treturn err\n\t\t}\n\t\treturn c.record(ctx, by, \"enrolment.invite\"")),
	at(Enrol, "store/device.go", tool,
		before("approve.device", "err := s.write(ctx).Create(&row).Error\n\tif errors.Is(err, gorm.ErrDuplicatedKey) {\n\t\treturn fault.Wrap(err, fault.Conflict, \"device.exists\")"),
		before("approve.save", "return translate(err)\n}\n\n// SaveDevice")),
	at(Enrol, "cmd/lianxin-center/enroll.go", tool,
		before("approve.committed", `fmt.Printf("approved: %s stands at`)),
	at(Enrol, "center/enrolment.go", center,
		before("claim.save", "return c.store.SaveEnrolment(ctx, e)\n\t})\n\tif err != nil {"),
		before("claim.saved", "return c.enrolmentView(ctx, e)\n}\n\n// Status"),
		before("grant.show", `view.Grant = &api.DeviceGrant{DeviceID: d.ID, Name: d.Name, SiteID: d.SiteID, Letter: d.Letter,`),
		before("grant.close", `d.LastSeen = c.config.Now()`)),
	at(Enrol, "node/enrolment.go", kiosk,
		before("enrol.claim", `view, err := n.askEnrolment(ctx, who, invitation)`),
		before("enrol.claimed", `who.Center, who.Enrolment = invitation.URL, view.ID`),
		before("enrol.saved", `n.enrol.disconnect()`),
		before("approval.save", `who.Grant = view.Grant`),
		before("approval.saved", "n.enrol.set(view.Status)\n\tn.stateChanged()")),
)

// recording is a check-in on a kiosk, up to the answer.
var recording = slices.Concat(
	at(Work, "visit/service.go", kiosk,
		many(before("visit.insert", `if err := r.Store.InsertVisit(ctx, v); err != nil {`)),
		many(before("visit.paper", `if err := r.Papers.Keep(ctx, v); err != nil {`)),
		many(before("visit.operation", `_, err = r.Log.AppendOperation(ctx, op)`)),
		many(after("visit.commit", `_, err = r.Log.AppendOperation(ctx, op)`))),
	at(Work, "checkin/finish.go", kiosk,
		many(before("visit.committed", `c.recorded, c.step = s.record(v), StepDone`)),
		many(before("visit.answer", `s.print(c, false)`))),
)

// printing is how a paper comes about.
var printing = slices.Concat(
	at(Work, "node/paper.go", kiosk,
		many(before("print.render", `pdf, err := receipt.Render(snapshot, layout)`)),
		many(before("print.send", `return p.node.config.Printer.Print(ctx, printer.Job{`)),
		many(before("print.told", `p.node.printer.ask(ctx)`))),
	at(Work, "printer/folder.go", kiosk,
		many(before("print.write", `if err = writeOn(f, content); err != nil {`)),
		many(before("print.rename", `return os.Rename(f.Name(), path)`)),
		many(before("print.renamed", "\treturn printed()\n}"))),
)

// pushing is what a kiosk sends, and what it does with the answers.
var pushing = slices.Concat(
	at(Work, "sync/http.go", kiosk,
		before("token.ask", `if err := Ask(ctx, h.client(), http.MethodPost, strings.TrimSuffix(h.URL, "/")+"/token"`),
		before("token.got", `h.access, h.expires = out.AccessToken`)),
	at(Work, "sync/push.go", kiosk,
		many(before("push.send", `out, err := r.Center.Push(ctx, request)`)),
		many(before("push.answered", `at := r.heard(out.Now, took, false)`)),
		many(before("push.fates", `if err := r.Store.RecordFates(ctx, out.Answers); err != nil || out.ResendFrom == 0 {`)),
		many(before("push.settled", `r.late = r.late[:0:0]`))),
)

// receiving is the center's side of it: ledger, effects, feed, answer.
var receiving = slices.Concat(
	at(Work, "center/token.go", center,
		before("token.issue", `raw, granted, err := issuer.Issue(g)`)),
	at(Work, "sync/receiver.go", center,
		many(before("receive.lock", `from, err := r.Ledger.LockDevice(ctx, deviceID)`)),
		many(before("receive.locked", `if out.Late, err = r.late(ctx, deviceID, in.Heard); err != nil {`)),
		many(before("apply.begin", `marks, err = op.apply(ctx, from, op.Operation)`)),
		many(after("apply.end", `marks, err = op.apply(ctx, from, op.Operation)`)),
		many(before("ledger.insert", `return answers, resendFrom, b.Ledger.InsertApplied(ctx, settled...)`)),
		many(before("ledger.device", `if err := r.Ledger.SaveDevice(ctx, from); err != nil {`)),
		many(before("feed.mark", `return r.Ledger.MarkChanged(ctx, b.marks...)`)),
		many(before("receive.committed", `r.Wake()`))),
	at(Work, "store/feed.go", center,
		many(before("feed.place", `last, err := s.nextPlaces(ctx, scope, len(marks))`)),
		many(before("feed.row", `if err := overwriteAll(ctx, s, rows); err != nil {`))),
	at(Work, "sync/publisher.go", center,
		many(before("feed.load", `changes, err := p.load(ctx, placed)`))),
	at(Work, "center/witness.go", center,
		many(before("witness.write", "if err := writeKept(w.path, far)")),
		many(before("witness.written", "w.far = far\n\treturn nil"))),
	at(Work, "api/sync.go", center,
		many(before("answer.push", `return &bodyOf[sync.PushResponse]{out}, err`)),
		many(before("answer.pull", `return &bodyOf[sync.PullResponse]{out}, err`))),
	at(Work, "center/server.go", center,
		many(after("answer.written", `next.ServeHTTP(out, r)`))),
)

// pulling is what a kiosk takes over from the center.
var pulling = slices.Concat(
	at(Work, "sync/pull.go", kiosk,
		many(before("pull.send", `page, err := r.Center.Pull(ctx, asked, wait)`)),
		many(before("pull.answered", `at := r.heard(page.Now, r.Clock.passed()-began, wait > 0)`)),
		many(before("pull.absorb", `if aside, err = r.takeOver(ctx, page.Changes); err != nil {`)),
		many(before("pull.absorbed", `if err := r.resync(ctx, asked, page, next); err != nil {`)),
		many(before("cursor.save", `return r.Store.SaveSetting(ctx, progressSetting, *next)`)),
		many(before("cursor.saved", `r.tell(aside)`)),
		many(before("absorb.one", `err := r.Store.InTx(ctx, func(ctx context.Context) error { return absorb(ctx, c) })`))),
	at(Work, "sync/resync.go", kiosk,
		before("resync.seen", `if err := r.seen(ctx, page, next.Fresh); err != nil || page.More {`),
		before("resync.swept", `next.Resync = false`)),
	at(Work, "node/exchange.go", kiosk,
		before("forget.past", `return n.store.ForgetPast(ctx, `)),
)

// administering is what commands do beside a running center.
var administering = slices.Concat(
	sqliteOnly(at(Backup, "store/backup.go", tool,
		before("backup.copy", `if err := copyInto(ctx, pool, part.Name()); err != nil {`))),
	sqliteOnly(at(Backup, "store/backup.go", tool,
		before("backup.rename", `if err := os.Rename(name, path); err != nil {`),
		before("backup.renamed", `return syncFile(filepath.Dir(path))`))),
	at(Roll, "center/token.go", tool,
		before("roll.save", `if err := c.store.SaveSigningKeys(ctx, set.Periods()); err != nil {`),
		before("roll.commit", `return c.record(ctx, by, action, "token_key"`),
		before("roll.committed", `return c.useKeys(set.Periods())`)),
)
