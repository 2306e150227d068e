package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"lianxin/backend/device"
	"lianxin/backend/fault"
)

type deviceRow struct {
	ID          string `gorm:"primaryKey"`
	Name        string
	Surface     string
	SiteID      string
	Letter      string
	PublicKey   []byte
	Status      device.Status
	EnrolledAt  Instant
	LastSeen    Instant
	Version     string
	Protocol    int
	Pending     int64
	Dead        int64
	SetAside    int64
	LastSeq     int64
	LastHash    []byte
	Predecessor string
}

func (deviceRow) TableName() string { return "devices" }

func deviceToRow(d device.Device) deviceRow {
	return deviceRow{ID: d.ID, Name: d.Name, Surface: d.Surface, SiteID: d.SiteID, Letter: d.Letter,
		PublicKey: d.PublicKey, Status: d.Status, EnrolledAt: Instant{d.EnrolledAt}, LastSeen: Instant{d.LastSeen},
		Version: d.Version, Protocol: d.Protocol, Pending: d.Pending, Dead: d.Dead, SetAside: d.SetAside,
		LastSeq: d.LastSeq, LastHash: notNil(d.LastHash), Predecessor: d.Predecessor}
}

func (r deviceRow) device() device.Device {
	return device.Device{ID: r.ID, Name: r.Name, Surface: r.Surface, SiteID: r.SiteID, Letter: r.Letter,
		PublicKey: r.PublicKey, Status: r.Status, EnrolledAt: r.EnrolledAt.Time, LastSeen: r.LastSeen.Time,
		Version: r.Version, Protocol: r.Protocol, Pending: r.Pending, Dead: r.Dead, SetAside: r.SetAside,
		LastSeq: r.LastSeq, LastHash: r.LastHash, Predecessor: r.Predecessor}
}

// InsertDevice implements device.Store.
func (s *Store) InsertDevice(ctx context.Context, d device.Device) error {
	row := deviceToRow(d)
	err := s.write(ctx).Create(&row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fault.Wrap(err, fault.Conflict, "device.exists")
	}
	return translate(err)
}

// SaveDevice implements device.Store.
func (s *Store) SaveDevice(ctx context.Context, d device.Device) error {
	row := deviceToRow(d)
	return translate(s.overwrite(ctx, &row))
}

// Device implements device.Store.
func (s *Store) Device(ctx context.Context, id string) (device.Device, error) {
	return s.deviceWhere(ctx, s.reader, "WHERE id = ?", id)
}

func (s *Store) deviceWhere(ctx context.Context, db *gorm.DB, where string, args ...any) (device.Device, error) {
	var row deviceRow
	found, err := s.take(ctx, db, &row, where, args...)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "device.not_found")
	}
	return row.device(), translate(err)
}

// Devices implements device.Store.
func (s *Store) Devices(ctx context.Context) ([]device.Device, error) {
	var rows []deviceRow
	if err := s.read(ctx).Order("site_id, letter, id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list devices: %w", err))
	}
	devices := make([]device.Device, 0, len(rows))
	for _, row := range rows {
		devices = append(devices, row.device())
	}
	return devices, nil
}
