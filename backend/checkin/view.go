package checkin

import (
	"time"

	"lianxin/backend/account"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/gift"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/redemption"
)

// Step is where a person stands in the check-in.
type Step string

const (
	StepIdentify      Step = "identify"      // who are you: card, QR or keypad
	StepBooking       Step = "booking"       // take today's booking, or choose what to give
	StepRepeat        Step = "repeat"        // already checked in today; shows the first ticket
	StepProof         Step = "proof"         // a typed number alone goes no further: card, code or staff
	StepGate          Step = "gate"          // you may donate today; go on
	StepDeferred      Step = "deferred"      // not today, with dates and what is possible instead
	StepQuestionnaire Step = "questionnaire" // one question a screen
	StepConsent       Step = "consent"       // read, scroll to the end, sign
	StepExclusion     Step = "exclusion"     // the private choice
	StepDone          Step = "done"          // ticket and receipt
	StepAccount       Step = "account"       // what is theirs: donations, results, honours, points
	StepGifts         Step = "gifts"         // points are spent
	StepResult        Step = "result"        // one result, by numbers and a code to the phone
)

// Aim is what somebody came to the kiosk for.
type Aim string

const (
	AimCheckIn Aim = "check_in"
	AimAccount Aim = "account" // to see what is theirs
	AimGifts   Aim = "gifts"   // to spend points
)

// Session is what the screen may know of the person in front of it. Names and
// numbers are masked here already: the page never holds more than it shows.
type Session struct {
	ID            string          `json:"id" doc:"Changes with every new person"`
	Step          Step            `json:"step" enum:"identify,booking,repeat,proof,gate,deferred,questionnaire,consent,exclusion,done,account,gifts,result"`
	Aim           Aim             `json:"aim" enum:"check_in,account,gifts"`
	Language      lang.Tag        `json:"language" enum:"zh-CN,en"`
	Donor         *DonorView      `json:"donor,omitempty"`
	TypedFrom     time.Time       `json:"typed_from,omitzero" doc:"At the first step: numbers were typed too often here; the next is taken from then on"`
	Bookings      []BookingView   `json:"bookings,omitempty" doc:"The person's bookings from today on, the usable one first; after a typed number only the usable ones"`
	Choices       []Choice        `json:"choices,omitempty" doc:"What a walk-in may choose at this site"`
	Chosen        *Choice         `json:"chosen,omitempty"`
	Gate          *GateView       `json:"gate,omitempty"`
	Questionnaire *Questionnaire  `json:"questionnaire,omitempty"`
	Consent       *ConsentView    `json:"consent,omitempty"`
	Exclusion     *ExclusionView  `json:"exclusion,omitempty"`
	Done          *DoneView       `json:"done,omitempty"`
	Account       *AccountView    `json:"account,omitempty"`
	Redemption    *RedemptionView `json:"redemption,omitempty" doc:"At the gifts: the one that was chosen"`
	Voucher       *VoucherView    `json:"voucher,omitempty" doc:"The voucher that is shown"`
	Cancelled     *CancelledView  `json:"cancelled,omitempty" doc:"How the last wish to give something back went"`
	Result        *ResultView     `json:"result,omitempty"`
	Paper         *PaperView      `json:"paper,omitempty" doc:"The last slip or certificate that was asked for"`
	YearCard      *YearCardView   `json:"year_card,omitempty" doc:"The last picture card that was printed"`
	ExpiresAt     time.Time       `json:"expires_at" doc:"When everything personal is wiped unless somebody touches the screen"`
	IdleSeconds   int             `json:"idle_seconds" doc:"Length of the idle time of this step, seconds"`
	WarnSeconds   int             `json:"warn_seconds" doc:"How many of these the countdown is visible, seconds"`
}

// AccountView is what the center says is the person's, and whether it has said so yet.
type AccountView struct {
	State     string           `json:"state" enum:"asking,shown,failed"`
	Code      string           `json:"code,omitempty" doc:"failed: fault code, such as account.offline"`
	Account   *account.Account `json:"account,omitempty"`
	Reminders []Reminder       `json:"reminders,omitempty" doc:"Calendar files of the days to come"`
	Asked     bool             `json:"asked,omitempty" doc:"failed with account.not_found: the person has told staff that donations are missing"`
}

// Reminder is the day from which one product is possible again, as a calendar file.
type Reminder struct {
	Product donation.Product `json:"product" enum:"whole_blood,apheresis_platelets"`
	File    string           `json:"file" doc:"RFC 5545, short enough for a QR code"`
}

