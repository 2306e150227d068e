package identity

// Kind is a kind of identity document.
type Kind string

const (
	// ResidentID is the resident identity card, 居民身份证 (GB 11643).
	ResidentID Kind = "resident_id"
	// HKMTResidencePermit is the residence permit of Hong Kong, Macao and Taiwan residents, 港澳台居民居住证.
	HKMTResidencePermit Kind = "hkmt_residence_permit"
	// ForeignPR2017 is the foreign permanent resident card of the 2017 design: 3 letters and 12 digits.
	ForeignPR2017 Kind = "foreign_pr_2017"
	// ForeignPR2023 is the five-star card issued since December 2023: 18 digits beginning with 9.
	ForeignPR2023 Kind = "foreign_pr_2023"
	// HKMacauTravelPermit is the mainland travel permit of Hong Kong and Macao residents, 港澳居民来往内地通行证.
	HKMacauTravelPermit Kind = "hkmacau_travel_permit"
	// TaiwanTravelPermit is the mainland travel permit of Taiwan residents, 台湾居民来往大陆通行证.
	TaiwanTravelPermit Kind = "taiwan_travel_permit"
	// Passport is any country's passport; its number is only unique together with the country.
	Passport Kind = "passport"
)

// Kinds lists every kind in the order a screen offers them.
func Kinds() []Kind {
	return []Kind{ResidentID, HKMTResidencePermit, ForeignPR2023, ForeignPR2017, HKMacauTravelPermit, TaiwanTravelPermit, Passport}
}

// IsKnown tells whether k is one of Kinds.
func (k Kind) IsKnown() bool {
	_, ok := shapes[k]
	return ok
}

// isCitizenNumber tells whether documents of the kind carry an 18-digit number
// built as GB 11643 says: area, birth date, sequence, check character.
func (k Kind) isCitizenNumber() bool {
	return k == ResidentID || k == HKMTResidencePermit || k == ForeignPR2023
}

// shape is what a number of one kind looks like, before any meaning.
type shape struct {
	lengths []int                     // the lengths it may have
	accepts func(at int, c rune) bool // whether c may stand at index at
}

var shapes = map[Kind]shape{
	ResidentID:          {[]int{18}, citizenCharacter},
	HKMTResidencePermit: {[]int{18}, citizenCharacter},
	ForeignPR2023:       {[]int{18}, citizenCharacter},
	ForeignPR2017:       {[]int{15}, func(at int, c rune) bool { return at < 3 && isLetter(c) || at >= 3 && isDigit(c) }},
	HKMacauTravelPermit: {[]int{9, 11}, func(at int, c rune) bool { return at == 0 && (c == 'H' || c == 'M') || at > 0 && isDigit(c) }},
	TaiwanTravelPermit:  {[]int{8}, func(_ int, c rune) bool { return isDigit(c) }},
	Passport:            {[]int{5, 6, 7, 8, 9, 10, 11, 12}, func(_ int, c rune) bool { return isDigit(c) || isLetter(c) }},
}

func citizenCharacter(at int, c rune) bool { return isDigit(c) || at == 17 && c == 'X' }

func isDigit(c rune) bool  { return c >= '0' && c <= '9' }
func isLetter(c rune) bool { return c >= 'A' && c <= 'Z' }
