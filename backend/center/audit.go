package center

import (
	"context"
	"encoding/hex"
	"fmt"

	"lianxin/backend/audit"
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

// record writes what a member of staff did to the audit log.
func (c *Center) record(ctx context.Context, who, action, noun, id string) error {
	_, err := c.audit.Record(ctx, audit.Entry{Who: who, Role: "staff", Action: action, Object: audit.Object{Noun: noun, ID: id}})
	return err
}
