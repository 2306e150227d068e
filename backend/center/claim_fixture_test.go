package center

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/consent"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
)

// claimContent is a whole claim of made-up people. Whatever the digit, the invoice is the same.
func claimContent(digit string) claim.Content {
	donor, patient, insurance := donorOf(digit+"12"), donorOf(digit+"14"), int64(1000)
	day := calendar.MustParse("2026-11-02")
	stroke := make(consent.Stroke, 60)
	for i := range stroke {
		stroke[i] = consent.Point{X: 1000 + i*90, Y: 4000 + i%7*300, T: i * 16}
	}
	party := func(p identity.Person) claim.Party {
		return claim.Party{Name: p.Name, Kind: p.Document.Kind, Number: p.Document.Text(), Phone: "01055500001"}
	}
	return claim.Content{Channel: claim.OnSite, Relation: relief.Child, Donor: claim.Donor{Party: party(donor), Certificate: "TEST-" + digit}, Patient: party(patient),
		Hospital:   claim.Hospital{Name: "测试医院", Admitted: day, Left: day.AddDays(9)},
		Lines:      []claim.Line{{Invoice: "TEST-INVOICE-17", Component: relief.RedCells, Quantity: "2", AmountFen: 42000, On: day.AddDays(1)}},
		Insurance:  &insurance,
		Payee:      claim.Payee{Kind: claim.BankAccount, Holder: donor.Name, Account: "62000000000000001" + digit, Bank: "测试银行"},
		Commitment: claim.Commitment{Way: claim.SignedHere, On: day.AddDays(10), Strokes: []consent.Stroke{stroke}},
	}
}

// photograph is a small JPEG; each digit has another. It is of even squares, for pictures that
// are busy take most of the time of tests in which thousands are handed in.
func photograph(digit string) []byte {
	const side, square = 200, 40
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			img.SetGray(x, y, color.Gray{uint8((x/square*int(digit[0]) + y/square*7) * 37)})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		panic(err)
	}
	return out.Bytes()
}
