package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lianxin/backend/ledger"
	"lianxin/backend/relief"
)

type reservationRow struct {
	ID         string `gorm:"primaryKey"`
	MadeFor    string
	Channel    relief.Channel
	PlaceID    string
	State      relief.State
	ML         int64 `gorm:"column:ml"`
	PayableFen int64
	DonorIDs   string `gorm:"column:donor_ids"`
	MadeAt     Instant
	OverAt     Instant
	EndedAt    Instant
	Reason     string
	Sealed     []byte // the assessment
}

func (reservationRow) TableName() string { return "volume_reservations" }

// LockDonors implements relief.Store. SQLite has one writer, so the transaction itself
// is the lock there. A merge may be decided while somebody waits: then who is the same
// person is asked again.
func (s *Store) LockDonors(ctx context.Context, donorIDs []string) error {
	if s.engine == SQLite {
		return nil
	}
	everybody, err := s.Together(ctx, donorIDs)
	for err == nil {
		slices.Sort(everybody)
		var locked, now []string
		err = s.locked(ctx).Model(&donorRow{}).Where("id IN ?", everybody).Order("id").Pluck("id", &locked).Error
		if err != nil {
			return translate(fmt.Errorf("lock donors: %w", err))
		}
		if now, err = s.Together(ctx, donorIDs); err != nil {
			return err
		}
		if slices.Sort(now); slices.Equal(now, everybody) {
			return nil
		}
		everybody = now
	}
	return err
}

// Volumes implements relief.Store.
func (s *Store) Volumes(ctx context.Context, sources []relief.Source) (map[relief.Source]relief.Drawn, error) {
	if len(sources) == 0 {
		return map[relief.Source]relief.Drawn{}, nil
	}
	whose := make(map[ledger.Account]relief.Source, 3*len(sources))
	accounts := make([]string, 0, 3*len(sources))
	for _, source := range sources {
		for _, a := range []ledger.Account{relief.AvailableOf(source), relief.ReservedOf(source), relief.UsedOf(source)} {
			whose[a] = source
			accounts = append(accounts, string(a))
		}
	}
	among, list, err := s.among("account", accounts)
	if err != nil {
		return nil, err
	}
	rows, err := volumes.findLots(ctx, s, s.reader, "WHERE "+among, list)
	if err != nil {
		return nil, translate(fmt.Errorf("read volumes: %w", err))
	}
	found := map[relief.Source]relief.Drawn{}
	for _, r := range rows {
		source := whose[r.Account]
		drawn := found[source]
		switch r.Account {
		case relief.AvailableOf(source):
			drawn.AvailableML += r.Amount
		case relief.ReservedOf(source):
			drawn.ReservedML += r.Amount
		default:
			drawn.UsedML += r.Amount
		}
		found[source] = drawn
	}
	return found, nil
}

// PostVolumes implements relief.Store.
func (s *Store) PostVolumes(ctx context.Context, e ledger.Entry) (posted bool, err error) {
	return volumes.post(ctx, s, e)
}

// VolumeEntry implements relief.Store.
func (s *Store) VolumeEntry(ctx context.Context, id string) (ledger.Entry, error) {
	return volumes.entry(ctx, s, id)
}

// VolumeLines is the statement of accounts of sources taken together, newest first.
func (s *Store) VolumeLines(ctx context.Context, before string, limit int, of ...ledger.Account) ([]ledger.Line, error) {
	return volumes.lines(ctx, s, before, limit, of)
}

// VolumeSums adds up the book of volumes. Whoever audits it compares.
func (s *Store) VolumeSums(ctx context.Context) (ledger.Sums, error) { return volumes.sums(ctx, s) }

// ReservationSums adds reservations up by state.
func (s *Store) ReservationSums(ctx context.Context) (map[relief.State]relief.StateSum, error) {
	var rows []struct {
		State relief.State
		relief.StateSum
	}
	err := s.read(ctx).Model(&reservationRow{}).Group("state").
		Select("state, COUNT(*) AS number, CAST(SUM(ml) AS BIGINT) AS ml, CAST(SUM(payable_fen) AS BIGINT) AS payable_fen").Scan(&rows).Error
	sums := map[relief.State]relief.StateSum{}
	for _, r := range rows {
		sums[r.State] = r.StateSum
	}
	return sums, translate(err)
}

// Reservation implements relief.Store.
func (s *Store) Reservation(ctx context.Context, id string) (relief.Reservation, error) {
	var row reservationRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "relief.reservation_not_found"); err != nil {
		return relief.Reservation{}, err
	}
	return s.reservationFromRow(row)
}

// LockReservation implements relief.Store.
func (s *Store) LockReservation(ctx context.Context, id string) (relief.Reservation, error) {
	var row reservationRow
	if err := first(s.locked(ctx).Where("id = ?", id), &row, "relief.reservation_not_found"); err != nil {
		return relief.Reservation{}, err
	}
	return s.reservationFromRow(row)
}

// ReservationsFor lists what was ever set aside for a claim or a stay, the earliest first.
func (s *Store) ReservationsFor(ctx context.Context, madeFor string) ([]relief.Reservation, error) {
	var rows []reservationRow
	if err := s.read(ctx).Where("made_for = ?", madeFor).Order("made_at, id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list reservations: %w", err))
	}
	all := make([]relief.Reservation, len(rows))
	for i, row := range rows {
		var err error
		if all[i], err = s.reservationFromRow(row); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (s *Store) reservationFromRow(r reservationRow) (relief.Reservation, error) {
	made := relief.Reservation{ID: r.ID, For: r.MadeFor, Channel: r.Channel, PlaceID: r.PlaceID, State: r.State, ML: r.ML, PayableFen: r.PayableFen,
		DonorIDs: split[string](r.DonorIDs), MadeAt: r.MadeAt.Time, Until: r.OverAt.Time, EndedAt: r.EndedAt.Time, Reason: r.Reason}
	return made, s.openJSON("volume_reservations", r.ID, r.Sealed, &made.Assessment)
}

// SaveReservation implements relief.Store.
func (s *Store) SaveReservation(ctx context.Context, r relief.Reservation) error {
	sealed, err := s.sealJSON("volume_reservations", r.ID, r.Assessment)
	if err != nil {
		return err
	}
	row := reservationRow{ID: r.ID, MadeFor: r.For, Channel: r.Channel, PlaceID: r.PlaceID, State: r.State, ML: r.ML, PayableFen: r.PayableFen,
		DonorIDs: joined(r.DonorIDs), MadeAt: Instant{r.MadeAt}, OverAt: Instant{r.Until}, EndedAt: Instant{r.EndedAt}, Reason: r.Reason, Sealed: sealed}
	if err := saveRows(ctx, s, []reservationRow{row}); err != nil {
		return fmt.Errorf("save reservation: %w", err)
	}
	return nil
}

// OverReservations implements relief.Store.
func (s *Store) OverReservations(ctx context.Context, now time.Time, limit int) ([]string, error) {
	var ids []string
	err := s.read(ctx).Model(&reservationRow{}).Where("state = 'reserved' AND over_at <= ?", Instant{now}).
		Order("over_at, id").Limit(limit).Pluck("id", &ids).Error
	return ids, translate(err)
}
