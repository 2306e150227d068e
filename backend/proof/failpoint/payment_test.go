package failpoint

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/encoding/simplifiedchinese"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	product "lianxin/backend/center"
	"lianxin/backend/claim"
	"lianxin/backend/payout"
	"lianxin/backend/payout/wechatpay/emulator"
	"lianxin/backend/staff"
)

func (w *world) wechat() string { return filepath.Join(w.folder, "wechat") }

// setUpWeChat has WeChat Pay answer here, and the center pay over it.
func (w *world) setUpWeChat() {
	w.t.Helper()
	var err error
	if w.emulator, err = emulator.New(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(w.emulator.Close)
	at := w.emulator.Config()
	settings, err := yaml.Marshal(map[string]any{"server": at.Server, "merchant_id": at.MerchantID, "app_id": at.AppID, "merchant_serial": at.Serial,
		"wechat_key_id": at.WeChatID, "scene_id": at.Scene, "scene_reports": at.Reports, "remark": at.Remark})
	private, privateErr := x509.MarshalPKCS8PrivateKey(at.Key)
	public, publicErr := x509.MarshalPKIXPublicKey(at.WeChatKey)
	if err := errors.Join(err, privateErr, publicErr, os.MkdirAll(w.wechat(), 0o700)); err != nil {
		w.t.Fatal(err)
	}
	for name, text := range map[string][]byte{"wechatpay.yaml": settings, "apiv3.key": []byte(at.APIv3Key),
		"apiclient_key.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
		"pub_key.pem":       pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})} {
		if err := os.WriteFile(filepath.Join(w.wechat(), name), text, 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
}

// batch makes and sends a batch of one claim.
func (w *world) batch(claimID string, method payout.Method, format string) api.PaymentListed {
	w.t.Helper()
	id := "batch-" + claimID
	var b api.BatchOpened
	w.tell(staff.Finance, http.MethodPost, "/payouts/batches", api.BatchNew{ID: id, Method: method, Format: format, Claims: []string{claimID}}, &b)
	w.tell(staff.Finance, http.MethodPost, "/payouts/batches/"+id+"/send", map[string]int{"version": b.Version}, &b)
	if b.Status != payout.BatchSent || len(b.Listed) != 1 {
		w.t.Fatalf("sent, it is %+v", b)
	}
	return b.Listed[0]
}

// payWay pays a claim by a file for a bank, of which a statement tells.
func (w *world) payWay(Process) {
	w.t.Helper()
	w.onFile(0)
	id := w.releases("bank", w.contentOf(0))
	w.light()
	p := w.batch(id, payout.BankFile, "bank-csv")
	var file api.PayoutFile
	w.tell(staff.Finance, http.MethodGet, "/payouts/batches/batch-"+id+"/file", nil, &file)
	if text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(file.Content); err != nil || strings.Count(string(text), p.Number) != 1 {
		w.t.Fatalf("the file for the bank has the payment not once: %v\n%s", err, text)
	}
	row := fmt.Sprintf("账号 测试\n交易日期,流水号,支出,收入,对方账号,附言\n%s,S-%d,%d.%02d,,,代发 %s\n", calendar.Of(time.Now()), w.walks, p.AmountFen/100, p.AmountFen%100, p.Number)
	content, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(row))
	if err != nil {
		w.t.Fatal(err)
	}
	in := api.StatementNew{ID: "statement-" + id, Format: "bank-csv", Content: content}
	for range 2 { // told twice it is one
		w.tell(staff.Finance, http.MethodPost, "/payouts/statements", in, nil)
	}
	w.isPaid(id)
}

// transferWay pays a claim over WeChat Pay: it is sent, taken on a phone, and asked about.
func (w *world) transferWay(Process) {
	w.t.Helper()
	w.onFile(0)
	content := w.contentOf(0)
	content.Payee = claim.Payee{Kind: claim.WeChat, Holder: content.Donor.Name, Account: fmt.Sprintf("openid-%d", w.walks)}
	id := w.releases("wechat", content)
	w.light() // before there is anything to send
	p := w.batch(id, payout.WeChat, "")
	for sent := false; !sent; {
		w.passes("payout.work")
		w.light()
		sent = w.comesTrue(func(ctx context.Context, c *product.Center) (bool, error) {
			is, err := c.Store().Payment(ctx, p.ID)
			if err == nil && is.Status == payout.Sent && is.Reference == "" && !w.center.isAlive() {
				is.AskAt = time.Now() // the time passes after which it is asked about
				is.Version++
				err = c.Store().SavePayment(ctx, is)
			}
			return is.Reference != "", err
		})
	}
	for _, bill := range w.emulator.BillsTo(content.Payee.Account) { // it is taken on the phone
		w.emulator.Decide(bill.OutBillNo, "SUCCESS", "")
	}
	var asked api.PaymentListed
	w.tell(staff.Finance, http.MethodPost, "/payouts/payments/"+p.ID+"/ask", nil, &asked)
	if asked.Status != payout.Paid {
		w.t.Fatalf("asked about, it is %+v", asked)
	}
	w.isPaid(id)
}
