package defect

import (
	"regexp"
	"slices"
	"strings"

	"lianxin/backend/proof/overlay"
)

// Proof is a run that must fail with the defect in the product.
type Proof struct {
	Package string
	Tests   string   // which of its tests, as of go test -run
	Flags   []string // of the package's own
}

var (
	// histories lets center and kiosks live through many lives on bad lines.
	histories = Proof{"./backend/proof/simulation", "TestHistories", []string{"-seeds", "150"}}
	// cuts takes the power away in the middle of everything.
	cuts = Proof{"./backend/proof/powercut", "WhenThePowerGoes|ManyCuts", []string{"-points", "150", "-rounds", "25"}}
)

// centerCuts takes the power away from a center.
var centerCuts = Proof{"./backend/proof/powercut", "ACenterAnswered", []string{"-center-cuts", "40"}}

// troubles lets a center's disk fail or fill up.
var troubles = Proof{"./backend/proof/powercut", "CenterNothing", nil}

// Planted is one mistake.
type Planted struct {
	Name  string
	Edits []overlay.Edit
	By    Proof // what finds it
	// Says is a pattern of what the proof says when it has found it; "" is that one of
	// its tests failed.
	Says string
}

// found is the pattern of a run that has found the mistake.
func (p Planted) found() (*regexp.Regexp, error) {
	if p.Says != "" {
		return regexp.Compile(p.Says)
	}
	return regexp.Compile(`--- FAIL: \S*(?:` + strings.NewReplacer("^", "", "$", "").Replace(p.By.Tests) + `)`)
}

// saying is the mistake with what the proof says of it.
func (p Planted) saying(pattern string) Planted {
	p.Says = pattern
	return p
}

// one is a mistake that takes one edit.
func one(name, file, old, with string, by Proof) Planted {
	return Planted{Name: name, Edits: []overlay.Edit{{Name: name, File: file, Old: old, New: with}}, By: by}
}

// Table is every mistake that is planted, each one that somebody has made somewhere.
func Table() []Planted {
	return slices.Concat(deviceDefects(), centerDefects(), contentDefects(), storeDefects(), resultDefects(), reliefDefects(), deskDefects())
}

// reliefDefects give the same millilitres twice.
func reliefDefects() []Planted {
	volumes := Proof{"./backend/proof/linearizable", "SharedVolumes", []string{"-rounds", "60"}}
	return []Planted{
		one("two who draw on one donor do not wait for each other", "backend/relief/volumes.go",
			"		if err := s.Store.LockDonors(ctx, o.Question.donorIDs()); err != nil {", "		if err := ctx.Err(); err != nil {", volumes),
		one("what is set aside may be set aside again", "backend/relief/source.go",
			"return d.ReservedML + d.UsedML", "return d.UsedML", volumes),
	}
}

// resultDefects tell what nobody may be told.
func resultDefects() []Planted {
	const shown, codes, result = "backend/result/shown.go", "backend/center/resultcode.go", "backend/store/result.go"
	equal := Proof{"./backend/center", "EqualTimeWhatever", nil}
	return []Planted{
		{"a result that did not pass takes a millisecond more", []overlay.Edit{
			{Name: "import", File: shown, Old: "	\"strings\"\n", New: "	\"strings\"\n	\"time\"\n"},
			{Name: "wait", File: shown, Old: "	return Shown{State: Contact}\n", New: "	for began := time.Now(); time.Since(began) < time.Millisecond; {\n	}\n	return Shown{State: Contact}\n"},
		}, equal, ""},
		one("a result that did not pass has a shorter answer", shown,
			"	s.Filler = strings.Repeat(\"-\", max(shownLength-len(text), 0))", "	s.Filler = strings.Repeat(\"-\", max(shownLength-len(text)-len(s.Group.ABO), 0))", equal),
		one("a code may be tried without end", codes,
			"asked.IsOver(c.config.Now()) {\n			refused", "false {\n			refused", Proof{"./backend/center", "AskingTellsNothing", nil}),
		one("values behind a verdict open without a leave", result,
			"	if err := by.Check(); err != nil {", "	if err := by.Check(); err != nil && false {", Proof{"./backend/center", "WhoOpensValues", nil}),
	}
}

