package defect

// contentDefects keep everything where it belongs and lose what it says.
func contentDefects() []Planted {
	const visits, calls = "backend/visit/service.go", "backend/staffcall/service.go"
	prepare := "	p.insert, p.sealing = a.Store.PrepareVisit(p.visit)\n"
	all := []Planted{
		one("a visit loses its answers", visits, prepare,
			"	if s := p.visit.Screening; s != nil {\n		lost := *s\n		lost.Answers = []byte(`{}`)\n		p.visit.Screening = &lost\n	}\n"+prepare, histories),
		one("a visit loses the name", visits, prepare, "	p.visit.Person.Name = \"\"\n"+prepare, histories),
		one("everybody gives 200 mL", visits, prepare, "	p.visit.VolumeML = 200\n"+prepare, histories),
		one("the center drops every call for staff", calls, "	return a.Store.SaveCall(ctx, c)", "	return nil", histories),
	}
	for _, drop := range [][2]string{
		{"the gate list", "return errors.Join(n.store.SaveEntries(ctx, entries...), n.store.DeleteEntries(ctx, gone...))"},
		{"questionnaires answered", "return n.store.SavePass(ctx, p)"},
		{"donor cards", "return n.store.SaveDonor(ctx, d)"},
		{"gifts", "return n.store.SaveGifts(ctx, g)"},
		{"stock", "return n.store.SaveLevel(ctx, l)"},
		{"who waits at other kiosks here", "return n.store.SaveForeignVisit(ctx, v)"},
		{"who waits at other sites", "return n.store.SaveForeignVisit(ctx, kept)"},
		{"what staff did about a call", "return n.store.SaveCall(ctx, own.Answered(said))"},
		{"rules and questionnaires", "return n.store.SavePack(ctx, p)"},
		{"bookings of other sites", "return n.store.SaveAppointment(ctx, notice.Kept())"},
	} {
		all = append(all, one("a kiosk drops "+drop[0], "backend/node/exchange.go", drop[1], "return nil", histories))
	}
	return all
}
