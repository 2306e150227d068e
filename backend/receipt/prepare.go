package receipt

import (
	"time"

	"lianxin/backend/lang"
)

// Prepare does, before anybody waits for a page, what the first one of a process
// costs: it opens the typefaces and reads the glyphs of every fixed word, digit and
// letter. The page it makes for that is thrown away.
func Prepare(layout Layout) error {
	words := lang.Text{ZH: "请到候采区就座，留意叫号。工作人员核对证件、健康征询与简单检测、献血、休息", EN: "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789 .,:;–()*"}
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err := Render(Snapshot{Version: SnapshotVersion, Number: "0123456789abcdef-", Language: lang.English,
		Issuer: Issuer{Name: lang.Text{ZH: "北京市红十字血液中心", EN: "Blood Center"}, Phone: "010-0000-0000"}, Site: words,
		IssuedAt: at, PrintedAt: at, Footer: words,
		CheckIn: &CheckIn{Ticket: "A0123456789", Donor: Donor{Name: "*", Document: words, Number: "*", Typed: true},
			Product: lang.Text{ZH: "全血", EN: "Whole blood"}, Amount: lang.Text{ZH: "毫升", EN: "mL"}, Slot: "09:30", Where: words,
			Next: []lang.Text{words}, Code: Code{Payload: "连心 Lianxin", Caption: words}}}, layout)
	return err
}