func deviceDefects() []Planted {
	const push, pull, resync, outbox = "backend/sync/push.go", "backend/sync/pull.go", "backend/sync/resync.go", "backend/outbox/operation.go"
	return []Planted{
		one("a refusal counts as done", push,
			"		if err := r.Store.RecordFates(ctx, out.Answers); err",
			"		for i := range out.Answers {\n			out.Answers[i].Fate = outbox.Applied\n		}\n		if err := r.Store.RecordFates(ctx, out.Answers); err", histories),
		one("what was sent counts as answered", push,
			"	took := r.Clock.passed() - began\n",
			"	took := r.Clock.passed() - began\n	if err != nil && len(ops) > 0 {\n		for _, op := range ops {\n			out.Answers = append(out.Answers, outbox.Answer{ID: op.ID, Seq: op.Seq, Fate: outbox.Applied})\n		}\n		return out, r.Store.RecordFates(ctx, out.Answers)\n	}\n", histories),
		one("what waits counts as done until the center asks for it", push,
			"	if err != nil {\n		return out, err\n	}\n	if request.Condition",
			"	if err != nil {\n		if n := len(ops); n > 0 {\n			_ = r.Store.RecordFates(ctx, []outbox.Answer{{ID: ops[n-1].ID, Seq: ops[n-1].Seq, Fate: outbox.Applied}})\n		}\n		return out, err\n	}\n	if request.Condition", histories).
			saying(`\d+ operations count as done, and the center has \d+`),
		one("nobody sends again what a restored center lost", push,
			"err != nil || out.ResendFrom == 0 {", "true {", histories),
		one("the end of the log is not told", push,
			"if request.LastSeq, err = r.Store.LastSeq(ctx); err != nil {", "if _, err = r.Store.LastSeq(ctx); err != nil {", histories),
		one("the cursor moves on before the changes are kept", pull,
			"	aside, err := r.keep(ctx, asked, page, &progress)\n	if err != nil {",
			"	r.mu.Lock()\n	r.progress.Cursor = page.Cursor\n	r.mu.Unlock()\n	page.Changes = page.Changes[:len(page.Changes)/2]\n	aside, err := r.keep(ctx, asked, page, &progress)\n	if err != nil {", histories),
		one("what a restored center does not have stays", resync,
			"		next.Resync = true\n", "", histories),
		{"the sweep comes before the last page", []overlay.Edit{
			{Name: "sweep", File: resync, Old: "page.Changes); err != nil || page.More {", New: "page.Changes); err != nil {"},
			{Name: "end", File: resync, Old: "next.Fresh); err != nil || page.More {", New: "next.Fresh); err != nil {"},
		}, Proof{"./backend/sync", "Epoch|Newer", nil}, ""},
		one("every operation has the same id", outbox,
			"	return Operation{ID: id,", "	return Operation{ID: id[:0] + \"00000000-0000-7000-8000-000000000000\",", histories),
		one("the hash does not cover what happened", outbox,
			", string(o.Payload))", ")", Proof{"./backend/outbox", "HashIsFrozen", nil}),
	}
}

func centerDefects() []Planted {
	const receiver, publisher, pages, feed, visits = "backend/sync/receiver.go", "backend/sync/publisher.go", "backend/sync/pages.go", "backend/center/feed.go", "backend/visit/service.go"
	return []Planted{
		one("an operation is carried out again", receiver,
			"		if prior, ok := known[op.ID]; ok {", "		if prior, ok := known[op.ID]; ok && op.Seq > from.LastSeq {", histories),
		one("the center forgets what it did", receiver,
			"	return answers, resendFrom, b.Ledger.InsertApplied(ctx, settled...)", "	return answers, resendFrom, b.Ledger.InsertApplied(ctx, settled[:len(settled)/2]...)", histories),
		one("a gap is not noticed", receiver,
			"		if op.Seq > from.LastSeq+1 {", "		if op.Seq > from.LastSeq+1_000_000 {", histories),
		one("a restored center does not ask", receiver,
			"in.LastSeq > from.LastSeq && len(in.Operations) == 0", "false", histories),
		one("the center is done before it has done anything", receiver,
			"		marks, err = op.apply(ctx, from, op.Operation)\n		return err", "		marks, _ = op.apply(ctx, from, op.Operation)\n		return fault.New(fault.Conflict, \"x.y\")", histories),
		one("the end of a device's log is not kept", receiver,
			"	from.LastSeq, from.LastHash = op.Seq, op.Hash\n	if a.Fate", "	from.LastSeq = op.Seq\n	if a.Fate", histories),
		one("an operation of a later kind is thrown away", receiver,
			"	return a, b.Ledger.ParkOperation(ctx, from.ID, op.Operation)\n", "	return a, nil\n", Proof{"./backend/sync", "Park", nil}),
		one("a page skips a change", publisher,
			"		after.Seqs[scope] = max(found.last, heads.Seqs[scope])", "		after.Seqs[scope] = max(found.last, heads.Seqs[scope]) + 1", histories),
		one("another life of the center is taken for this one", publisher,
			"	if err != nil || heads.covers(*after) {\n		return heads, err\n	}", "	if after.Epoch != \"\" {\n		return heads, err\n	}", histories),
		one("a clock that leaps is followed", "backend/center/clock.go",
			"ahead > most); c.doubt {", "ahead > most) && false; c.doubt {", histories).saying(`makes it -?\d+ days later at the center`),
		one("what seemed to be over is not told again", "backend/center/clockback.go",
			"		return c.toldAgain(ctx, today.AddDays(-keptDays))", "		return nil, nil", Proof{"./backend/center", "AheadGoesBack", nil}),
		one("a database put back by hand is not noticed", "backend/center/witness.go",
			"		if heads[scope] < seq {", "		if false && heads[scope] < seq {", Proof{"./backend/center", "ByHand", nil}),
		one("kiosks of the site are not told of a booking", feed,
			"	return []sync.Mark{{Scope: a.SiteID, Noun: sync.Appointment, ID: a.ID}, {", "	return []sync.Mark{{", histories),
		one("a booking that moved stays where it was", feed,
			"	m.Scope, m.Deleted = before, true\n	return []sync.Mark{m}, nil", "	return nil, nil", histories),
		one("a visit is shown before its reading is on the disk", "backend/audit/gatherer.go",
			"	case <-r.done:\n		return r.err\n	case", "	case <-r.done:\n		return nil\n	case", Proof{"./backend/center", "ReadingAVisit", nil}),
		one("a queue number is given twice", "backend/store/visit.go",
			"	return highest + 1, nil", "	return min(highest+1, 2), nil", histories).saying(`gave [A-Z]\d+ of [-\d]+ twice`),
		one("the same person waits twice", visits,
			"		return p.again(ctx, v)", "		v.DonorKey = v.ID[:22]\n		err = p.insert(ctx, v)", Proof{"./backend/visit", "BothCheckInsOfAPerson", nil}),
	}
}

