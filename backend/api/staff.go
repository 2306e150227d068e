package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Staff are the people who work with the product, and how they get in.
type Staff interface {
	// Login opens a session; network is where it is asked from. Later tokens are exchanged for assertions of its key.
	Login(ctx context.Context, in StaffLogin, network string) (StaffSession, error)
	Logout(ctx context.Context, by Caller) error
	ChangePassword(ctx context.Context, in PasswordChange, by Caller) error
	Me(ctx context.Context, by Caller) (StaffView, error)
	// FirstRunAccount judges what was entered and draws a second factor; nothing is stored.
	FirstRunAccount(ctx context.Context, in FirstRunAccount) (SecondFactor, error)
	// FirstAdmin makes the first administrator and uses the link up.
	FirstAdmin(ctx context.Context, in FirstRun) (StaffView, error)
}

// StaffLogin is how a member of staff gets in.
type StaffLogin struct {
	Login     string `json:"login" maxLength:"64"`
	Password  string `json:"password" maxLength:"512"`
	Code      string `json:"code" maxLength:"16" doc:"Six digits of the authenticator app"`
	PublicKey []byte `json:"public_key" maxLength:"64" doc:"Ed25519 public key made for this login, 32 bytes. The private half stays where it was made and signs the assertions for later tokens"`
	// DeviceCookie is that of an earlier login.
	DeviceCookie string `json:"device_cookie,omitempty" maxLength:"128" doc:"What an earlier login on this device gave. It keeps the failures of strangers from slowing this device down"`
}

// StaffSession is a login.
type StaffSession struct {
	AccessToken
	SessionID    string    `json:"session_id" doc:"iss and sub of the assertions that ask for the next token"`
	EndsAt       time.Time `json:"ends_at" doc:"Then password and code are asked for again"`
	DeviceCookie string    `json:"device_cookie" doc:"To be kept on this device and shown at the next login. It lets nobody in"`
	DeskKey      []byte    `json:"desk_key" doc:"32 bytes, base64: what a desk keeps for this member until the center has it is sealed under it. Held in memory only"`
	Member       StaffView `json:"member"`
}

// StaffView is a member of staff as they see themselves.
type StaffView struct {
	ID          string   `json:"id"`
	Login       string   `json:"login"`
	Name        string   `json:"name"`
	Role        string   `json:"role" enum:"reception,district_clerk,reviewer,finance,counsellor,admin"`
	Permissions []string `json:"permissions" doc:"What the role may do, noun.verb"`
	Everywhere  bool     `json:"everywhere" doc:"Not limited to sites"`
	Sites       []string `json:"sites,omitempty" doc:"Sites the member is limited to"`
}

// PasswordChange asks for the old password and a fresh code, with the delays of a login.
type PasswordChange struct {
	Password string `json:"password" maxLength:"512"`
	Code     string `json:"code" maxLength:"16"`
	Next     string `json:"next" maxLength:"512" doc:"At least 12 characters"`
}

// FirstRunAccount is what the first administrator chooses.
type FirstRunAccount struct {
	Token    string `json:"token" maxLength:"64" doc:"Behind the # of the link"`
	Login    string `json:"login" maxLength:"64" doc:"3 to 32 small letters, digits (at most 7), dot, hyphen, underscore"`
	Name     string `json:"name" maxLength:"60"`
	Password string `json:"password" maxLength:"512" doc:"At least 12 characters"`
}

// SecondFactor is a new second factor, for an authenticator app.
type SecondFactor struct {
	Secret string `json:"secret" doc:"Base32, to be typed where a QR code cannot be scanned"`
	URI    string `json:"uri" doc:"otpauth://…, the text of the QR code"`
}

// FirstRun makes the first administrator.
type FirstRun struct {
	FirstRunAccount
	Secret string `json:"secret" maxLength:"64" doc:"As the second factor was drawn"`
	Code   string `json:"code" maxLength:"16" doc:"What the app shows for it now"`
}

func staffRoutes(api huma.API, s Staff) {
	huma.Register(api, operation("log-in", http.MethodPost, "/staff/login", "Log in with password and code", "staff", Public),
		handle(func(ctx context.Context, in *networked[StaffLogin]) (*secretOf[StaffSession], error) {
			out, err := s.Login(ctx, in.Body, in.network)
			return secret(out), err
		}))
	huma.Register(api, operation("log-out", http.MethodPost, "/staff/logout", "End this login", "staff", StaffSelf),
		handle(func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			return nil, s.Logout(ctx, callerOf(ctx))
		}))
	huma.Register(api, operation("change-password", http.MethodPost, "/staff/password", "Change one's password; ends one's other logins", "staff", StaffSelf),
		handle(func(ctx context.Context, in *bodyOf[PasswordChange]) (*struct{}, error) {
			return nil, s.ChangePassword(ctx, in.Body, callerOf(ctx))
		}))
	huma.Register(api, operation("get-me", http.MethodGet, "/staff/me", "Who I am and what I may do", "staff", StaffSelf),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[StaffView], error) {
			out, err := s.Me(ctx, callerOf(ctx))
			return &bodyOf[StaffView]{out}, err
		}))
	huma.Register(api, operation("draft-first-admin", http.MethodPost, "/first-run/account", "Check the first administrator's account and draw its second factor", "staff", Public),
		handle(func(ctx context.Context, in *bodyOf[FirstRunAccount]) (*secretOf[SecondFactor], error) {
			out, err := s.FirstRunAccount(ctx, in.Body)
			return secret(out), err
		}))
	huma.Register(api, operation("make-first-admin", http.MethodPost, "/first-run", "Make the first administrator; uses the first-run link up", "staff", Public),
		handle(func(ctx context.Context, in *bodyOf[FirstRun]) (*bodyOf[StaffView], error) {
			out, err := s.FirstAdmin(ctx, in.Body)
			return &bodyOf[StaffView]{out}, err
		}))
}

// secretOf is an answer nobody on the way may keep.
type secretOf[T any] struct {
	Cache string `header:"Cache-Control"`
	Body  T
}

func secret[T any](body T) *secretOf[T] { return &secretOf[T]{"no-store", body} }
