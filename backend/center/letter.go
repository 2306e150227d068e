package center

import (
	"context"
	"encoding/json"

	"lianxin/backend/fault"
	"lianxin/backend/letter"
	"lianxin/backend/token"
	"lianxin/backend/visit"
)

// OpenLetters reads the file of dead letters a kiosk exported, for staff who take
// them in by hand, and writes down that it was read. A revoked kiosk's file is
// read too: what people said there is theirs. The private choice is left out, as
// on every screen. Faults are those of letter.Open and "device.not_found".
func (c *Center) OpenLetters(ctx context.Context, file []byte, by string) (letter.Bundle, error) {
	key, err := c.letterKey()
	if err != nil {
		return letter.Bundle{}, err
	}
	b, err := letter.Open(key, func(id string) (token.PublicKey, error) {
		d, err := c.store.Device(ctx, id)
		if err != nil {
			return token.PublicKey{}, err
		}
		return token.NewPublicKey(d.PublicKey)
	}, file)
	if err != nil {
		return b, err
	}
	for i := range b.Letters {
		if b.Letters[i].Payload, err = withoutExclusion(b.Letters[i].Payload); err != nil {
			return b, err
		}
	}
	return b, c.record(ctx, by, "letters.read", "device", b.DeviceID)
}

// letterKey opens what kiosks seal to its public half. It follows from the center's
// secret, so that a restored center opens what was made before.
func (c *Center) letterKey() (letter.Key, error) {
	return letter.NewKey(c.keyring.Derive(letterPurpose))
}

// withoutExclusion drops the private choice from the payload of an operation.
func withoutExclusion(payload json.RawMessage) (json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(payload, &fields); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "letter.malformed")
	}
	raw, ok := fields["screening"]
	if !ok {
		return payload, nil
	}
	var screening visit.Screening
	if err := json.Unmarshal(raw, &screening); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "letter.malformed")
	}
	screening.Exclusion = ""
	var err error
	if fields["screening"], err = json.Marshal(screening); err != nil {
		return nil, err
	}
	return json.Marshal(fields)
}
