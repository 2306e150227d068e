package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/outbox"
)

// ForgetPast removes from a kiosk what was pulled for days before day: bookings,
// questionnaires answered elsewhere, and visits of other kiosks. own are the devices
// it is and was: what was made here goes by ForgetOwn.
func (s *Store) ForgetPast(ctx context.Context, own []string, day calendar.Date) error {
	midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, calendar.Beijing)
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := s.write(ctx).Delete(&appointmentRow{}, "day < ?", day).Error; err != nil {
			return fmt.Errorf("forget past bookings: %w", err)
		}
		if err := s.write(ctx).Delete(&passRow{}, "answered_at < ?", Instant{midnight}).Error; err != nil {
			return fmt.Errorf("forget past passes: %w", err)
		}
		if err := s.write(ctx).Delete(&visitRow{}, "day < ? AND device_id NOT IN ?", day, own).Error; err != nil {
			return fmt.Errorf("forget others' past visits: %w", err)
		}
		return nil
	})
}

// forgottenAtOnce is how many operations one transaction empties: whoever checks in
// meanwhile waits for no more than that.
const forgottenAtOnce = 200

// ForgetOwn removes what people said on this kiosk: their visits with answers,
// signature, private choice and paper, and the payload of the operation. It does so
// for operations that were accounted for before day: applied by the center, or
// refused by it and dealt with by staff. That counts from the run that first finds
// them so, which is today, and not from when they were made: a kiosk that was
// offline for long delivers old ones. The rest of an operation stays, so that the
// log has no gap.
func (s *Store) ForgetOwn(ctx context.Context, today, day calendar.Date) error {
	err := s.write(ctx).Model(&operationRow{}).
		Where("accounted_on = '' AND length(sealed) > 0 AND (fate IN ? OR fate = ? AND settled_at > 0)",
			[]outbox.Fate{outbox.Applied, outbox.AlreadyApplied}, outbox.Refused).
		UpdateColumn("accounted_on", today).Error
	if err != nil {
		return translate(fmt.Errorf("note what is accounted for: %w", err))
	}
	var unreadable error
	for last, more := int64(0), true; more; {
		err := s.InTx(ctx, func(ctx context.Context) error {
			var rows []operationRow
			err := s.locked(ctx).Where("accounted_on <> '' AND accounted_on < ? AND length(sealed) > 0 AND seq > ?", day, last).
				Order("seq").Limit(forgottenAtOnce).Find(&rows).Error
			if more = len(rows) > 0; !more || err != nil {
				return err
			}
			last = rows[len(rows)-1].Seq
			seqs, visits, err := s.saidIn(rows)
			unreadable = errors.Join(unreadable, err) // the others are forgotten all the same
			return s.forgetVisits(ctx, seqs, visits)
		})
		if err != nil {
			return fmt.Errorf("forget own past visits: %w", err)
		}
	}
	return unreadable
}

// saidIn returns the places of the operations that could be read, and the visits in them.
func (s *Store) saidIn(rows []operationRow) (seqs []int64, visits []string, err error) {
	for _, row := range rows {
		var said struct {
			ID string `json:"id"`
		}
		op, opened := s.operationFromRow(row)
		if opened == nil {
			opened = json.Unmarshal(op.Payload, &said)
		}
		if opened != nil {
			err = errors.Join(err, fmt.Errorf("forget operation %d: %w", row.Seq, opened))
			continue
		}
		seqs = append(seqs, row.Seq)
		if strings.HasPrefix(string(row.Kind), "visit.") {
			visits = append(visits, said.ID)
		}
	}
	return seqs, visits, err
}

// forgetVisits removes visits with all that belongs to them, and the payloads of operations.
func (s *Store) forgetVisits(ctx context.Context, seqs []int64, visits []string) error {
	for _, part := range []struct {
		row any
		of  string
	}{{&screeningRow{}, "visit_id"}, {&exclusionRow{}, "visit_id"}, {&receiptRow{}, "visit_id"}, {&visitRow{}, "id"}} {
		if err := s.write(ctx).Delete(part.row, part.of+" IN ?", visits).Error; err != nil {
			return err
		}
	}
	return s.write(ctx).Model(&operationRow{}).Where("seq IN ?", seqs).UpdateColumn("sealed", []byte{}).Error
}
