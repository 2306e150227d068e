package node

import (
	"context"
	"errors"
)

// Enrolled tells which center a kiosk that is not running belongs to, and as which
// device; both are empty while it belongs to none.
func Enrolled(ctx context.Context, config Config) (center, deviceID string, err error) {
	opened, err := openStore(ctx, config.withDefaults())
	if err != nil {
		return "", "", err
	}
	var who identity
	if _, err := opened.Setting(ctx, identitySetting, &who); err != nil {
		return "", "", errors.Join(err, opened.Close())
	}
	if who.Grant != nil {
		center, deviceID = who.Center, who.Grant.DeviceID
	}
	return center, deviceID, opened.Close()
}
