package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
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

type conditionRow struct {
	DeviceID string `gorm:"primaryKey"`
	SaidAt   Instant
	Data     string
}

func (conditionRow) TableName() string { return "device_conditions" }

func (r conditionRow) report(d device.Device) (device.Report, error) {
	out := device.Report{Device: d, SaidAt: r.SaidAt.Time}
	if r.Data == "" {
		return out, nil
	}
	if err := json.Unmarshal([]byte(r.Data), &out.Condition); err != nil {
		return out, fmt.Errorf("decode condition of device %s: %w", d.ID, err)
	}
	return out, nil
}

// SaveCondition implements device.Store.
func (s *Store) SaveCondition(ctx context.Context, id string, at time.Time, c device.Condition) error {
	data, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode condition of device %s: %w", id, err)
	}
	row := conditionRow{DeviceID: id, SaidAt: Instant{at}, Data: string(data)}
	return translate(s.overwrite(ctx, &row))
}

// Reports implements device.Store.
func (s *Store) Reports(ctx context.Context) ([]device.Report, error) {
	devices, err := s.Devices(ctx)
	if err != nil {
		return nil, err
	}
	var rows []conditionRow
	if err := s.read(ctx).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list conditions of devices: %w", err))
	}
	said := make(map[string]conditionRow, len(rows))
	for _, row := range rows {
		said[row.DeviceID] = row
	}
	reports := make([]device.Report, len(devices))
	for i, d := range devices {
		if reports[i], err = said[d.ID].report(d); err != nil {
			return nil, err
		}
	}
	return reports, nil
}

// Report implements device.Store.
func (s *Store) Report(ctx context.Context, id string) (device.Report, error) {
	d, err := s.Device(ctx, id)
	if err != nil {
		return device.Report{}, err
	}
	var row conditionRow
	if _, err := s.take(ctx, s.reader, &row, "WHERE device_id = ?", id); err != nil {
		return device.Report{}, translate(err)
	}
	return row.report(d)
}

// Refusals implements device.Store.
func (s *Store) Refusals(ctx context.Context, id string, limit int) ([]device.Refusal, error) {
	var rows []appliedRow
	if err := s.read(ctx).Where("device_id = ? AND fate = ?", id, outbox.Refused).Order("seq DESC").Limit(limit).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list refused operations: %w", err))
	}
	refusals := make([]device.Refusal, 0, len(rows))
	for _, row := range rows {
		refusals = append(refusals, device.Refusal{OperationID: row.ID, Seq: row.Seq, Code: row.Code, At: row.AppliedAt.Time})
	}
	return refusals, nil
}
