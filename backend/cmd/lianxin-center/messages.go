package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lianxin/backend/fault"
	"lianxin/backend/textmessage"
	"lianxin/backend/textmessage/gateway"
)

// messagesCredential is the systemd credential with the gateway's secret.
const messagesCredential = "lianxin-messages"

// driverOf reads how codes get to phones; nil for not at all. Faults
// "textmessage.address", "textmessage.demo_only".
func driverOf(how string, demo bool) (textmessage.Driver, error) {
	folder, isFolder := strings.CutPrefix(how, "folder:")
	switch {
	case how == "off" || how == "" && !demo:
		return nil, nil
	case how == "console" && !demo:
		return nil, fault.New(fault.Invalid, "textmessage.demo_only")
	case how == "console" || how == "":
		return &textmessage.Console{Out: os.Stdout}, nil
	case isFolder:
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			return nil, fault.Wrap(err, fault.Invalid, "textmessage.address")
		}
		return textmessage.Folder{Path: folder}, nil
	}
	secret, err := os.ReadFile(filepath.Join(os.Getenv("CREDENTIALS_DIRECTORY"), messagesCredential))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the gateway's secret: %w", err)
	}
	return gateway.New(how, string(secret))
}