// RedemptionView is a gift somebody chose, and how far it is.
type RedemptionView struct {
	State       string         `json:"state" enum:"asking,held,confirming,confirmed,requested,failed" doc:"requested: queued without a line, for the center to decide"`
	ID          string         `json:"id"`
	Gift        gift.Card      `json:"gift"`
	Site        PickUpPlace    `json:"site,omitzero" doc:"Absent for codes"`
	Points      int64          `json:"points"`
	Until       time.Time      `json:"until,omitzero" doc:"held: it is set aside until then"`
	PickUpUntil calendar.Date  `json:"pick_up_until,omitzero" doc:"held, confirmed: last day on which the voucher will be good"`
	Code        string         `json:"code,omitempty" doc:"failed: fault code"`
	Params      map[string]any `json:"params,omitempty" doc:"failed: numbers and dates the sentence needs"`
	MayRequest  bool           `json:"may_request,omitempty" doc:"failed for want of a line: it can be queued"`
}

// PickUpPlace is a site where something is picked up.
type PickUpPlace struct {
	ID   string    `json:"id"`
	Name lang.Text `json:"name"`
}

// VoucherView is a voucher on the screen.
type VoucherView struct {
	State        string         `json:"state" enum:"asking,shown,failed"`
	RedemptionID string         `json:"redemption_id"`
	Code         string         `json:"code,omitempty" doc:"failed: fault code"`
	Params       map[string]any `json:"params,omitempty"`
	Number       string         `json:"number,omitempty" doc:"For reading aloud; absent for codes"`
	QR           string         `json:"qr,omitempty"`
	Secret       string         `json:"secret,omitempty" doc:"The code that was bought; absent for what is picked up"`
	Gift         lang.Text      `json:"gift,omitzero"`
	Points       int64          `json:"points,omitempty"`
	SiteID       string         `json:"site_id,omitempty"`
	Site         lang.Text      `json:"site,omitzero"`
	CancelUntil  calendar.Date  `json:"cancel_until,omitzero"`
	PickUpUntil  calendar.Date  `json:"pick_up_until,omitzero" doc:"Last day on which it is good"`
	PickedUpAt   time.Time      `json:"picked_up_at,omitzero"`
	Receipt      Receipt        `json:"receipt"`

	whole redemption.Shown
}

// CancelledView is how a wish to give something back went.
type CancelledView struct {
	State  string         `json:"state" enum:"asking,done,failed"`
	ID     string         `json:"id"`
	Code   string         `json:"code,omitempty" doc:"failed: fault code"`
	Params map[string]any `json:"params,omitempty"`
}

// DonorView is a person, masked.
type DonorView struct {
	NameMasked     string        `json:"name_masked,omitempty" doc:"Empty when the number was typed: whoever knows a number does not learn a name"`
	DocumentKind   string        `json:"document_kind"`
	DocumentMasked string        `json:"document_masked"`
	BirthMasked    string        `json:"birth_masked,omitempty"`
	Sex            string        `json:"sex" enum:"male,female,unknown"`
	Source         string        `json:"source" enum:"card,code,typed"`
	ExpiredOn      calendar.Date `json:"expired_on,omitzero" doc:"Last valid day of a card that has expired; staff look at it"`
}

// BookingView is one booking and whether it can be used here and now.
type BookingView struct {
	ID       string           `json:"id"`
	Site     lang.Text        `json:"site"`
	Day      calendar.Date    `json:"day"`
	Start    string           `json:"start" example:"09:30"`
	Product  donation.Product `json:"product" enum:"whole_blood,apheresis_platelets"`
	VolumeML int              `json:"volume_ml,omitempty" doc:"mL"`
	Units    int              `json:"units,omitempty"`
	Usable   bool             `json:"usable"`
	Why      string           `json:"why,omitempty" enum:"other_site,other_day,checked_in,cancelled" doc:"Why not usable"`
}

// Choice is a product with an amount, as this site offers it.
type Choice struct {
	Product  donation.Product `json:"product" enum:"whole_blood,apheresis_platelets"`
	VolumeML int              `json:"volume_ml,omitempty" doc:"Whole blood, mL"`
	Units    int              `json:"units,omitempty" doc:"Apheresis units"`
}

// GateView is the honest answer to "may I donate today?".
type GateView struct {
	Allowed      bool            `json:"allowed" doc:"For the chosen product, today"`
	Options      []policy.Option `json:"options" doc:"Each donation type with its first date and the reasons"`
	Alternatives []Choice        `json:"alternatives,omitempty" doc:"What this site could take today instead"`
	AsOf         time.Time       `json:"as_of,omitzero" doc:"Age of the data the answer rests on"`
	Answered     bool            `json:"answered,omitempty" doc:"A pass of today stands for the questionnaire: the consent comes next"`
}

