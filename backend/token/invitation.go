package token

import (
	"encoding/json"
	"net"
	"net/url"
	"strconv"

	"lianxin/backend/fault"
)

// HandshakeVersion is the version of the invitation this program writes and reads.
const HandshakeVersion = 1

const maxInvitation = 1024 // bytes; what a QR code of a comfortable size holds

// Invitation is what the QR code of an enrolment says.
type Invitation struct {
	URL  string // address of the center
	Code Code
}

type invitationText struct {
	Version int    `json:"handshake_version"`
	URL     string `json:"url"`
	Token   string `json:"token"`
}

// Encode returns the text of the QR code.
func (i Invitation) Encode() (string, error) {
	if err := checkAddress(i.URL); err != nil {
		return "", err
	}
	text, err := json.Marshal(invitationText{HandshakeVersion, i.URL, string(i.Code)})
	return string(text), err
}

// ParseInvitation reads the text of a QR code. Faults: "enrolment.qr_malformed",
// "enrolment.version" (the center is newer than this program),
// "enrolment.address" (not https), "enrolment.code_malformed".
func ParseInvitation(text string) (Invitation, error) {
	if len(text) > maxInvitation {
		return Invitation{}, fault.New(fault.Invalid, "enrolment.qr_malformed")
	}
	members, err := parseObject([]byte(text))
	if err != nil {
		return Invitation{}, fault.Wrap(err, fault.Invalid, "enrolment.qr_malformed")
	}
	version, err := strconv.Atoi(string(members["handshake_version"]))
	if err != nil || version < 1 {
		return Invitation{}, fault.New(fault.Invalid, "enrolment.qr_malformed")
	}
	if version > HandshakeVersion { // before anything else: a newer one may have other members
		return Invitation{}, fault.New(fault.Outdated, "enrolment.version").With("theirs", version).With("ours", HandshakeVersion)
	}
	address, hasAddress, err1 := members.text("url")
	token, hasToken, err2 := members.text("token")
	if err1 != nil || err2 != nil || !hasAddress || !hasToken {
		return Invitation{}, fault.New(fault.Invalid, "enrolment.qr_malformed")
	}
	if err := checkAddress(address); err != nil {
		return Invitation{}, err
	}
	code, err := ParseCode(token)
	return Invitation{URL: address, Code: code}, err
}

// checkAddress wants https; plain http only to the same machine, for demos.
func checkAddress(address string) error {
	bad := fault.New(fault.Invalid, "enrolment.address")
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return bad
	}
	ip := net.ParseIP(u.Hostname())
	isLocal := u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
	if u.Scheme == "https" || (u.Scheme == "http" && isLocal) {
		return nil
	}
	return bad
}
