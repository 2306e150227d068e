package fleet

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/pquerna/otp/totp"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/staff"
	"lianxin/backend/token"
)

// Client asks centers over HTTP, with bounded patience.
func Client() *http.Client { return &http.Client{Transport: newLine(), Timeout: 40 * time.Second} }

// Refusal is an answer that is none of the 2xx.
type Refusal struct {
	Status int
	Code   string // fault code; "" when it was not the center that answered
}

func (r *Refusal) Error() string { return fmt.Sprintf("%d %s", r.Status, r.Code) }

// Ask asks base for a path; in and out are JSON, nil for none. A refusal is a *Refusal.
func Ask(ctx context.Context, client *http.Client, method, base, path, bearer string, in, out any) error {
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, base+path, &body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		refusal := &Refusal{Status: answer.StatusCode}
		_ = json.Unmarshal(text, refusal) // a proxy's own refusal is no JSON
		return refusal
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

// Member is a member of staff with their phone.
type Member struct {
	staff.Member
	secret string
}

const password = "三只猫在窗台上晒太阳呢 x7"

// Hire adds a member who may see everything their role may.
func Hire(ctx context.Context, c *center.Center, login string, role staff.Role) (Member, error) {
	account := staff.Account{Login: login, Name: "测试员 " + login, Role: role, Password: password}
	drawn, err := c.DraftMember(account)
	if err != nil {
		return Member{}, err
	}
	// The code of the step before, which counts for clocks that are behind: the
	// present one is then fresh for the login, and nobody waits half a minute.
	account.TOTPSecret = drawn.Secret
	if account.TOTPCode, err = totp.GenerateCode(drawn.Secret, time.Now().Add(-30*time.Second)); err != nil {
		return Member{}, err
	}
	m, err := c.AddMember(ctx, account, "terminal")
	return Member{m, drawn.Secret}, err
}

// AtDesk is what the member types at a desk, with the code their phone shows at a time.
func (m Member) AtDesk(at time.Time) (api.DeskLogin, error) {
	code, err := totp.GenerateCode(m.secret, at)
	return api.DeskLogin{Login: m.Login, Password: password, Code: code}, err
}

// LogIn returns the token of a new login, good for ten minutes on every instance.
func (m Member) LogIn(ctx context.Context, client *http.Client, base string) (bearer string, err error) {
	key, err := token.NewKey(rand.Reader)
	if err != nil {
		return "", err
	}
	code, err := totp.GenerateCode(m.secret, time.Now())
	if err != nil {
		return "", err
	}
	var session api.StaffSession
	in := api.StaffLogin{Login: m.Login, Password: password, Code: code, PublicKey: key.Public().Bytes()}
	err = Ask(ctx, client, http.MethodPost, base, "/staff/login", "", in, &session)
	return session.AccessToken.AccessToken, err
}
