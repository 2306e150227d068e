package receipt

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

// Bounds of a snapshot. They are far above any real page and keep a damaged
// row from filling a printer's memory.
const (
	maxText  = 600 // characters of one text
	maxItems = 60  // entries of one list
)

// check returns a fault that names every wrong place of s, or nil.
func (s Snapshot) check() error {
	incomplete := fault.New(fault.Invalid, "receipt.snapshot")
	if s.Version != SnapshotVersion {
		incomplete.At("version", "receipt.version", fmt.Sprintf("version %d, this program prints %d", s.Version, SnapshotVersion))
	}
	if _, err := lang.Parse(string(s.Language)); err != nil {
		incomplete.At("language", "receipt.language", "")
	}
	if s.PrintedAt.IsZero() {
		incomplete.At("printed_at", "receipt.missing", "")
	}
	if s.IssuedAt.IsZero() {
		incomplete.At("issued_at", "receipt.missing", "")
	}
	if s.Reprint < 0 {
		incomplete.At("reprint", "receipt.negative", "")
	}
	s.checkContent(incomplete)
	unprintable := fault.New(fault.Invalid, "receipt.unprintable")
	count := 0
	walk(reflect.ValueOf(s), "", func(place, text string) {
		if !utf8.ValidString(text) {
			incomplete.At(place, "receipt.not_utf8", "")
		}
		if n := utf8.RuneCountInString(text); n > maxText && !strings.HasSuffix(place, "code.payload") {
			incomplete.At(place, "receipt.too_long", fmt.Sprintf("%d characters, at most %d", n, maxText))
		}
		if n := len(Unprintable(text)); n > 0 && !strings.HasSuffix(place, "code.payload") {
			unprintable.At(place, "receipt.unprintable", "")
			count += n
		}
	}, func(place string, items int) {
		if items > maxItems {
			incomplete.At(place, "receipt.too_many", fmt.Sprintf("%d entries, at most %d", items, maxItems))
		}
	})
	switch {
	case len(incomplete.Places) > 0:
		return incomplete
	case count > 0:
		return unprintable.With("count", count)
	}
	return nil
}

// checkContent asks for exactly one kind of page and for what it cannot do without.
func (s Snapshot) checkContent(f *fault.Fault) {
	kinds := 0
	need := func(place, text string) {
		if strings.TrimSpace(text) == "" {
			f.At(place, "receipt.missing", "")
		}
	}
	need("issuer.name.zh", s.Issuer.Name.ZH)
	if s.CheckIn != nil {
		kinds++
		need("check_in.ticket", s.CheckIn.Ticket)
		need("check_in.where.zh", s.CheckIn.Where.ZH)
	}
	if s.Deferral != nil {
		kinds++
		if len(s.Deferral.First) == 0 {
			f.At("deferral.first", "receipt.missing", "")
		}
	}
	if s.Voucher != nil {
		kinds++
		need("voucher.gift.zh", s.Voucher.Gift.ZH)
		need("voucher.code.payload", s.Voucher.Code.Payload)
	}
	if s.Result != nil {
		kinds++
		need("result.verdict.zh", s.Result.Verdict.ZH)
		s.Result.check("result", need)
	}
	if s.Certificate != nil {
		kinds++
		need("certificate.statement.zh", s.Certificate.Statement.ZH)
		s.Certificate.check("certificate", need)
	}
	if s.Claim != nil {
		kinds++
		s.Claim.check(f, need)
	}
	if s.YearCard != nil {
		kinds++
		s.YearCard.check(need)
	}
	if s.Test != nil {
		kinds++
	}
	if kinds != 1 {
		f.At("", "receipt.kind", "exactly one of check_in, deferral, voucher, result, certificate, claim, year_card and test")
	}
}

// check asks for what no paper about a donation can do without.
func (d Donation) check(place string, need func(place, text string)) {
	need(place+".given.donor.name", d.Donor.Name)
	need(place+".given.product.zh", d.Product.ZH)
	need(place+".given.code.payload", d.Code.Payload)
	if d.On.IsZero() {
		need(place+".given.on", "")
	}
}

// title names the page.
func (s Snapshot) title() lang.Text {
	switch {
	case s.CheckIn != nil:
		return wordCheckIn
	case s.Deferral != nil:
		return wordDeferral
	case s.Voucher != nil:
		return wordVoucher
	case s.Result != nil:
		return wordResult
	case s.Certificate != nil:
		return wordCertificate
	case s.Claim != nil:
		return claimTitles[s.Claim.Kind]
	case s.YearCard != nil:
		return wordYearCard
	default:
		return wordTest
	}
}

// walk visits every text and every list of a snapshot with its JSON path.
func walk(v reflect.Value, place string, text func(place, text string), list func(place string, items int)) {
	switch v.Kind() {
	case reflect.String:
		text(place, v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), place, text, list)
		}
	case reflect.Slice:
		list(place, v.Len())
		for i := range v.Len() {
			walk(v.Index(i), fmt.Sprintf("%s[%d]", place, i), text, list)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if !field.IsExported() || name == "" {
				continue // times and dates keep their fields to themselves
			}
			walk(v.Field(i), strings.TrimPrefix(place+"."+name, "."), text, list)
		}
	}
}
