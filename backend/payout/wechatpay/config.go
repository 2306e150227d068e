// Package wechatpay pays over the merchant transfer of WeChat Pay (transfer-bills of API v3,
// the mode in which recipients take the money on their phones), signed by the client of the
// official SDK.
//
// Nothing WeChat says is believed unsigned, refusals included. The names and numbers of
// requests and answers stay out of errors: the SDK's own carry both.
//
// https://pay.weixin.qq.com/doc/v3/merchant/4012711988
package wechatpay

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"

	"lianxin/backend/fault"
)

// Server is the address of API v3.
const Server = "https://api.mch.weixin.qq.com"

// Config says who pays, and by which keys.
type Config struct {
	Server     string // "": Server
	MerchantID string
	AppID      string
	Serial     string // of the merchant's certificate
	Key        *rsa.PrivateKey
	APIv3Key   string // 32 bytes; opens what is called back
	WeChatID   string // of WeChat Pay's public key: PUB_KEY_ID_…
	WeChatKey  *rsa.PublicKey
	Scene      string // of the transfer, as WeChat has granted it to the merchant
	Reports    []Report
	Remark     string // at most 32 characters; the recipient reads it
	Perception string // what the recipient is told it is, as WeChat offers it for the scene; may be ""
	NotifyURL  string // where WeChat calls back; "" for nowhere: then it is asked alone
}

// Report is what WeChat wants to know of a transfer in a scene.
type Report struct {
	Type    string `yaml:"type" json:"info_type"`
	Content string `yaml:"content" json:"info_content"`
}

// written is the file a center keeps its settings in; keys lie beside it.
type written struct {
	Server     string   `yaml:"server"`
	MerchantID string   `yaml:"merchant_id"`
	AppID      string   `yaml:"app_id"`
	Serial     string   `yaml:"merchant_serial"`
	WeChatID   string   `yaml:"wechat_key_id"`
	Scene      string   `yaml:"scene_id"`
	Reports    []Report `yaml:"scene_reports"`
	Remark     string   `yaml:"remark"`
	Perception string   `yaml:"perception"`
}

// Files of a folder that holds what is needed to pay over WeChat.
const (
	settingsFile = "wechatpay.yaml"
	merchantFile = "apiclient_key.pem"
	wechatFile   = "pub_key.pem"
	apiv3File    = "apiv3.key"
)

// Read reads the settings of a folder: wechatpay.yaml, and beside it the merchant's private
// key (apiclient_key.pem), WeChat Pay's public key (pub_key.pem) and the key of API v3
// (apiv3.key). Fault "payout.wechat_config" says what is missing or wrong, never what is in it.
func Read(folder string) (Config, error) {
	wrong := func(file string, err error) (Config, error) {
		return Config{}, fault.Wrap(err, fault.Invalid, "payout.wechat_config").At(file, "payout.wechat_config", "")
	}
	var texts [4]string
	for i, name := range []string{settingsFile, merchantFile, wechatFile, apiv3File} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return wrong(name, err)
		}
		texts[i] = string(text)
	}
	var w written
	if err := yaml.UnmarshalWithOptions([]byte(texts[0]), &w, yaml.Strict()); err != nil {
		return wrong(settingsFile, errors.New("not as it should be; see docs/paying.md"))
	}
	key, err := utils.LoadPrivateKey(texts[1])
	if err != nil {
		return wrong(merchantFile, errors.New("no private key in PKCS #8"))
	}
	public, err := utils.LoadPublicKey(texts[2])
	if err != nil {
		return wrong(wechatFile, errors.New("no public key"))
	}
	for file, bits := range map[string]int{merchantFile: key.N.BitLen(), wechatFile: public.N.BitLen()} {
		if bits < keyBits {
			return wrong(file, fmt.Errorf("a key of less than %d bits", keyBits))
		}
	}
	c := Config{Server: w.Server, MerchantID: w.MerchantID, AppID: w.AppID, Serial: w.Serial, Key: key, APIv3Key: strings.TrimSpace(texts[3]), WeChatID: w.WeChatID,
		WeChatKey: public, Scene: w.Scene, Reports: w.Reports, Remark: w.Remark, Perception: w.Perception}
	if err := c.check(); err != nil {
		return wrong(settingsFile, err)
	}
	return c, nil
}

// apiv3Bytes is how long a key of API v3 is; remarkMax how many characters a remark has;
// keyBits how long WeChat's RSA keys are. The standard library does not sign with less than
// 1024 bits, which would show only when somebody is to be paid.
const (
	keyBits    = 2048
	apiv3Bytes = 32
	remarkMax  = 32
)

func (c Config) check() error {
	for name, text := range map[string]string{"merchant_id": c.MerchantID, "app_id": c.AppID, "merchant_serial": c.Serial, "wechat_key_id": c.WeChatID,
		"scene_id": c.Scene, "remark": c.Remark} {
		if text == "" {
			return fmt.Errorf("%s is missing", name)
		}
	}
	at, err := url.Parse(c.server())
	switch {
	case c.Key == nil || c.WeChatKey == nil:
		return errors.New("keys are missing")
	case len(c.APIv3Key) != apiv3Bytes:
		return fmt.Errorf("the key of API v3 has %d characters", apiv3Bytes)
	case len([]rune(c.Remark)) > remarkMax:
		return fmt.Errorf("a remark has at most %d characters", remarkMax)
	case err != nil || at.Scheme != "https" && at.Hostname() != "127.0.0.1":
		return errors.New("server takes https://")
	}
	return nil
}

func (c Config) server() string {
	if c.Server == "" {
		return Server
	}
	return strings.TrimSuffix(c.Server, "/")
}
