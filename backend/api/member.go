package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/staff"
)

// Members are the accounts of staff, for who looks after them. Nobody does anything of
// this to their own account: fault "staff.own_account".
type Members interface {
	Members(ctx context.Context) ([]staff.Member, error)
	// OpenLogins counts the logins that go on now, by member.
	OpenLogins(ctx context.Context) (map[string]int, error)
	// DraftNewMember judges an account and draws its second factor; nothing is stored.
	// Faults: those of staff.Service.Draft and "staff.login_taken".
	DraftNewMember(ctx context.Context, a staff.Account) (staff.TOTP, error)
	AddMember(ctx context.Context, a staff.Account, by string) (staff.Member, error)
	// ChangeMember faults: those of staff.Service.Change.
	ChangeMember(ctx context.Context, id string, to staff.Changes, by string) (staff.Member, error)
	// DraftReset judges a password and draws a second factor; nothing is stored.
	DraftReset(ctx context.Context, id, password string) (staff.TOTP, error)
	ResetMember(ctx context.Context, id, password, totpSecret, totpCode, by string) (staff.Member, error)
	// SetMemberActive fault "staff.last_admin".
	SetMemberActive(ctx context.Context, id string, active bool, by string) (staff.Member, error)
}

// MemberView is a member of staff as administrators see them.
type MemberView struct {
	MemberPost
	ID        string    `json:"id"`
	Login     string    `json:"login"`
	Active    bool      `json:"active" doc:"false: kept out"`
	CreatedAt time.Time `json:"created_at"`
	Logins    int       `json:"logins" doc:"Logins that go on now"`
}

// MemberPost is what somebody works as, and where.
type MemberPost struct {
	Name      string     `json:"name" maxLength:"60" doc:"Shown on screens"`
	Role      staff.Role `json:"role" enum:"reception,district_clerk,reviewer,finance,counsellor,admin"`
	Stations  []string   `json:"stations,omitempty" maxItems:"50" doc:"Stations the member is limited to"`
	Districts []string   `json:"districts,omitempty" maxItems:"50" doc:"Districts the member is limited to, GB/T 2260; without either everywhere"`
}

// MemberAccount is what an account begins with. Password and code are typed by whose they are.
type MemberAccount struct {
	MemberPost
	Login    string `json:"login" maxLength:"64" doc:"3 to 32 small letters, digits (at most 7), dot, hyphen, underscore"`
	Password string `json:"password" maxLength:"512" doc:"At least 12 characters"`
}

// MemberNew makes a member.
type MemberNew struct {
	MemberAccount
	Secret string `json:"secret" maxLength:"64" doc:"As the second factor was drawn"`
	Code   string `json:"code" maxLength:"16" doc:"What the app shows for it now"`
}

// MemberPassword is a password to be judged.
type MemberPassword struct {
	Password string `json:"password" maxLength:"512" doc:"At least 12 characters"`
}

// MemberReset replaces password and second factor.
type MemberReset struct {
	MemberPassword
	Secret string `json:"secret" maxLength:"64" doc:"As the second factor was drawn"`
	Code   string `json:"code" maxLength:"16" doc:"What the app shows for it now"`
}

type (
	changeMemberInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body MemberPost
	}
	draftResetInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body MemberPassword
	}
	resetMemberInput struct {
		ID   string `path:"id" maxLength:"40"`
		Body MemberReset
	}
)

func (p MemberPost) scope() staff.Scope {
	return staff.Scope{Stations: p.Stations, Districts: p.Districts}
}

func (a MemberAccount) account() staff.Account {
	return staff.Account{Login: a.Login, Name: a.Name, Role: a.Role, Scope: a.scope(), Password: a.Password}
}

func members(api huma.API, s Members) {
	op := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, "/staff/members"+path, summary, "staff", StaffPeople)
	}
	factor := func(t staff.TOTP, err error) (*secretOf[SecondFactor], error) {
		return secret(SecondFactor{Secret: t.Secret, URI: t.URI}), err
	}
	view := func(m staff.Member, err error) (*bodyOf[MemberView], error) {
		return &bodyOf[MemberView]{memberView(m, 0)}, err
	}
	huma.Register(api, op("list-members", http.MethodGet, "", "All accounts of staff"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[[]MemberView], error) {
			out, err := listMembers(ctx, s)
			return &bodyOf[[]MemberView]{out}, err
		}))
	huma.Register(api, op("draft-member", http.MethodPost, "/drafts", "Check an account and draw its second factor"),
		handle(func(ctx context.Context, in *bodyOf[MemberAccount]) (*secretOf[SecondFactor], error) {
			return factor(s.DraftNewMember(ctx, in.Body.account()))
		}))
	huma.Register(api, op("add-member", http.MethodPost, "", "Make an account"),
		handle(func(ctx context.Context, in *bodyOf[MemberNew]) (*bodyOf[MemberView], error) {
			a := in.Body.account()
			a.TOTPSecret, a.TOTPCode = in.Body.Secret, in.Body.Code
			return view(s.AddMember(ctx, a, callerOf(ctx).StaffID))
		}))
	huma.Register(api, op("change-member", http.MethodPut, "/{id}", "Change name, role and where somebody works; ends their logins when that is another post"),
		handle(func(ctx context.Context, in *changeMemberInput) (*bodyOf[MemberView], error) {
			to := staff.Changes{Name: in.Body.Name, Role: in.Body.Role, Scope: in.Body.scope()}
			return view(s.ChangeMember(ctx, in.ID, to, callerOf(ctx).StaffID))
		}))
	huma.Register(api, op("draft-member-reset", http.MethodPost, "/{id}/reset/draft", "Check a password and draw a second factor"),
		handle(func(ctx context.Context, in *draftResetInput) (*secretOf[SecondFactor], error) {
			return factor(s.DraftReset(ctx, in.ID, in.Body.Password))
		}))
	huma.Register(api, op("reset-member", http.MethodPost, "/{id}/reset", "Replace password and second factor; ends every login of theirs"),
		handle(func(ctx context.Context, in *resetMemberInput) (*bodyOf[MemberView], error) {
			b := in.Body
			return view(s.ResetMember(ctx, in.ID, b.Password, b.Secret, b.Code, callerOf(ctx).StaffID))
		}))
	huma.Register(api, op("disable-member", http.MethodPost, "/{id}/disable", "Keep somebody out, from their next call on"),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[MemberView], error) {
			return view(s.SetMemberActive(ctx, in.ID, false, callerOf(ctx).StaffID))
		}))
	huma.Register(api, op("enable-member", http.MethodPost, "/{id}/enable", "Let somebody in again"),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[MemberView], error) {
			return view(s.SetMemberActive(ctx, in.ID, true, callerOf(ctx).StaffID))
		}))
}

func listMembers(ctx context.Context, s Members) ([]MemberView, error) {
	all, err := s.Members(ctx)
	if err != nil {
		return nil, err
	}
	logins, err := s.OpenLogins(ctx)
	views := make([]MemberView, 0, len(all))
	for _, m := range all {
		views = append(views, memberView(m, logins[m.ID]))
	}
	return views, err
}

func memberView(m staff.Member, logins int) MemberView {
	return MemberView{MemberPost: MemberPost{Name: m.Name, Role: m.Role, Stations: m.Scope.Stations, Districts: m.Scope.Districts},
		ID: m.ID, Login: m.Login, Active: m.Active, CreatedAt: m.CreatedAt, Logins: logins}
}
