package pack

import (
	"cmp"
	"slices"
	"sync"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/payout"
	"lianxin/backend/policy/packfile"
	"lianxin/backend/relief"
)

// officesBuiltIn are those this program was built with, read once.
var officesBuiltIn = sync.OnceValue(func() offices {
	claims, hospitals := claim.BuiltIn(), hospital.BuiltIn()
	all := offices{relief: relief.BuiltIn(), claims: []*claim.Handling{&claims}, hospitals: []*hospital.Handling{&hospitals}}
	for _, f := range payout.BuiltIn() {
		all.banks = append(all.banks, &f)
	}
	return all
})

// withBuiltIn are all of them.
func (o offices) withBuiltIn() offices {
	built := officesBuiltIn()
	return offices{relief: slices.Concat(o.relief, built.relief), claims: slices.Concat(o.claims, built.claims),
		hospitals: slices.Concat(o.hospitals, built.hospitals), banks: slices.Concat(o.banks, built.banks)}
}

// office are the packs of this shelf an office works by.
func (s *Shelf) office() offices {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.offices.withBuiltIn()
}

// Relief returns how a region gives blood without charge on a day; region "" is the
// center's own. Fault "pack.none_in_force".
func (s *Shelf) Relief(region string, on calendar.Date) (*relief.Pack, error) {
	p, ok := packfile.Current(s.office().relief, reliefHead, cmp.Or(region, Region), on)
	if !ok {
		return nil, fault.New(fault.Unavailable, "pack.none_in_force").With("kind", Relief)
	}
	return p, nil
}

// Claims returns the limits for handling claims in force; those built in where none is.
func (s *Shelf) Claims(on calendar.Date) claim.Handling {
	p, ok := packfile.Current(s.office().claims, claimsHead, Region, on)
	if !ok {
		return claim.BuiltIn()
	}
	return *p
}

// Hospitals returns the limits for direct relief in force; those built in where none is.
func (s *Shelf) Hospitals(on calendar.Date) hospital.Handling {
	p, ok := packfile.Current(s.office().hospitals, hospitalsHead, Region, on)
	if !ok {
		return hospital.BuiltIn()
	}
	return *p
}

// Banks returns the formats in force, one a bank, by id.
func (s *Shelf) Banks(on calendar.Date) payout.Formats {
	var out payout.Formats
	all := s.office().banks
	for _, one := range all {
		if p, ok := packfile.Current(rivals(Bank, all, bankHead, one), bankHead, Region, on); ok && p == one {
			out = append(out, *one)
		}
	}
	slices.SortFunc(out, func(a, b payout.Format) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func reliefHead(p *relief.Pack) packfile.Head          { return p.Head }
func claimsHead(p *claim.Handling) packfile.Head       { return p.Head }
func hospitalsHead(p *hospital.Handling) packfile.Head { return p.Head }
func bankHead(p *payout.Format) packfile.Head          { return p.Head }
