package wechatpay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/validators"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/cipher/encryptors"
	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"

	"lianxin/backend/fault"
	"lianxin/backend/payout"
)

const transferBills = "/v3/fund-app/mch-transfer/transfer-bills"

// timeout bounds one call.
const timeout = 15 * time.Second

// nameFrom is from which amount on WeChat compares the recipient's name, in fen; below it
// takes none.
const nameFrom = 30

// Driver implements payout.Driver.
type Driver struct {
	config    Config
	client    *core.Client
	names     *encryptors.WechatPayPubKeyEncryptor
	answers   *validators.WechatPayResponseValidator
	callbacks *notify.Handler
}

var _ payout.Driver = (*Driver)(nil)

// New returns a driver. Fault "payout.wechat_config".
func New(ctx context.Context, c Config) (*Driver, error) {
	wrong := func(err error) (*Driver, error) {
		return nil, fault.Wrap(err, fault.Invalid, "payout.wechat_config")
	}
	if err := c.check(); err != nil {
		return wrong(err)
	}
	verifier := verifiers.NewSHA256WithRSAPubkeyVerifier(c.WeChatID, *c.WeChatKey)
	client, err := core.NewClient(ctx,
		option.WithMerchantCredential(c.MerchantID, c.Serial, c.Key),
		option.WithVerifier(verifier),
		option.WithHTTPClient(&http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}))
	if err != nil {
		return wrong(err)
	}
	callbacks, err := notify.NewRSANotifyHandler(c.APIv3Key, verifier)
	if err != nil {
		return wrong(err)
	}
	return &Driver{config: c, client: client, names: encryptors.NewWechatPayPubKeyEncryptor(c.WeChatID, *c.WeChatKey),
		answers: validators.NewWechatPayResponseValidator(verifier), callbacks: callbacks}, nil
}

// order is what WeChat is asked to do.
type order struct {
	AppID      string   `json:"appid"`
	OutBillNo  string   `json:"out_bill_no"`
	Scene      string   `json:"transfer_scene_id"`
	OpenID     string   `json:"openid"`
	UserName   string   `json:"user_name,omitempty"` // encrypted for WeChat
	Amount     int64    `json:"transfer_amount"`     // fen
	Remark     string   `json:"transfer_remark"`
	NotifyURL  string   `json:"notify_url,omitempty"`
	Perception string   `json:"user_recv_perception,omitempty"`
	Reports    []Report `json:"transfer_scene_report_infos,omitempty"`
}

// bill is what WeChat says of one.
type bill struct {
	MerchantID string `json:"mch_id"`
	OutBillNo  string `json:"out_bill_no"`
	BillNo     string `json:"transfer_bill_no"`
	State      string `json:"state"`
	FailReason string `json:"fail_reason"`
	Amount     int64  `json:"transfer_amount"`
	Package    string `json:"package_info"`
}

// answer is what the state means.
func (b bill) answer() (payout.Answer, error) {
	a := payout.Answer{Reference: b.BillNo, AmountFen: b.Amount, Confirm: b.Package}
	switch b.State {
	case "SUCCESS":
		a.State = payout.Arrived
	case "FAIL", "CANCELLED":
		a.State, a.Reason, a.Note = payout.Refused, reasonOf(b.FailReason), b.FailReason
		if b.State == "CANCELLED" {
			a.Reason = "payout.wechat_cancelled"
		}
	case "ACCEPTED", "PROCESSING", "WAIT_USER_CONFIRM", "TRANSFERING", "CANCELING":
		a.State = payout.Pending
	default:
		return a, fmt.Errorf("WeChat Pay answers a state this program does not know")
	}
	return a, nil
}

// Send implements payout.Driver.
func (d *Driver) Send(ctx context.Context, p payout.Payment) (payout.Answer, error) {
	in := order{AppID: d.config.AppID, OutBillNo: p.Number, Scene: d.config.Scene, OpenID: p.Payee.Account, Amount: p.AmountFen, Remark: d.config.Remark,
		NotifyURL: d.config.NotifyURL, Perception: d.config.Perception, Reports: d.config.Reports}
	header := http.Header{"Wechatpay-Serial": {d.config.WeChatID}}
	if p.AmountFen >= nameFrom {
		var err error
		if in.UserName, err = d.names.Encrypt(ctx, d.config.WeChatID, p.Payee.Holder); err != nil {
			return payout.Answer{}, fmt.Errorf("encrypt a name for WeChat Pay: %w", err)
		}
	}
	result, err := d.client.Request(ctx, http.MethodPost, d.config.server()+transferBills, header, nil, in, "application/json")
	return d.read(ctx, result, err, p.Number)
}

// Ask implements payout.Driver.
func (d *Driver) Ask(ctx context.Context, number string) (payout.Answer, error) {
	result, err := d.client.Get(ctx, d.config.server()+transferBills+"/out-bill-no/"+url.PathEscape(number))
	return d.read(ctx, result, err, number)
}

