package center

import (
	"context"

	"lianxin/backend/device"
	"lianxin/backend/fault"
)

// letters of kiosks: without I and O, which look like digits on a ticket.
const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"

// freeLetter returns the first letter no kiosk of the site ever had. A kiosk that
// takes over from a broken one counts its tickets from 1 again, and two people
// with the same number must not wait side by side. When all are used up, the one
// of the revoked kiosk that has been silent longest comes round again.
func (c *Center) freeLetter(ctx context.Context, siteID string) (string, error) {
	all, err := c.store.Devices(ctx)
	if err != nil {
		return "", err
	}
	holder := map[string]device.Device{} // of each letter the one who used it last
	for _, d := range all {
		if before, ok := holder[d.Letter]; d.SiteID == siteID && (!ok || isLater(d, before)) {
			holder[d.Letter] = d
		}
	}
	var oldest *device.Device
	for _, letter := range letters {
		d, taken := holder[string(letter)]
		if !taken {
			return string(letter), nil
		}
		if d.Status != device.Active && (oldest == nil || d.LastSeen.Before(oldest.LastSeen)) {
			oldest = &d
		}
	}
	if oldest == nil {
		return "", fault.New(fault.Conflict, "device.letters_used").With("count", len(letters))
	}
	return oldest.Letter, nil
}

// isLater tells whether d holds its letter rather than other: the active one does.
func isLater(d, other device.Device) bool {
	if (d.Status == device.Active) != (other.Status == device.Active) {
		return d.Status == device.Active
	}
	return d.LastSeen.After(other.LastSeen)
}
