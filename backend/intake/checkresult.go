package intake

import (
	"strconv"

	"lianxin/backend/donation"
	"lianxin/backend/result"
)

// markerFields are the fields of tests for infections.
var markerFields = []Field{HIV, HBV, HCV, Syphilis}

func (k *check) result(r *Record) {
	r.Group = k.group()
	verdict, reported := k.word(Verdict, "verdict"), k.date(ReportedOn)
	var readings [4]result.Reading
	told := k.row.Text[ReportedOn] != "" || k.row.Text[ALT] != ""
	for i, f := range markerFields {
		told = told || k.row.Text[f] != ""
		readings[i] = result.Reading(k.word(f, "reading"))
	}
	found := result.Result{Qualified: verdict == "qualified", Group: r.Group, ReportedOn: reported,
		Markers: result.Markers{HIV: readings[0], HBV: readings[1], HCV: readings[2], Syphilis: readings[3], ALT: k.alt()}}
	if k.row.Text[Verdict] == "" {
		if told {
			k.required(Verdict)
		}
		return
	}
	k.required(ReportedOn)
	if !reported.IsZero() && reported.Before(r.Donation.On) {
		k.wrong(ReportedOn, "intake.too_early")
	}
	if found.Qualified && found.Markers.IsReactive() {
		k.wrong(Verdict, "intake.contradiction")
	}
	r.Result = &found
}

// mostALT bounds a value, in U/L.
const mostALT = 100_000

// alt reads a value in U/L.
func (k *check) alt() float64 {
	text := k.row.Text[ALT]
	if text == "" {
		return 0
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || !(value >= 0 && value <= mostALT) {
		k.wrong(ALT, "intake.number")
		return 0
	}
	return value
}

// group reads the blood group, also from the code of a label.
func (k *check) group() donation.Group {
	if text := k.row.Text[ABO]; len(text) == 2 && text[0] >= '0' && text[0] <= '9' {
		g, err := donation.ParseGroupCode(text)
		if err != nil {
			k.wrong(ABO, "intake.word")
		}
		if rhd := k.word(RhD, "rhd"); rhd != "" && rhd != g.RhD {
			k.wrong(RhD, "intake.contradiction")
		}
		return g
	}
	return donation.Group{ABO: k.word(ABO, "abo"), RhD: k.word(RhD, "rhd")}
}
