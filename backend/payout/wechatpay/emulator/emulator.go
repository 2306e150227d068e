// Package emulator is WeChat Pay's merchant transfer for tests: it checks what is signed,
// signs what it answers, keeps one bill a number, and misbehaves as it is told.
package emulator

import (
	"bytes"
	"context"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/utils"

	"lianxin/backend/payout/wechatpay"
)

// What the made-up merchant is called.
const (
	MerchantID = "1900000001"
	appID      = "wx-test"
	serial     = "TEST-SERIAL"
	wechatID   = "PUB_KEY_ID_TEST"
	apiv3      = "0123456789abcdef0123456789abcdef"
)

// Mischief is how an answer to an order goes wrong.
type Mischief string

const (
	Well        Mischief = ""
	Lost        Mischief = "lost"         // it never arrives, and nobody answers
	FailedAfter Mischief = "failed_after" // it takes the order and answers 502
	Silent      Mischief = "silent"       // it takes the order and breaks the line
	Unsigned    Mischief = "unsigned"     // it takes the order and says no, not signed
	OtherKey    Mischief = "other_key"    // it takes the order and signs with another key
	Refuses     Mischief = "refuses"      // a plain no
	Busy        Mischief = "busy"         // 429
)

// Bill is one transfer as it is here.
type Bill struct {
	OutBillNo  string `json:"out_bill_no"`
	BillNo     string `json:"transfer_bill_no"`
	State      string `json:"state"`
	FailReason string `json:"fail_reason,omitempty"`
	Amount     int64  `json:"transfer_amount"`
	MerchantID string `json:"mch_id"`
	Package    string `json:"package_info,omitempty"`

	OpenID string `json:"-"`
	Name   string `json:"-"` // as it was decrypted
	Orders int    `json:"-"` // how often it was ordered
}

// Emulator answers on a loopback address.
type Emulator struct {
	*httptest.Server
	mu       sync.Mutex
	bills    map[string]*Bill
	mischief Mischief
	key      *rsa.PrivateKey // WeChat Pay's
	other    *rsa.PrivateKey
	merchant *rsa.PrivateKey
	wrong    []string // requests that were not as they should be
}

// New starts one.
func New() (*Emulator, error) {
	e := &Emulator{bills: map[string]*Bill{}}
	for _, key := range []**rsa.PrivateKey{&e.key, &e.other, &e.merchant} {
		var err error
		if *key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return nil, err
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v3/fund-app/mch-transfer/transfer-bills", e.order)
	mux.HandleFunc("GET /v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{number}", e.query)
	e.Server = httptest.NewServer(mux)
	return e, nil
}

// Config is how the merchant reaches it.
func (e *Emulator) Config() wechatpay.Config {
	return wechatpay.Config{Server: e.URL, MerchantID: MerchantID, AppID: appID, Serial: serial, Key: e.merchant, APIv3Key: apiv3, WeChatID: wechatID,
		WeChatKey: &e.key.PublicKey, Scene: "1011", Remark: "用血费用报销", Reports: []wechatpay.Report{{Type: "报销", Content: "用血费用"}}}
}

// Misbehave says how orders go wrong from now on.
func (e *Emulator) Misbehave(m Mischief) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mischief = m
}

// Decide ends a bill, or moves it on.
func (e *Emulator) Decide(number, state, reason string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if b := e.bills[number]; b != nil {
		b.State, b.FailReason = state, reason
	}
}

// Bill is one as it is now; ok is false when it was never taken.
func (e *Emulator) Bill(number string) (b Bill, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if known := e.bills[number]; known != nil {
		return *known, true
	}
	return Bill{}, false
}

// BillsTo are those for one recipient.
func (e *Emulator) BillsTo(openID string) (bills []Bill) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, b := range e.bills {
		if b.OpenID == openID {
			bills = append(bills, *b)
		}
	}
	return bills
}

// Bills is how many were taken.
func (e *Emulator) Bills() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.bills)
}

// Wrong are the requests that were not signed or not as they should be.
func (e *Emulator) Wrong() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.wrong
}

var authorization = regexp.MustCompile(`^WECHATPAY2-SHA256-RSA2048 mchid="(\w+)",nonce_str="(\w+)",timestamp="(\d+)",serial_no="([\w-]+)",signature="([^"]+)"$`)

