package store

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json/v1"

	"lianxin/backend/seal"
)

// sealJSON seals v for one cell; the envelope opens only in that cell.
func (s *Store) sealJSON(table, row string, v any) ([]byte, error) {
	return s.sealPadded(table, row, v, 1)
}

// sealPadded is sealJSON for what must not tell by its size what it is: it is filled
// up with spaces, which are no part of a value, to a multiple of some bytes.
func (s *Store) sealPadded(table, row string, v any, to int) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", table, err)
	}
	plain = append(plain, bytes.Repeat([]byte(" "), to-1-len(plain)%to)...)
	sealed, err := s.keyring.Seal(seal.Place{Table: table, Column: "sealed", Row: row}, plain)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", table, err)
	}
	return sealed, nil
}

// openJSON opens what sealJSON made.
func (s *Store) openJSON(table, row string, sealed []byte, v any) error {
	plain, err := s.open(table, row, sealed)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return fmt.Errorf("decode %s: %w", table, err)
	}
	return nil
}

// open returns the JSON that sealJSON sealed.
func (s *Store) open(table, row string, sealed []byte) ([]byte, error) {
	plain, err := s.keyring.Open(seal.Place{Table: table, Column: "sealed", Row: row}, sealed)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", table, err)
	}
	return plain, nil
}
