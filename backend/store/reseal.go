package store

import (
	"context"
	"encoding/binary"
	"fmt"

	"lianxin/backend/seal"
)

// sealedColumn is where a table keeps its envelopes; row names the cell in them.
type sealedColumn struct{ table, row, column string }

// sealedColumns are all of them; TestEverySealedColumnIsResealed holds the list to the schema.
var sealedColumns = []sealedColumn{
	{"settings", "name", "value"}, {"donors", "id", "sealed"}, {"deferrals", "id", "sealed"}, {"appointments", "id", "sealed"},
	{"passes", "id", "sealed"}, {"visits", "id", "sealed"}, {"screenings", "visit_id", "sealed"}, {"self_exclusions", "visit_id", "sealed"},
	{"receipts", "id", "sealed"}, {"operations", "id", "sealed"}, {"parked_operations", "id", "sealed"}, {"enrolments", "id", "sealed"},
	{"signing_keys", "id", "sealed"}, {"staff", "id", "sealed"}, {"gate_entries", "donor_key", "sealed"},
	{"results", "donation_id", "sealed"}, {"result_markers", "donation_id", "sealed"}, {"superseded_records", "id", "sealed"},
	{"gift_codes", "id", "sealed"}, {"redemption_vouchers", "redemption_id", "sealed"},
	{"corrections", "id", "sealed"}, {"receptions", "visit_id", "sealed"}, {"volume_reservations", "id", "sealed"},
	{"asked_results", "id", "sealed"}, {"counsel_cases", "id", "sealed"}, {"issued_papers", "id", "sealed"},
	{"claims", "id", "sealed"}, {"claim_events", "id", "sealed"}, {"claim_files", "id", "sealed"},
	{"payout_batches", "id", "sealed"}, {"payments", "id", "sealed"}, {"bank_statements", "id", "sealed"}, {"bank_statement_lines", "id", "sealed"},
	{"hospital_cases", "id", "sealed"}, {"merges", "id", "sealed"},
}

// resealedAtOnce is how many rows one transaction seals again: a writer beside it
// waits for no more than that.
const resealedAtOnce = 200

// Reseal seals everything under the current key that is under another one, in small
// transactions beside whoever works with the database. Run again after a stop it
// goes on with what is left. progress hears how many rows were sealed so far.
func (s *Store) Reseal(ctx context.Context, progress func(done int64)) (done int64, err error) {
	for _, c := range sealedColumns {
		for {
			n, err := s.resealSome(ctx, c)
			if err != nil {
				return done, fmt.Errorf("seal %s again: %w", c.table, err)
			}
			if n == 0 {
				break
			}
			done += n
			progress(done)
		}
	}
	return done, nil
}

// Stale counts what is still under another key than the current one.
func (s *Store) Stale(ctx context.Context) (n int64, err error) {
	for _, c := range sealedColumns {
		var some int64
		if err := s.read(ctx).Table(c.table).Where(stale(c), s.currentKey()).Count(&some).Error; err != nil {
			return 0, translate(fmt.Errorf("count in %s: %w", c.table, err))
		}
		n += some
	}
	return n, nil
}

// stale finds envelopes under another key: its id is their second to fifth byte.
// An empty value is a lock, not an envelope.
func stale(c sealedColumn) string {
	return "length(" + c.column + ") > 0 AND substr(" + c.column + ", 2, 4) <> ?"
}

// CurrentKey is the id of the key this center seals with.
func (s *Store) CurrentKey() uint32 { return s.keyring.CurrentKey() }

func (s *Store) currentKey() []byte {
	return binary.BigEndian.AppendUint32(nil, s.keyring.CurrentKey())
}

func (s *Store) resealSome(ctx context.Context, c sealedColumn) (n int64, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		var rows []struct {
			ID     string
			Sealed []byte
		}
		query := s.locked(ctx).Table(c.table).Select(c.row+" AS id, "+c.column+" AS sealed").Where(stale(c), s.currentKey())
		if err := query.Limit(resealedAtOnce).Find(&rows).Error; err != nil {
			return err
		}
		for _, row := range rows {
			place := seal.Place{Table: c.table, Column: "sealed", Row: row.ID}
			plain, err := s.keyring.Open(place, row.Sealed)
			if err != nil {
				return err
			}
			sealed, err := s.keyring.Seal(place, plain)
			if err != nil {
				return err
			}
			if err := s.write(ctx).Table(c.table).Where(c.row+" = ?", row.ID).UpdateColumn(c.column, sealed).Error; err != nil {
				return err
			}
		}
		n = int64(len(rows))
		return nil
	})
	return n, err
}
