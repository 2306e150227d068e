package defect

// deskDefects lose or double what was answered at a desk, to a device or by a bank when a
// process is killed. They are built into the programs that are killed (flag -plant).
func deskDefects() []Planted {
	const driver, lapse, pages, reception, intake = "backend/payout/driver.go", "backend/redemption/lapse.go", "backend/desk/pages.go",
		"backend/reception/record.go", "backend/intake/applier.go"
	keep := `errors.Join(folder.Write(id+"."+p.ID+contentEnding, content), folder.Write(id+"."+p.ID+previewEnding, took.Preview))`
	return []Planted{
		killed("a payment nobody heard of is sent again under another number", driver,
			"p.AskAt, p.Asked = p.nextAsk(now), p.Asked+1",
			"p.AskAt, p.Asked, p.Number, isNew = p.nextAsk(now), p.Asked+1, NumberOf(p.ID+now.String()), true",
			"payment.left", `was paid over WeChat 2 times`),
		killed("a hold that is over is not given back", lapse,
			"		if step.Moved, err = s.giveBack(ctx, &step.Redemption, Lapsed); err != nil {",
			"		if step.Redemption.Status = Lapsed; ctx.Err() != nil {",
			"gift.lapse", `donor \S+ has \d+ points, want`),
		killed("a page is answered before it is on the disk", pages,
			"	err = "+keep+"\n",
			"	go func() {\n		time.Sleep(time.Minute)\n		_ = "+keep+"\n	}()\n",
			"send.file", `a page that was answered is gone after the desk was killed`),
		killed("a page of the scanner is taken once more", pages,
			"err == nil && known.hasScan(p.Scan) {", "err == nil && known == nil {",
			"capture.taken", `7 pages of 6 were taken`),
		killed("who goes on to give loses what was measured", reception,
			"	r = r.changed(Proceeds, by)\n", "	r = r.changed(Proceeds, by)\n	r.Interview.Measurements.Values = nil\n",
			"reception.saved", `of visit \S+ is kept`),
		killed("a report that is sent again is another", intake,
			"	if isKnown && known.Digest == digest {", "	if isKnown && known.Digest != digest {",
			"report.committed", `reported, it is \{Fate:corrected`),
	}
}

// killed is a mistake that shows when a process is killed at a failpoint.
func killed(name, file, old, with, at, says string) Planted {
	return one(name, file, old, with, Proof{"./backend/proof/failpoint", "TestKills", []string{"-kills", "0", "-only", at, "-plant", name}}).
		saying(`(?s)--- FAIL: TestKills.*` + says)
}
