// Package resultcode is how somebody without their card shows who they are: with the number
// of their document, the number of one of their donations, and a code the center sends to
// the phone it has on record. It opens one result at a kiosk, or a login on a phone.
//
// Whoever asks learns nothing by asking: what was typed is only put down, and looked
// up afterwards by the center itself, so that right and wrong get the same answer by
// the same work. Only the code, on the phone, tells.
package resultcode

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"math/big"
	"time"

	"lianxin/backend/donation"
	"lianxin/backend/lang"
)

const (
	// Valid is how long a code is good for, from the moment of asking.
	Valid = 10 * time.Minute
	// LeftAfter is how long after the asking one that was taken and is not settled is taken again:
	// whoever took it stopped, for settling follows at once.
	LeftAfter = time.Minute
	// MostTries is how many codes may be typed for one asking.
	MostTries = 5
	// MostSends is how often handing the message over is tried.
	MostSends = 3
	// digits of a code at a kiosk, and of one that can be tried from anywhere.
	digits      = 6
	loginDigits = 8
)

// State is how far the center has come with an asking. It says nothing of whether
// anybody was found.
type State string

const (
	Waiting State = "waiting" // nobody has looked
	Taken   State = "taken"   // an instance is looking or sending
	Settled State = "settled" // what there was to send is sent
)

// Purpose is what a code opens.
type Purpose string

const (
	ForResult Purpose = ""      // one result, at the kiosk that asked
	ForLogin  Purpose = "login" // a login of the donor, under one key
)

// Asked is one asking, right or wrong. All but ID, State and the times is sealed.
type Asked struct {
	ID       string
	State    State
	At       time.Time
	Ends     time.Time // the code is worth nothing from then on
	Purpose  Purpose
	DeviceID string // which kiosk asked; the code counts there only. "" for a login
	SiteID   string
	DonorKey string // keyed hash of the document that was typed
	DIN      donation.DIN
	Language lang.Tag

	Code       string // "" until somebody was found: then nothing that is typed is right
	DonorID    string
	DonationID string
	Sends      int    // how often handing it over failed
	Tries      int    // wrong codes so far
	Opened     bool   // the right one was typed
	KeyID      string // thumbprint of the key the login was opened under: the code is good for no other
}

// digits is how long a code for the purpose is.
func (p Purpose) digits() int {
	if p == ForLogin {
		return loginDigits
	}
	return digits
}

// NewCode draws a code in decimal digits, each value as likely as the others.
func (p Purpose) NewCode(random io.Reader) (string, error) {
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(p.digits())), nil)
	n, err := rand.Int(random, most)
	if err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	return fmt.Sprintf("%0*d", p.digits(), n), nil
}

// IsOver tells whether no code of the asking counts any more at a time.
func (a Asked) IsOver(now time.Time) bool { return !now.Before(a.Ends) || a.Tries >= MostTries }

// Left is how many codes may still be typed.
func (a Asked) Left() int { return max(MostTries-a.Tries, 0) }

// Try takes a typed code. A right one may be typed again, as after an answer that was lost.
func (a Asked) Try(code string) (Asked, bool) {
	isRight := subtle.ConstantTimeCompare([]byte(a.Code), []byte(code)) == 1 && len(a.Code) == a.Purpose.digits()
	if isRight {
		a.Opened = true
	} else {
		a.Tries++
	}
	return a, isRight
}

// IsOpen tells whether the result may be shown, and its slip printed, at a time.
func (a Asked) IsOpen(now time.Time) bool { return a.Opened && now.Before(a.Ends) }

// Text is the message a code is sent with. It names neither the person nor that
// anything was found: a phone shows it on a locked screen.
func (a Asked) Text() string {
	minutes := int(Valid / time.Minute)
	if a.Purpose == ForLogin {
		return a.loginText(minutes)
	}
	if a.Language == lang.English {
		return fmt.Sprintf("[Lianxin] Your code for a result is %s. It is good for %d minutes. Nobody of the blood center will ask you for it. If you did not ask for it, ignore this message.", a.Code, minutes)
	}
	return fmt.Sprintf("【连心】您查询检测结果的验证码是 %s，%d 分钟内有效。血液中心工作人员不会向您索要验证码；非本人操作请忽略。", a.Code, minutes)
}

func (a Asked) loginText(minutes int) string {
	if a.Language == lang.English {
		return fmt.Sprintf("[Lianxin] Your code to log in is %s. It is good for %d minutes. Nobody of the blood center will ask you for it. If you did not ask for it, ignore this message.", a.Code, minutes)
	}
	return fmt.Sprintf("【连心】您的登录验证码是 %s，%d 分钟内有效。血液中心工作人员不会向您索要验证码；非本人操作请忽略。", a.Code, minutes)
}

// Store keeps askings. Methods take part in the transaction that ctx carries.
type Store interface {
	SaveAsked(ctx context.Context, a Asked) error
	// LockAsked returns one and keeps others from changing it; fault "result_code.not_found".
	LockAsked(ctx context.Context, id string) (Asked, error)
	// TakeAsked takes the earliest that waits, or one that ends before a time and was taken by
	// who never came to settling it; ok is false for none.
	TakeAsked(ctx context.Context, leftBefore time.Time) (a Asked, ok bool, err error)
	// ForgetAsked removes those that ended before a time.
	ForgetAsked(ctx context.Context, before time.Time) error
}
