package defect

import "strings"

// contentDefects keep everything where it belongs and lose what it says.
func contentDefects() []Planted {
	const visits, calls = "backend/visit/service.go", "backend/staffcall/service.go"
	prepare := "	p.insert, p.sealing = a.Store.PrepareVisit(p.visit)\n"
	all := []Planted{
		one("a visit loses its answers", visits, prepare,
			"	if s := p.visit.Screening; s != nil {\n		lost := *s\n		lost.Answers = []byte(`{}`)\n		p.visit.Screening = &lost\n	}\n"+prepare, histories).saying(`(?s)--- FAIL: TestHistories/.*visit \S+\n\s+is at the center`),
		one("a visit loses the name", visits, prepare, "	p.visit.Person.Name = \"\"\n"+prepare, histories).saying(`(?s)--- FAIL: TestHistories/.*visit \S+\n\s+is at the center`),
		one("everybody gives 200 mL", visits, prepare, "	p.visit.VolumeML = 200\n"+prepare, histories).saying(`(?s)--- FAIL: TestHistories/.*visit \S+\n\s+is at the center`),
		one("the center drops every call for staff", calls, "	return a.Store.SaveCall(ctx, c)", "	return nil", histories).saying(`(?s)--- FAIL: TestHistories/.*call \S+ is not at the center`),
	}
	for _, drop := range [][3]string{
		{"the gate list", "return errors.Join(n.store.SaveEntries(ctx, entries...), n.store.DeleteEntries(ctx, gone...))", `: lacks gate entry`},
		{"questionnaires answered", "return n.store.SavePass(ctx, p)", `: lacks pass `},
		{"donor cards", "return n.store.SaveDonor(ctx, d)", `: lacks donor `},
		{"gifts", "return n.store.SaveGifts(ctx, g)", `: gifts\n`},
		{"stock", "return n.store.SaveLevel(ctx, l)", `: stock\n`},
		{"who waits at other kiosks here", "return n.store.SaveForeignVisit(ctx, v)", `: lacks visit `},
		{"who waits at other sites", "return n.store.SaveForeignVisit(ctx, kept)", `: lacks visit `},
		{"what staff did about a call", "return n.store.SaveCall(ctx, own.Answered(said))", `: call `},
		{"rules and questionnaires", "return n.store.SavePack(ctx, p)", `: packs\n`},
		{"bookings of other sites", "return n.store.SaveAppointment(ctx, notice.Kept())", `: lacks booking `},
	} {
		kept := strings.TrimPrefix(drop[1], "return ")
		all = append(all, one("a kiosk drops "+drop[0], "backend/node/exchange.go", drop[1], "_ = func() error { return "+kept+" }\n	return nil", histories).saying(`(?s)--- FAIL: TestHistories/.*kiosk-\d`+drop[2]))
	}
	return all
}
