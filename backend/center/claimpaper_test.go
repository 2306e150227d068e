package center

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/paper"
)

// print asks for a paper of a claim and returns it with its words.
func (o office) print(id, kind, language string) (out api.ClaimPrint, words string) {
	o.t.Helper()
	o.want("print", http.MethodGet, "/claims/"+id+"/papers/"+kind+"?language="+language, o.clerk, nil, &out, "")
	file := filepath.Join(o.t.TempDir(), "paper.pdf")
	if err := os.WriteFile(file, out.Content, 0o600); err != nil {
		o.t.Fatal(err)
	}
	text, err := exec.CommandContext(o.t.Context(), "pdftotext", "-raw", file, "-").Output()
	if err != nil {
		o.t.Fatal(err)
	}
	return out, string(text)
}

// Papers of a claim say what is so, are the same when they are printed again, can be checked
// by anybody, and are no longer genuine once they are not so any more.
func TestPapersOfAClaim(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		o := newOffices(b, everywhere)[0]
		content := claimContent("3")
		c := o.releases("claim-1", "110105", "3")
		o.want("a payment before", http.MethodGet, "/claims/claim-1/papers/payment", o.clerk, nil, nil, "claim.no_paper")
		o.want("another kind", http.MethodGet, "/claims/claim-1/papers/photograph", o.clerk, nil, nil, "request.invalid")
		accepted, words := o.print("claim-1", "acceptance", "zh-CN")
		if !strings.Contains(words, "受理回执") || !strings.Contains(words, c.Number) || !strings.Contains(words, content.Donor.Name) || strings.Contains(words, content.Donor.Number) {
			t.Errorf("acceptance: %s", words)
		}
		decided, words := o.print("claim-1", "decision", "en")
		for _, want := range []string{"Notice of decision", "CNY 410.00", "Donation of", "214", content.Payee.Account[len(content.Payee.Account)-4:]} {
			if !strings.Contains(words, want) {
				t.Errorf("no %q in %s", want, words)
			}
		}
		if strings.Contains(words, content.Payee.Account) {
			t.Error("the whole account is on paper")
		}
		b.pass(time.Minute)
		again, _ := o.print("claim-1", "decision", "en")
		if again.Code != decided.Code || !bytes.Equal(again.Content, decided.Content) {
			t.Error("printed again it is another paper")
		}
		c = o.do("confirm", http.MethodPost, "/claim-1/confirm", o.finance, api.ByHand{Version: c.Version, Reference: "R-77", Note: "柜台支付"})
		paid, words := o.print("claim-1", "payment", "zh-CN")
		if !strings.Contains(words, "支付凭证") || !strings.Contains(words, "R-77") || !strings.Contains(words, "410.00") {
			t.Errorf("payment: %s", words)
		}
		for _, p := range []api.ClaimPrint{accepted, decided, paid} {
			if !b.isGenuine(paper.Claim{Code: p.Code}) {
				t.Errorf("%s is not genuine", p.Name)
			}
		}
		c = o.do("it came back", http.MethodPost, "/claim-1/fail", o.finance, api.ByHand{Version: c.Version, Note: "退回"})
		if b.isGenuine(paper.Claim{Code: paid.Code}) || !b.isGenuine(paper.Claim{Code: decided.Code}) {
			t.Error("what was paid came back, and its paper does not know")
		}
		c = o.do("send back", http.MethodPost, "/claim-1/send-back", o.finance, api.ClaimAct{Version: c.Version, Note: "账户已注销"})
		if c.Status != claim.Returned || b.isGenuine(paper.Claim{Code: decided.Code}) || !b.isGenuine(paper.Claim{Code: accepted.Code}) {
			t.Errorf("%s; the decision stands on paper only", c.Status)
		}
		o.wantAudited("claim-1", "claim.confirm", "claim.fail")
	})
}
