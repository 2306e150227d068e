package center

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/outbox"
	"lianxin/backend/site"
	"lianxin/backend/staff"
	"lianxin/backend/staffcall"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// enrolmentExamples are about devices and their letting in. An administrator has no limits.
var enrolmentExamples = map[string]asking{
	"rename-device": {ofAll, func(w *world, place string, _ role) example {
		return example{path: map[string]string{"id": w.newKiosk(real(place), w.address).id}, body: map[string]string{"name": "二层大厅 2号机"}}
	}, ""},
	"revoke-device": {ofAll, func(w *world, place string, _ role) example {
		return example{path: map[string]string{"id": w.newKiosk(real(place), w.address).id}}
	}, ""},
	"claim-enrolment": {ofAll, func(w *world, place string, _ role) example {
		code, key := w.invited(real(place)), newKey(w.t)
		if place == nowhere {
			var err error
			if code, err = token.NewCode(rand.Reader); err != nil {
				w.t.Fatal(err)
			}
		}
		return example{body: claimOf(code, key)}
	}, ""},
	"preview-site": {ofNone, newSite, ""},
	"change-site":  {ofNone, newSite, ""},
	"get-device": {ofAll, func(w *world, place string, _ role) example {
		return example{path: map[string]string{"id": w.kiosks[real(place)].id}}
	}, ""},
	"invite-device": {ofNone, func(_ *world, place string, _ role) example {
		return example{body: api.DeviceInvite{Name: "一层大厅 8号机", SiteID: real(place), Surface: "kiosk"}}
	}, ""},
	"get-enrolment": {ofAll, func(w *world, place string, _ role) example {
		waiting, key := w.waiting(place)
		return example{path: map[string]string{"id": waiting.ID}, header: map[string]string{"Lianxin-Proof": token.ProvePossession(key, token.Code(waiting.ID))}}
	}, ""},
	"approve-enrolment": {ofAll, func(w *world, place string, _ role) example {
		waiting, _ := w.waiting(place)
		return example{path: map[string]string{"id": waiting.ID}, body: map[string]string{"fingerprint": waiting.Fingerprint}}
	}, ""},
	"refuse-enrolment": {ofAll, func(w *world, place string, _ role) example {
		waiting, _ := w.waiting(place)
		return example{path: map[string]string{"id": waiting.ID}}
	}, ""},
	"exchange-assertion": {ofNone, func(w *world, place string, _ role) example {
		k := w.kiosks[real(place)]
		assertion, err := token.Assertion{Device: k.id, Audience: w.tokenEndpoint(), ID: rand.Text()}.Sign(k.key, w.clock())
		if err != nil {
			w.t.Fatal(err)
		}
		return example{body: map[string]string{"grant_type": api.AssertionGrant, "assertion": assertion}}
	}, ""},
	"push-operations": {ofNone, func(w *world, _ string, by role) example {
		body := request()
		if by.device && by.refuse == "" {
			call := staffcall.Call{ID: w.next("pushed", by.kiosk.site), SiteID: by.kiosk.site, DeviceID: by.kiosk.id, RaisedAt: w.clock()}
			body = request(by.kiosk.made(outbox.StaffCallRaised, call))
		} else {
			body.Operations = []outbox.Operation{}
		}
		return example{body: body, sign: by.kiosk}
	}, ""},
}

// invited is a code for a machine of a place.
func (w *world) invited(place string) token.Code {
	w.t.Helper()
	_, invitation, err := w.Invite(w.t.Context(), "一层大厅 9号机", "kiosk", place, "terminal", time.Minute)
	if err != nil {
		w.t.Fatal(err)
	}
	return invitation.Code
}

// waiting is a machine that has shown its key and was not let in yet.
func (w *world) waiting(place string) (view api.EnrolmentView, key token.Key) {
	w.t.Helper()
	key = newKey(w.t)
	w.want("claim", http.MethodPost, "/enrolments", "", claimOf(w.invited(real(place)), key), &view, "")
	return view, key
}

// staffExamples are about one's own login.
var staffExamples = map[string]asking{
	"log-in": {ofNone, func(w *world, _ string, _ role) example {
		w.pass(time.Minute) // a code of the phone is good once
		return example{body: api.StaffLogin{Login: w.member.Login, Password: goodPassword, Code: w.code(w.member.secret), PublicKey: newKey(w.t).Public().Bytes()}}
	}, ""},
	"change-password": {ofNone, func(w *world, _ string, by role) example {
		w.pass(time.Minute)
		in := api.PasswordChange{Password: goodPassword, Next: goodPassword, Code: "000000"}
		if by.staff != "" {
			in.Code = w.code(by.member.secret)
		}
		return example{body: in}
	}, ""},
}

// first is the place in its log of the first operation of a pushed body.
func first(body []byte) int64 {
	var in sync.PushRequest
	_ = json.Unmarshal(body, &in) // what cannot be read begins nowhere
	return in.FirstSeq()
}

// memberExamples are about members of staff, whom administrators see all, and the audit log.
var memberExamples = map[string]asking{
	"verify-audit": {ofNone, func(*world, string, role) example { return example{body: api.AuditEnd{}} }, ""},
	"draft-member": {ofNone, func(w *world, _ string, _ role) example { return example{body: w.account()} }, ""},
	"add-member": {ofNone, func(w *world, _ string, _ role) example {
		account := w.account()
		drawn := w.factor(account.Login)
		return example{body: api.MemberNew{MemberAccount: account, Secret: drawn, Code: w.code(drawn)}}
	}, ""},
	"change-member": {ofAll, ofMember(func(*world) any {
		return api.MemberPost{Name: "王宏", Role: staff.Reviewer, Districts: []string{districtOf[here]}}
	}), ""},
	"disable-member":     {ofAll, ofMember(nil), ""},
	"enable-member":      {ofAll, ofMember(nil), ""},
	"draft-member-reset": {ofAll, ofMember(func(*world) any { return api.MemberPassword{Password: goodPassword} }), ""},
	"reset-member": {ofAll, ofMember(func(w *world) any {
		drawn := w.factor("reset.member")
		return api.MemberReset{MemberPassword: api.MemberPassword{Password: goodPassword}, Secret: drawn, Code: w.code(drawn)}
	}), ""},
}

// account is that of another member.
func (w *world) account() api.MemberAccount {
	return api.MemberAccount{Login: w.next("m", here), Password: goodPassword, MemberPost: api.MemberPost{Name: "王𬭎", Role: staff.DistrictClerk, Districts: []string{districtOf[here]}}}
}

// factor is the secret of a phone.
func (w *world) factor(login string) string {
	w.t.Helper()
	w.pass(time.Minute)
	drawn, err := staff.NewTOTP(rand.Reader, login)
	if err != nil {
		w.t.Fatal(err)
	}
	return drawn.Secret
}

func ofMember(body func(*world) any) func(*world, string, role) example {
	return func(w *world, _ string, _ role) example {
		e := example{path: map[string]string{"id": w.hire(w.next("m", here), staff.Finance, staff.Scope{}).ID}}
		if body != nil {
			e.body = body(w)
		}
		return e
	}
}

// newSite asks about a site that is not there yet; administrators have no limits.
func newSite(w *world, place string, _ role) example {
	samples, err := site.Samples()
	if err != nil {
		w.t.Fatal(err)
	}
	at := samples[1]
	at.ID = w.next("site", place)
	return example{path: map[string]string{"id": at.ID}, body: api.SiteChange{After: at}}
}
