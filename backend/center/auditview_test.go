package center

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/fault"
	"lianxin/backend/staff"
)

func wantFault(t *testing.T, what string, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestAuditIsSearchedAndProved(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		who := b.hire("boss.test", staff.Admin, staff.Scope{})
		boss := b.enter(who).AccessToken.AccessToken
		clerk := b.hire("clerk.test", staff.Reception, staff.Scope{})
		if err := b.store.InTx(t.Context(), func(ctx context.Context) error {
			for range auditPart { // more than one part
				if err := b.record(ctx, clerk.ID, "visit.list", "visit", ""); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		search := func(query string) (page api.AuditPage) {
			b.want(query, http.MethodGet, "/audit/search?"+query, boss, nil, &page, "")
			return page
		}
		if page := search("action=staff.&object=" + clerk.ID); len(page.Entries) != 1 || page.Entries[0].Action != "staff.add" || page.Entries[0].Who != "terminal" || page.Next != 0 {
			t.Errorf("%+v", page)
		}
		first := search("who=" + clerk.ID)
		second := search(fmt.Sprintf("who=%s&before=%d", clerk.ID, first.Next))
		if len(first.Entries) != 50 || len(second.Entries) != 50 || second.Entries[0].Seq != first.Entries[49].Seq-1 {
			t.Errorf("%d and %d entries, on at %d", len(first.Entries), len(second.Entries), first.Next)
		}
		if page := search("until=2026-11-20"); len(page.Entries) != 0 || page.Next != 0 {
			t.Errorf("before everything: %+v", page)
		}
		b.want("a day that is none", http.MethodGet, "/audit/search?from=2026-02-30", boss, nil, nil, "request.invalid")
		b.wantEntry(who.ID, "admin", "audit.search", "", "")
		b.prove(boss)
	})
}

// spoilEntry changes who did something, as somebody would who may write to the database.
func (b *bench) spoilEntry(seq int64) {
	b.t.Helper()
	driver, at := "sqlite3", filepath.Join(b.data, "center.db")
	if b.database != "" {
		driver, at = "pgx", b.database
	}
	db, err := sql.Open(driver, at)
	if err != nil {
		b.t.Fatal(err)
	}
	defer db.Close()
	done, err := db.ExecContext(b.t.Context(), fmt.Sprintf(`UPDATE audit_entries SET data = replace(data, '"role":"reception"', '"role":"admin"') WHERE seq = %d`, seq))
	if err != nil {
		b.t.Fatal(err)
	}
	if n, err := done.RowsAffected(); n != 1 || err != nil {
		b.t.Fatal(n, err)
	}
}

// prove walks through the log in parts, then through one that was altered.
func (b *bench) prove(boss string) {
	b.t.Helper()
	walk := func() (end api.AuditReport, parts int) {
		for ask := (api.AuditEnd{}); ; ask = end.Head {
			end = api.AuditReport{}
			b.want("verify", http.MethodPost, "/audit/verify", boss, ask, &end, "")
			if parts++; end.Whole {
				return end, parts
			}
		}
	}
	whole, parts := walk()
	newest, err := b.store.Newest(b.t.Context())
	if err != nil || whole.Broken != 0 || parts < 2 || whole.Head.Seq != newest-1 { // that it was walked through is the newest
		b.t.Errorf("%+v in %d parts, newest %d, %v", whole, parts, newest, err)
	}
	var kept api.AuditReport
	b.want("a kept end", http.MethodPost, "/audit/verify", boss, whole.Head, &kept, "")
	b.want("an end that never was", http.MethodPost, "/audit/verify", boss, api.AuditEnd{Seq: whole.Head.Seq, Hash: []byte("x")}, &kept, "")
	if kept.Reason != "cut" || kept.Broken != whole.Head.Seq {
		b.t.Errorf("%+v", kept)
	}
	var raw []audit.Entry
	b.want("read", http.MethodGet, "/audit/entries", boss, nil, &raw, "")
	if len(raw) != auditPage || raw[0].Seq != 1 || len(raw[0].Hash) == 0 {
		b.t.Errorf("%d entries", len(raw))
	}
	b.spoilEntry(auditPart + 3)
	if broken, _ := walk(); broken.Broken != auditPart+3 || broken.Reason != "altered" {
		b.t.Errorf("an altered log: %+v", broken)
	}
}
