package wechatpay_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/payout"
	"lianxin/backend/payout/wechatpay"
	"lianxin/backend/payout/wechatpay/emulator"
)

// settings are the files docs/paying.md tells a center to write, for the emulator.
func settings(t testing.TB, e *emulator.Emulator) map[string]string {
	t.Helper()
	guide, err := os.ReadFile("../../../docs/paying.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(guide), "```yaml\n")
	block, _, ok := strings.Cut(block, "```")
	if !ok {
		t.Fatal("docs/paying.md has no wechatpay.yaml")
	}
	c := e.Config()
	private := privatePEM(t, c.Key)
	public := publicPEM(t, c.WeChatKey)
	block = strings.NewReplacer("5157F09EFDC096DE15EBE81A47057A7232F1B8E1", c.Serial, "PUB_KEY_ID_0119000000012025010100000000000000", c.WeChatID, "wx0123456789abcdef", c.AppID).Replace(block)
	return map[string]string{"wechatpay.yaml": block + "server: " + c.Server + "\n", "apiv3.key": c.APIv3Key + "\n",
		"apiclient_key.pem": private, "pub_key.pem": public}
}

// privatePEM and publicPEM write keys down as WeChat hands them out.
func privatePEM(t testing.TB, key *rsa.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func publicPEM(t testing.TB, key *rsa.PublicKey) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// What the guide says is enough to pay.
func TestTheGuidesSettingsPay(t *testing.T) {
	e, _ := started(t)
	config, err := wechatpay.Read(folder(t, settings(t, e)))
	if err != nil {
		t.Fatal(err, fault.From(err).Places)
	}
	d, err := wechatpay.New(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	p := payment("claim.p1")
	if a, err := d.Send(t.Context(), p); err != nil || a.State != payout.Pending || len(e.Wrong()) > 0 {
		t.Fatalf("%+v, %v, wrong: %v", a, err, e.Wrong())
	}
	if b, _ := e.Bill(p.Number); b.Name != p.Payee.Holder || b.Amount != p.AmountFen {
		t.Errorf("%+v", b)
	}
}

// What is missing or wrong is named by its file, and never repeated.
func TestSettingsThatAreRefused(t *testing.T) {
	e, _ := started(t)
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	weak, weakPublic := privatePEM(t, key), publicPEM(t, &key.PublicKey)
	for name, change := range map[string]func(files map[string]string) (file string){
		"no settings":          func(f map[string]string) string { delete(f, "wechatpay.yaml"); return "wechatpay.yaml" },
		"no key":               func(f map[string]string) string { delete(f, "apiclient_key.pem"); return "apiclient_key.pem" },
		"keys exchanged":       func(f map[string]string) string { f["pub_key.pem"] = f["apiclient_key.pem"]; return "pub_key.pem" },
		"a weak key of ours":   func(f map[string]string) string { f["apiclient_key.pem"] = weak; return "apiclient_key.pem" },
		"a weak key of theirs": func(f map[string]string) string { f["pub_key.pem"] = weakPublic; return "pub_key.pem" },
		"a short key":          func(f map[string]string) string { f["apiv3.key"] = "secret"; return "wechatpay.yaml" },
		"another setting":      func(f map[string]string) string { f["wechatpay.yaml"] += "secret: secret\n"; return "wechatpay.yaml" },
		"a server in plain": func(f map[string]string) string {
			f["wechatpay.yaml"] = strings.Replace(f["wechatpay.yaml"], "server: "+e.URL, "server: http://secret.example.org", 1)
			return "wechatpay.yaml"
		},
	} {
		files := maps.Clone(settings(t, e))
		file := change(files)
		_, err := wechatpay.Read(folder(t, files))
		places := fault.From(err).Places
		if fault.CodeOf(err) != "payout.wechat_config" || len(places) != 1 || places[0].Location != file || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, %v", name, err, places)
		}
	}
}
