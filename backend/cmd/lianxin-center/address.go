package main

import (
	"errors"
	"net"
	"net/url"
	"strings"

	"lianxin/backend/fault"
)

// defaultURL is where devices reach a center that was told nothing else.
const defaultURL = "http://localhost:8790"

// check refuses addresses nothing could be reached by, before anything is opened or
// changed. Faults: "center.url", "center.database_address".
func (p Place) check() error {
	if p.Ahead != 0 && !p.Demo { // see docs/decisions/0064
		return errors.New("a clock that is ahead is for demos: LIANXIN_DEMO_AHEAD has no place where real people's data lies")
	}
	if p.URL != "" {
		// What url.Parse says repeats the address, which may hold a password.
		u, err := url.Parse(p.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
			return fault.New(fault.Invalid, "center.url")
		}
	}
	if p.Database != "" && !strings.HasPrefix(p.Database, "postgres://") && !strings.HasPrefix(p.Database, "postgresql://") {
		return fault.New(fault.Invalid, "center.database_address")
	}
	return nil
}

// address is the URL as it was said, or the default.
func (p Place) address() string {
	if p.URL == "" {
		return defaultURL
	}
	return p.URL
}

// reachedAt is the URL of a center that listens on an address and was told none: on
// this machine alone it is the port it listens on.
func reachedAt(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || host != "localhost" || port == "0" || port == "" {
		return defaultURL
	}
	return "http://" + net.JoinHostPort(host, port)
}