// read reads an answer. What is not signed by WeChat, and what says nothing for sure, is an
// error: then nobody knows.
func (d *Driver) read(ctx context.Context, result *core.APIResult, failed error, number string) (payout.Answer, error) {
	if _, ok := errors.AsType[*core.APIError](failed); ok && result != nil && result.Response != nil {
		return d.refusal(ctx, result.Response)
	}
	if failed != nil {
		return payout.Answer{}, unknown(failed)
	}
	defer result.Response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(result.Response.Body, 1<<20))
	if err != nil {
		return payout.Answer{}, unknown(err)
	}
	var b bill
	if err := json.Unmarshal(body, &b); err != nil || b.OutBillNo != number {
		return payout.Answer{}, errors.New("WeChat Pay answers something else than was asked")
	}
	return b.answer()
}

// unknown keeps what the SDK says out of the log, for it repeats requests and answers.
func unknown(err error) error {
	var timedOut interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.As(err, &timedOut) && timedOut.Timeout():
		return errors.New("WeChat Pay does not answer in time")
	}
	return errors.New("WeChat Pay does not answer, or not signed")
}

// refusals are the codes that are a plain no to the request, whatever is asked again.
// FREQUENCY_LIMITED, SYSTEM_ERROR and NOT_ENOUGH are none: later it may be taken.
var refusals = []string{"PARAM_ERROR", "INVALID_REQUEST", "NO_AUTH", "APPID_MCHID_NOT_MATCH", "ACCOUNT_ERROR"}

// refusal reads an answer that says no. It counts only when it is signed.
func (d *Driver) refusal(ctx context.Context, r *http.Response) (payout.Answer, error) {
	if err := d.answers.Validate(ctx, r); err != nil {
		return payout.Answer{}, fmt.Errorf("WeChat Pay answers %d, not signed", r.StatusCode)
	}
	var said struct {
		Code string `json:"code"`
	}
	if body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20)); err != nil || json.Unmarshal(body, &said) != nil {
		return payout.Answer{}, fmt.Errorf("WeChat Pay answers %d, nothing that can be read", r.StatusCode)
	}
	switch {
	case r.StatusCode == http.StatusNotFound && said.Code == "NOT_FOUND":
		return payout.Answer{State: payout.Absent}, nil
	case r.StatusCode >= 400 && r.StatusCode < 500 && slices.Contains(refusals, said.Code):
		return payout.Answer{State: payout.Refused, Reason: reasonOf(said.Code), Note: said.Code}, nil
	}
	return payout.Answer{}, fmt.Errorf("WeChat Pay answers %d %s", r.StatusCode, codeOnly(said.Code))
}

// codeOnly is a code as WeChat writes them, and nothing else it may have said.
func codeOnly(code string) string {
	if strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" || len(code) > 40 {
		return "OTHER"
	}
	return code
}

// reasons are the codes that have words of their own.
var reasons = map[string]string{
	"ACCOUNT_FROZEN": "payout.wechat_account", "ACCOUNT_NOT_EXIST": "payout.wechat_account", "ACCOUNT_ERROR": "payout.wechat_account", "OPENID_INVALID": "payout.wechat_account",
	"NAME_NOT_CORRECT": "payout.wechat_name", "REAL_NAME_CHECK_FAIL": "payout.wechat_name",
	"TRANSFER_QUOTA_EXCEED": "payout.wechat_limit", "DAY_RECEIVED_QUOTA_EXCEED": "payout.wechat_limit", "DAY_RECEIVED_COUNT_EXCEED": "payout.wechat_limit",
	"BANK_FAIL": "payout.wechat_failed", "OVERDUE_CLOSE": "payout.wechat_cancelled", "USER_CLOSE": "payout.wechat_cancelled",
}

func reasonOf(code string) string {
	if reason, ok := reasons[code]; ok {
		return reason
	}
	return "payout.wechat_failed"
}

// Called reads a callback and returns the number of the payment it is about. It is signed
// by WeChat, made within five minutes and of this merchant, or a fault "payout.callback".
// What it says beside the number is not believed: whoever is called asks.
func (d *Driver) Called(ctx context.Context, header http.Header, body []byte) (number string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(string(body)))
	if err != nil {
		return "", fault.New(fault.Unauthorized, "payout.callback")
	}
	request.Header = header
	defer func() {
		if recover() != nil { // a callback without a resource
			number, err = "", fault.New(fault.Unauthorized, "payout.callback")
		}
	}()
	var b bill
	if _, err := d.callbacks.ParseNotifyRequest(ctx, request, &b); err != nil || b.OutBillNo == "" || b.MerchantID != d.config.MerchantID {
		return "", fault.New(fault.Unauthorized, "payout.callback")
	}
	return b.OutBillNo, nil
}
