package desk

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	gosync "sync"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// login is one login of one member, with everything that ends with it.
type login struct {
	member   api.StaffView
	endsAt   time.Time
	center   *sync.HTTPCenter // has the key of the session
	password string           // hash of it, to unlock by
	locked   bool
	wrong    int // passwords typed wrong since it was locked

	life context.Context // until the login ends
	end  context.CancelFunc
	// captures are the claims that lie here; nil when they cannot be kept.
	captures *captures

	mu     gosync.Mutex
	drafts map[string]json.RawMessage
}

// LogIn implements api.Desk: it draws the key of the session, which never leaves this
// process, and keeps what shows the center at the next login that it knows this desk.
func (d *Desk) LogIn(ctx context.Context, in api.DeskLogin) (api.DeskState, error) {
	d.working.Lock()
	defer d.working.Unlock()
	if d.current() != nil {
		return api.DeskState{}, fault.New(fault.Conflict, "desk.taken")
	}
	key, err := token.NewKey(rand.Reader)
	if err != nil {
		return api.DeskState{}, err
	}
	ask := api.StaffLogin{Login: strings.TrimSpace(in.Login), Password: in.Password, Code: strings.Join(strings.Fields(in.Code), ""),
		PublicKey: key.Public().Bytes(), DeviceCookie: d.cookie()}
	var session api.StaffSession
	err = sync.Ask(ctx, d.client, http.MethodPost, d.config.Center+"/staff/login", nil, ask, &session)
	d.heard(!isLine(err))
	if err != nil {
		return api.DeskState{}, said(err)
	}
	issuer, err := issuerOf(session.AccessToken.AccessToken)
	if err != nil {
		return api.DeskState{}, fault.Wrap(err, fault.Unavailable, "sync.not_a_center")
	}
	hasher, err := d.hasher()
	if err != nil {
		return api.DeskState{}, err
	}
	hash, err := hasher.Hash(ctx, in.Password)
	if err != nil {
		return api.DeskState{}, err
	}
	if err := d.keepCookie(session.DeviceCookie); err != nil {
		d.config.Log.WarnContext(ctx, "the center will not know this desk at the next login", "error", err)
	}
	l := &login{member: session.Member, endsAt: session.EndsAt, password: hash, drafts: map[string]json.RawMessage{},
		center: &sync.HTTPCenter{URL: d.config.Center, Issuer: issuer, DeviceID: session.SessionID, Key: key,
			Now: d.config.Now, NewID: newID, Client: d.client}}
	l.life, l.end = context.WithCancel(d.running)
	d.jobs.Wait() // an earlier login's are ended with it, and may have been this member's
	if l.captures, err = openCaptures(d.config.Data, session.Member.ID, session.DeskKey, d.config.Now, d.config.Log); err != nil {
		d.config.Log.ErrorContext(ctx, "claims cannot be kept at this desk", "error", err)
	}
	d.mu.Lock()
	d.login, d.active = l, d.config.Now()
	d.mu.Unlock()
	d.sendSoon()
	d.events.Tell("state", nil)
	return d.DeskState(ctx)
}

// LogOut implements api.Desk. A center out of reach ends the login by itself in ten
// hours at the latest; here nothing of it is left.
func (d *Desk) LogOut(ctx context.Context) (api.DeskState, error) {
	d.working.Lock()
	defer d.working.Unlock()
	if l := d.current(); l != nil {
		d.leave(ctx, l)
	}
	return d.DeskState(ctx)
}

// leaveTime bounds how long somebody who leaves waits for the center.
const leaveTime = 3 * time.Second

// leave forgets a login here and ends it at the center.
func (d *Desk) leave(ctx context.Context, l *login) {
	d.forget(l)
	ctx, cancel := context.WithTimeout(ctx, leaveTime)
	defer cancel()
	if err := l.center.Post(ctx, "/staff/logout", struct{}{}, nil); err != nil {
		d.config.Log.WarnContext(ctx, "the center does not know that a login ended", "code", fault.CodeOf(err))
	}
}

// forget ends a login here.
func (d *Desk) forget(l *login) {
	d.mu.Lock()
	isCurrent := d.login == l
	if isCurrent {
		d.login, d.dropped = nil, nil
		l.end()
	}
	d.mu.Unlock()
	if isCurrent {
		d.events.Tell("state", nil)
	}
}

// open is the login calls are carried for. Faults "desk.signed_out", "desk.locked".
func (d *Desk) open() (*login, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.login == nil:
		return nil, fault.New(fault.Unauthorized, "desk.signed_out")
	case d.login.locked:
		return nil, fault.New(fault.Forbidden, "desk.locked")
	}
	return d.login, nil
}

// issuerOf reads who gave a token out, which is how the center calls itself. It came
// over the line the login went over, so it is believed as much as that is.
func issuerOf(access string) (string, error) {
	parts := strings.Split(access, ".")
	if len(parts) != 3 {
		return "", errors.New("the access token is none")
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", err
	}
	var said struct {
		Issuer string `json:"iss"`
	}
	if err := json.Unmarshal(claims, &said); err != nil {
		return "", err
	}
	if said.Issuer == "" {
		return "", errors.New("the access token names no issuer")
	}
	return said.Issuer, nil
}

const cookieFile = "device-cookie"

// cookie is what the center gave at the last login here; "" for none.
func (d *Desk) cookie() string {
	text, err := os.ReadFile(filepath.Join(d.config.Data, cookieFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.config.Log.Warn("the device cookie cannot be read", "error", err)
	}
	return strings.TrimSpace(string(text))
}

func (d *Desk) keepCookie(text string) error {
	return os.WriteFile(filepath.Join(d.config.Data, cookieFile), []byte(text), 0o600)
}
