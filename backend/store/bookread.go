package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"lianxin/backend/ledger"
)

// entry finds by id; fault "point.entry_not_found", or that of another book.
func (b book) entry(ctx context.Context, s *Store, id string) (ledger.Entry, error) {
	var row bookEntryRow
	if err := first(s.read(ctx).Table(b.entries).Where("id = ?", id), &row, b.noun+".entry_not_found"); err != nil {
		return ledger.Entry{}, err
	}
	entries := []ledger.Entry{row.entry()}
	err := b.withPostings(s.read(ctx), entries)
	return entries[0], err
}

// about returns the entries with one of the causes, the earliest first. A file of old records asks for all
// that somebody ever gave, of some hundred people: no engine takes that in one statement.
func (b book) about(ctx context.Context, s *Store, causes []string) ([]ledger.Entry, error) {
	var entries []ledger.Entry
	causes = slices.Compact(slices.Sorted(slices.Values(causes)))
	for part := range slices.Chunk(causes, entriesAtOnce) {
		var rows []bookEntryRow
		if err := s.write(ctx).Table(b.entries).Where("cause IN ?", part).Find(&rows).Error; err != nil {
			return nil, translate(fmt.Errorf("list entries: %w", err))
		}
		for _, r := range rows {
			entries = append(entries, r.entry())
		}
	}
	slices.SortFunc(entries, func(a, b ledger.Entry) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	for part := range slices.Chunk(entries, entriesAtOnce) {
		if err := b.withPostings(s.write(ctx), part); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// withPostings completes some entries.
func (b book) withPostings(db *gorm.DB, entries []ledger.Entry) error {
	ids, at := make([]string, len(entries)), make(map[string]int, len(entries))
	for i, e := range entries {
		ids[i], at[e.ID] = e.ID, i
	}
	var rows []bookPostingRow
	if err := db.Table(b.postings).Where("entry_id IN ?", ids).Order("account, lot").Find(&rows).Error; err != nil {
		return translate(fmt.Errorf("read postings: %w", err))
	}
	for _, r := range rows {
		e := &entries[at[r.EntryID]]
		e.Postings = append(e.Postings, ledger.Posting{Account: r.Account, Lot: lotOf(r.Lot), Amount: r.Amount})
	}
	return nil
}

func (r bookEntryRow) entry() ledger.Entry {
	return ledger.Entry{ID: r.ID, Kind: r.Kind, At: r.At.Time, Cause: r.Cause, Rule: r.Rule, Pack: r.Pack, Reason: r.Reason}
}

// left reads what is left of an account, where tail locks it too. An empty lot need not
// be locked: who waits for a lot that is emptied meanwhile finds it gone from the answer.
func (b book) left(ctx context.Context, s *Store, db *gorm.DB, a ledger.Account, tail string) ([]ledger.Lot, error) {
	rows, err := b.findLots(ctx, s, db, "WHERE account = ? AND amount > 0 ORDER BY lot"+tail, a)
	if err != nil {
		return nil, translate(fmt.Errorf("read lots: %w", err))
	}
	lots := make([]ledger.Lot, len(rows))
	for i, r := range rows {
		lots[i] = ledger.Lot{Expires: lotOf(r.Lot), Amount: r.Amount}
	}
	return lots, nil
}

// lines adds up what each entry did to accounts, and what there was after it.
const lines = `SELECT * FROM (
	SELECT entry_id, at, SUM(amount) AS amount, SUM(SUM(amount)) OVER (ORDER BY at, entry_id) AS balance
	FROM {book}_postings WHERE account IN ? GROUP BY entry_id, at HAVING SUM(amount) <> 0) AS line`

// of puts the book's own tables into a statement.
func (b book) of(statement string) string { return strings.ReplaceAll(statement, "{book}", b.noun) }

// lines returns up to limit entries of accounts taken together, newest first, older
// than the line with the id before ("" for the newest).
func (b book) lines(ctx context.Context, s *Store, before string, limit int, accounts []ledger.Account) ([]ledger.Line, error) {
	query, args := lines, []any{accounts}
	if before != "" {
		query += " WHERE (at, entry_id) < (SELECT at, id FROM {book}_entries WHERE id = ?)"
		args = append(args, before)
	}
	var found []struct {
		Entry           bookEntryRow `gorm:"embedded"`
		Amount, Balance int64
	}
	err := s.read(ctx).Raw(b.of("SELECT e.*, line.amount, line.balance FROM ("+query+" ORDER BY at DESC, entry_id DESC LIMIT ?) AS line"+
		" JOIN {book}_entries AS e ON e.id = line.entry_id ORDER BY line.at DESC, line.entry_id DESC"), append(args, limit)...).Scan(&found).Error
	if err != nil {
		return nil, translate(fmt.Errorf("read statement of %ss: %w", b.noun, err))
	}
	statement := make([]ledger.Line, 0, len(found))
	for _, f := range found {
		statement = append(statement, ledger.Line{Entry: f.Entry.entry(), Amount: f.Amount, Balance: f.Balance})
	}
	return statement, nil
}

// sums adds up all that was ever posted, by account of the service, with accounts of
// one kind that belong to somebody in one sum; and what the lots hold. Whoever audits
// the book compares them.
func (b book) sums(ctx context.Context, s *Store) (ledger.Sums, error) {
	var posted []struct {
		Name   string
		Amount int64
	}
	kind := "substr(account, 1, instr(account, '/'))"
	if s.engine == Postgres {
		kind = "substr(account, 1, strpos(account, '/'))"
	}
	err := s.read(ctx).Raw(b.of(`SELECT CASE WHEN account LIKE '%/%' THEN ` + kind + ` ELSE account END AS name,
		CAST(SUM(amount) AS BIGINT) AS amount FROM {book}_postings GROUP BY 1`)).Scan(&posted).Error
	if err != nil {
		return ledger.Sums{}, translate(fmt.Errorf("add the book of %ss up: %w", b.noun, err))
	}
	sums := ledger.Sums{Posted: map[ledger.Account]int64{}}
	for _, p := range posted {
		sums.Posted[ledger.Account(p.Name)] = p.Amount
	}
	var astray int64
	err = s.read(ctx).Raw(b.of(`SELECT COUNT(*) FROM (SELECT account, lot, SUM(amount) AS amount FROM
		(SELECT account, lot, amount FROM {book}_postings WHERE account LIKE '%/%'
		UNION ALL SELECT account, lot, -amount FROM {book}_lots) AS both_sides GROUP BY account, lot HAVING SUM(amount) <> 0) AS astray`)).Scan(&astray).Error
	sums.Astray = astray
	return sums, translate(err)
}