// isSigned checks the merchant's signature.
func (e *Emulator) isSigned(r *http.Request, body []byte) bool {
	parts := authorization.FindStringSubmatch(r.Header.Get("Authorization"))
	if parts == nil || parts[1] != MerchantID || parts[4] != serial {
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(parts[5])
	if err != nil {
		return false
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%s\n", r.Method, r.URL.RequestURI(), parts[3], parts[2], body))
	return rsa.VerifyPKCS1v15(&e.merchant.PublicKey, crypto.SHA256, sum[:], signature) == nil
}

func (e *Emulator) order(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	var in struct {
		AppID  string `json:"appid"`
		Number string `json:"out_bill_no"`
		OpenID string `json:"openid"`
		Name   string `json:"user_name"`
		Amount int64  `json:"transfer_amount"`
		Scene  string `json:"transfer_scene_id"`
		Remark string `json:"transfer_remark"`
	}
	if err != nil || !e.isSigned(r, body) || json.Unmarshal(body, &in) != nil || in.AppID != appID || in.Scene == "" || in.Remark == "" || r.Header.Get("Wechatpay-Serial") != wechatID ||
		in.Number == "" || len(in.Number) > 32 || strings.Trim(in.Number, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "" {
		e.wrong = append(e.wrong, "an order")
		e.answer(w, http.StatusUnauthorized, map[string]string{"code": "SIGN_ERROR"}, e.key)
		return
	}
	switch e.mischief {
	case Lost:
		breakLine(w)
		return
	case Refuses:
		e.answer(w, http.StatusBadRequest, map[string]string{"code": "PARAM_ERROR", "message": "openid " + in.OpenID}, e.key)
		return
	case Busy:
		e.answer(w, http.StatusTooManyRequests, map[string]string{"code": "FREQUENCY_LIMITED"}, e.key)
		return
	}
	b := e.bills[in.Number]
	if b == nil {
		name, err := utils.DecryptOAEP(in.Name, e.key)
		if err != nil {
			e.wrong = append(e.wrong, "a name")
		}
		b = &Bill{OutBillNo: in.Number, BillNo: "T" + in.Number, State: "WAIT_USER_CONFIRM", Amount: in.Amount, MerchantID: MerchantID, Package: "package-" + in.Number, OpenID: in.OpenID, Name: name}
		e.bills[in.Number] = b
	}
	b.Orders++
	switch e.mischief {
	case FailedAfter:
		w.WriteHeader(http.StatusBadGateway)
	case Silent:
		breakLine(w)
	case Unsigned:
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"code":"PARAM_ERROR"}`))
	case OtherKey:
		e.answer(w, http.StatusOK, b, e.other)
	default:
		e.answer(w, http.StatusOK, b, e.key)
	}
}

// breakLine ends the connection without an answer.
func breakLine(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

func (e *Emulator) query(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.isSigned(r, nil) {
		e.wrong = append(e.wrong, "a question")
	}
	if b := e.bills[r.PathValue("number")]; b != nil {
		e.answer(w, http.StatusOK, b, e.key)
		return
	}
	e.answer(w, http.StatusNotFound, map[string]string{"code": "NOT_FOUND"}, e.key)
}

// answer writes and signs.
func (e *Emulator) answer(w http.ResponseWriter, status int, body any, key *rsa.PrivateKey) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // it is ours
	}
	for name, values := range signed(text, key, time.Now()) {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

func signed(body []byte, key *rsa.PrivateKey, at time.Time) http.Header {
	stamp, nonce := strconv.FormatInt(at.Unix(), 10), rand.Text()
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n", stamp, nonce, body))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return http.Header{"Wechatpay-Timestamp": {stamp}, "Wechatpay-Nonce": {nonce}, "Wechatpay-Serial": {wechatID},
		"Wechatpay-Signature": {base64.StdEncoding.EncodeToString(signature)}, "Wechatpay-Signature-Type": {"WECHATPAY2-SHA256-RSA2048"}}
}

// Callback is what WeChat calls back with about a bill, made at a time.
func (e *Emulator) Callback(b Bill, at time.Time) (http.Header, []byte) {
	plain, err := json.Marshal(b)
	if err != nil {
		panic(err)
	}
	return e.Sealed(plain, at)
}

// Sign signs a body as WeChat Pay does, whatever it is.
func (e *Emulator) Sign(body []byte, at time.Time) http.Header { return signed(body, e.key, at) }

// Sealed is a call whose content, whatever it is, is encrypted as WeChat Pay does.
func (e *Emulator) Sealed(plain []byte, at time.Time) (http.Header, []byte) {
	body := sealed(plain, at)
	return e.Sign(body, at), body
}

// sealed is the body of a call with its content encrypted.
func sealed(plain []byte, at time.Time) []byte {
	block, err := aes.NewCipher([]byte(apiv3))
	if err != nil {
		panic(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	nonce := rand.Text()[:gcm.NonceSize()]
	text := gcm.Seal(nil, []byte(nonce), plain, []byte("mch_payment"))
	body, err := json.Marshal(map[string]any{"id": rand.Text(), "create_time": at.Format(time.RFC3339), "event_type": "MCHTRANSFER.BILL.FINISHED", "resource_type": "encrypt-resource",
		"resource": map[string]string{"algorithm": "AEAD_AES_256_GCM", "ciphertext": base64.StdEncoding.EncodeToString(text), "associated_data": "mch_payment", "nonce": nonce, "original_type": "mch_payment"}})
	if err != nil {
		panic(err)
	}
	return body
}

// Call calls an address back and returns the status.
func (e *Emulator) Call(ctx context.Context, address string, header http.Header, body []byte) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header = header.Clone()
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}