// Questionnaire is the form as far as it is visible with the answers so far.
type Questionnaire struct {
	Title    lang.Text  `json:"title"`
	Items    []Question `json:"items"`
	Answered int        `json:"answered" doc:"Visible items with an answer or handed to staff"`
	FromPass bool       `json:"from_pass,omitempty" doc:"Answered today on another device and accepted"`
	// PassRefused: answers count only on the day of the donation.
	PassRefused bool `json:"pass_refused,omitempty" doc:"Answered elsewhere, but on another day or another form; asked again here"`
}

// Question is one item, ready for one screen.
type Question struct {
	LinkID   string    `json:"link_id"`
	Section  lang.Text `json:"section"`
	Text     lang.Text `json:"text"`
	Help     lang.Text `json:"help"`
	Type     string    `json:"type" enum:"boolean,choice,date,integer,decimal,quantity,string,text"`
	Options  []Option  `json:"options,omitempty"`
	Repeats  bool      `json:"repeats,omitempty" doc:"Several options may be chosen"`
	Required bool      `json:"required"`
	Min      string    `json:"min,omitempty" doc:"Lowest value or date"`
	Max      string    `json:"max,omitempty" doc:"Highest value or date"`
	Unit     lang.Text `json:"unit,omitzero"`
	Answer   *Answer   `json:"answer,omitempty"`
}

// Option is one large choice.
type Option struct {
	Code      string    `json:"code"`
	Text      lang.Text `json:"text"`
	Exclusive bool      `json:"exclusive,omitempty" doc:"Choosing it clears the others, such as \"none of these\""`
}

// Answer is what a person said to one question. Exactly one field is set.
type Answer struct {
	Yes    *bool         `json:"yes,omitempty" doc:"boolean items"`
	Codes  []string      `json:"codes,omitempty" maxItems:"40" doc:"choice items"`
	Date   calendar.Date `json:"date,omitzero" doc:"date items"`
	Number string        `json:"number,omitempty" maxLength:"20" doc:"integer, decimal and quantity items, as written"`
	Text   string        `json:"text,omitempty" maxLength:"500" doc:"string and text items"`
	Staff  bool          `json:"staff,omitempty" doc:"I'd rather tell staff"`
}

// ConsentView is the text to read and sign.
type ConsentView struct {
	Pass     *PassView        `json:"pass,omitempty" doc:"Answers given today elsewhere stand for the questionnaire; they may be given anew"`
	Version  string           `json:"version"`
	Title    lang.Text        `json:"title"`
	Sections []ConsentSection `json:"sections"`
}

// PassView is when and where the answers were given that are used.
type PassView struct {
	At   time.Time `json:"at"`
	Site lang.Text `json:"site,omitzero" doc:"Absent when the place is not known here"`
}

// ConsentSection is one topic with its paragraphs.
type ConsentSection struct {
	Title lang.Text   `json:"title"`
	Body  []lang.Text `json:"body"`
}

// ExclusionView is the private choice. Both options look the same and lead on
// in the same way; which one was taken is shown nowhere.
type ExclusionView struct {
	Title   lang.Text         `json:"title"`
	Body    []lang.Text       `json:"body"`
	Options []ExclusionOption `json:"options"`
}

// ExclusionOption is one of the two answers.
type ExclusionOption struct {
	Code string    `json:"code" enum:"use,discard"`
	Text lang.Text `json:"text"`
}

// DoneView is the end of a visit, checked in or deferred.
type DoneView struct {
	Ticket  string    `json:"ticket,omitempty" example:"A012"`
	Ahead   int       `json:"ahead" doc:"People checked in at this site who still wait, as far as this kiosk knows"`
	Where   lang.Text `json:"where" doc:"Where to go now"`
	At      time.Time `json:"at" doc:"When it was recorded, by the kiosk's clock"`
	Receipt Receipt   `json:"receipt"`
	Site    lang.Text `json:"site,omitzero" doc:"Where the person is checked in already, when it is another site; there is no paper of it here"`
}

// Receipt is how the paper stands.
type Receipt struct {
	State string `json:"state" enum:"none,printing,printed,failed,unknown" doc:"none: no paper was asked for yet"`
	Code  string `json:"code,omitempty" doc:"Fault code of the printer, such as printer.out_of_paper"`
	QR    string `json:"qr" doc:"Text of a QR that carries the ticket to a phone; nothing personal in it"`
}