func storeDefects() []Planted {
	const operation, sqlite, group, visits = "backend/store/operation.go", "backend/store/sqlite.go", "backend/store/group.go", "backend/visit/service.go"
	return []Planted{
		{"nothing is synced to the disk", []overlay.Edit{
			{Name: "pragma", File: sqlite, Old: "\"_synchronous\":  \"FULL\"", New: "\"_synchronous\":  \"OFF\""},
			{Name: "check", File: sqlite, Old: "\"synchronous\": \"2\"", New: "\"synchronous\": \"0\""},
		}, cuts, ""},
		{"only checkpoints are synced to the disk", []overlay.Edit{
			{Name: "pragma", File: sqlite, Old: "\"_synchronous\":  \"FULL\"", New: "\"_synchronous\":  \"NORMAL\""},
			{Name: "check", File: sqlite, Old: "\"synchronous\": \"2\"", New: "\"synchronous\": \"1\""},
		}, cuts, ""},
		{"what a center answered is not synced to the disk", []overlay.Edit{
			{Name: "pragma", File: sqlite, Old: "\"_synchronous\":  \"FULL\"", New: "\"_synchronous\":  \"OFF\""},
			{Name: "check", File: sqlite, Old: "\"synchronous\": \"2\"", New: "\"synchronous\": \"0\""},
		}, centerCuts, ""},
		one("fates are told before the commit of their group", group,
			"	<-g.done\n	if g.err == nil", "	if true", Proof{"./backend/store", "Group", nil}),
		one("the power goes between a fate and the commit of its group", group,
			"	<-g.done\n	if g.err == nil", "	if true", cuts),
		one("a commit that failed is said to be done", group,
			"	return translate(fmt.Errorf(\"%w with all of its group: %w\", errLost, g.err))", "	return err", troubles).saying("lost: .* is gone"),
		one("a disk that fails has no name", sqlite,
			"	return isSQLite(err, sqlite3.ErrIoErr) && !isFull(err)", "	return isSQLite(err, sqlite3.ErrIoErr) && isFull(err)", troubles).saying("is refused with 500 internal, want 503 store.failing"),
		one("what one in a group did wrong stays", group,
			"		if !stays {\n			if ended := g.send(\"ROLLBACK TO SAVEPOINT member\"); ended", "		if !stays && false {\n			if ended := err; ended", Proof{"./backend/store", "Group", nil}),
		one("the operation is written apart from the visit", visits,
			"	_, err = r.Log.AppendOperation(ctx, op)\n	return err", "	go func() { _, _ = r.Log.AppendOperation(context.Background(), op) }()\n	return nil", Proof{"./backend/visit", "CheckInWritesAllOfIt", nil}),
		one("an operation does not follow the one before", operation,
			"		op = op.Follow(last.Seq, last.Hash)", "		op = op.Follow(last.Seq, nil)", histories),
		one("the log begins anew after a restart", operation,
			"		op = op.Follow(last.Seq, last.Hash)", "		op = op.Follow(0, nil)", histories),
		one("refused operations are not kept", operation,
			"		for _, a := range answers {\n			done", "		for _, a := range answers {\n			if a.Fate == outbox.Refused {\n				a.Fate = outbox.Applied\n			}\n			done", Proof{"./backend/store", "SQLite|Conformance|Store", nil}),
	}
}
