package store

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"time"
)

// Instant is a point in time as the database keeps it: microseconds since 1970
// UTC, 0 for none. The engines' own types round and shift zones differently.
type Instant struct{ time.Time }

// Value writes microseconds.
func (i Instant) Value() (driver.Value, error) {
	if i.IsZero() {
		return int64(0), nil
	}
	return i.UnixMicro(), nil
}

// Scan reads microseconds.
func (i *Instant) Scan(src any) error {
	var n sql.NullInt64
	if err := n.Scan(src); err != nil {
		return fmt.Errorf("read instant: %w", err)
	}
	if n.Int64 == 0 {
		i.Time = time.Time{}
		return nil
	}
	i.Time = time.UnixMicro(n.Int64).UTC()
	return nil
}
