package wechatpay_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/payout/wechatpay"
)

// kept stands in settings that are refused, and never in what is said of them.
const kept = "0123456789abcdef0123456789abcdef"

// What stands in the folder of settings may be anything: a driver works with it, or one file
// is named and nothing of it is repeated.
func FuzzRead(f *testing.F) {
	e, _ := started(f)
	good := settings(f, e)
	names := []string{"wechatpay.yaml", "apiclient_key.pem", "pub_key.pem", "apiv3.key"}
	for which, name := range names {
		f.Add(uint8(which), []byte(good[name]))
		f.Add(uint8(which), []byte(kept+kept))
		f.Add(uint8(which), []byte(nil))
	}
	f.Add(uint8(0), []byte(good["wechatpay.yaml"]+kept+": "+kept+"\n"))
	f.Add(uint8(0), []byte("merchant_id: &a [*a]\nremark: !!binary "+kept+"\n"))
	f.Add(uint8(1), []byte(good["pub_key.pem"]))
	f.Add(uint8(2), []byte("-----BEGIN PUBLIC KEY-----\n"+kept+"\n-----END PUBLIC KEY-----\n"))
	dir := folder(f, good)
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		name := names[int(which)%len(names)]
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
		config, err := wechatpay.Read(dir)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(good[name]), 0o600); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			places := fault.From(err).Places
			if fault.CodeOf(err) != "payout.wechat_config" || len(places) != 1 || strings.Contains(err.Error(), kept) {
				t.Fatalf("%v, %v", err, places)
			}
			return
		}
		if d, err := wechatpay.New(t.Context(), config); err != nil || d == nil {
			t.Fatalf("%s is read and pays nobody: %v", name, err)
		}
	})
}
