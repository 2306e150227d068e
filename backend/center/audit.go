package center

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// VerifyAudit checks the audit log from its first entry to its last and says in
// one line what was found. Fault "audit.broken" names the first wrong entry.
func (c *Center) VerifyAudit(ctx context.Context) (string, error) {
	report, err := audit.Verify(c.audit.All(ctx), audit.Head{})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d entries, chain unbroken, head %s", report.Count, hex.EncodeToString(report.Head.Hash)), nil
}

// reading begins to write down that staff read something of a site. Nothing of it may
// be answered before Wait has returned without an error. What was read is in no
// transaction of its own, so many readings share one.
func (c *Center) reading(ctx context.Context, by api.Caller, siteID, action, noun, id string) *audit.Recording {
	return c.readings.Begin(ctx, audit.Entry{Who: by.StaffID, Role: by.Role, Action: action,
		Object: audit.Object{Noun: noun, ID: id}, Where: audit.Where{Site: siteID}})
}

// record writes what somebody did to the audit log.
func (c *Center) record(ctx context.Context, who, action, noun, id string) error {
	return c.recordAt(ctx, "", who, action, noun, id)
}

// recordAt is record for what concerns a site. The head of the log and the entry
// belong to one transaction, the caller's if there is one.
func (c *Center) recordAt(ctx context.Context, siteID, who, action, noun, id string) error {
	return c.recordChange(ctx, siteID, who, action, audit.Object{Noun: noun, ID: id}, nil, nil)
}

// recordChange is recordAt for what has another state now; before and after hold what may
// be shown of it, nil for nothing.
func (c *Center) recordChange(ctx context.Context, siteID, who, action string, of audit.Object, before, after any) error {
	was, err := shownText(before)
	if err != nil {
		return fmt.Errorf("what was before %s: %w", action, err)
	}
	is, err := shownText(after)
	if err != nil {
		return fmt.Errorf("what is after %s: %w", action, err)
	}
	return c.store.InTx(ctx, func(ctx context.Context) error {
		role, err := c.roleOf(ctx, who)
		if err != nil {
			return err
		}
		_, err = c.audit.Record(ctx, audit.Entry{Who: who, Role: role, Action: action, Object: of,
			Where: whereOf(ctx, siteID), Before: was, After: is})
		return err
	})
}

// whereOf is the site something concerns and what it was done from: the login of a member
// of staff, whose beginning stands in the log as well, or a device.
func whereOf(ctx context.Context, siteID string) audit.Where {
	by := api.CallerOf(ctx)
	return audit.Where{Site: siteID, Device: cmp.Or(by.SessionID, by.DeviceID)}
}

func shownText(of any) (string, error) {
	if of == nil {
		return "", nil
	}
	text, err := json.Marshal(of)
	return string(text), err
}

// atMachine is the role of whoever runs a command on the center's machine: no
// account stands behind it, only the rights of that machine's user.
const atMachine = "machine"

// atPhone is the role of a donor who has logged in.
const atPhone = "donor"

// roleOf is the role somebody has at this moment.
func (c *Center) roleOf(ctx context.Context, who string) (string, error) {
	if _, ok := claim.ApplicantOf(who); ok {
		return atPhone, nil
	}
	m, err := c.store.Member(ctx, who)
	switch {
	case fault.CodeOf(err) == "staff.not_found":
		return atMachine, nil
	case err != nil:
		return "", err
	}
	return string(m.Role), nil
}
