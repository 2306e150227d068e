package preference

import (
	"encoding/json"
	"errors"
	"time"

	"lianxin/backend/fault"
)

// Shown is what somebody is suggested, and whether they want that at all.
type Shown struct {
	On    bool         `json:"on" doc:"Whether the person wants suggestions; when not, nothing of theirs is counted for others either"`
	Gifts []Suggestion `json:"gifts" doc:"The best first; none when they are switched off"`
}

// Switched is the payload of the operation by which somebody with their card on a
// reader switches suggestions on or off.
type Switched struct {
	DonorKey string    `json:"donor_key" minLength:"22" maxLength:"22" doc:"Keyed hash of the document that was read"`
	On       bool      `json:"on"`
	At       time.Time `json:"at" doc:"When it was said, by the center's time as far as the kiosk knew it"`
}

// ReadSwitched reads the payload of an operation; fault "preference.malformed".
func ReadSwitched(payload []byte) (Switched, error) {
	var in Switched
	err := json.Unmarshal(payload, &in)
	if err == nil && (in.DonorKey == "" || in.At.IsZero()) {
		err = errors.New("incomplete")
	}
	if err != nil {
		return in, fault.Wrap(err, fault.Invalid, "preference.malformed")
	}
	return in, nil
}
