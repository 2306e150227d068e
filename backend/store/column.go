package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// insertColumns adds many rows to PostgreSQL in one statement with a list for each column:
// it is the same text for any number of rows, so it stays prepared, and has as many
// parameters as there are columns and not as there are values.
func insertColumns[T any](ctx context.Context, s *Store, rows []T, tail string) (int64, error) {
	l, err := s.layoutOf(&rows[0])
	if err != nil {
		return 0, err
	}
	lists, args := make([]string, len(l.fields)), make([]any, len(l.fields))
	for i, f := range l.fields {
		var column column
		for n := range rows {
			value, _ := f.ValueOf(ctx, reflect.ValueOf(&rows[n]).Elem())
			if err := column.add(value); err != nil {
				return 0, fmt.Errorf("%s: %w", f.DBName, err)
			}
		}
		lists[i], args[i] = column.list()
	}
	return s.exec(ctx, l.target+"SELECT * FROM unnest("+strings.Join(lists, ", ")+") "+tail, args...)
}

// column gathers the values of one, as the schema has them: texts, whole numbers, bytes.
type column struct {
	texts   []*string
	numbers []*int64
	bytes   [][]byte
}

func (c *column) add(value any) error {
	plain, err := driver.DefaultParameterConverter.ConvertValue(value)
	if err != nil {
		return err
	}
	switch v := plain.(type) {
	case string:
		c.texts = append(c.texts, &v)
	case int64:
		c.numbers = append(c.numbers, &v)
	case []byte:
		c.bytes = append(c.bytes, v)
	case nil: // only texts may be NULL in this schema
		c.texts = append(c.texts, nil)
	default:
		return fmt.Errorf("no column holds a %T", plain)
	}
	return nil
}

// list is the parameter with its type.
func (c *column) list() (mark string, values any) {
	switch {
	case c.numbers != nil:
		return "?::bigint[]", c.numbers
	case c.bytes != nil:
		return "?::bytea[]", c.bytes
	}
	return "?::text[]", c.texts
}

// among is a condition on a column of texts and its one parameter, for any number of
// values: it is the same text for all of them, so it stays prepared. PostgreSQL looks
// each of a few values up; many it hashes, for on a small table it would compare every
// row with every value.
func (s *Store) among(name string, values []string) (condition string, list any, err error) {
	switch {
	case s.engine == Postgres && len(values) > few:
		return name + " IN (SELECT unnest(?::text[]))", values, nil
	case s.engine == Postgres:
		return name + " = ANY(?)", values, nil
	}
	text, err := json.Marshal(values)
	if err != nil {
		return "", nil, fmt.Errorf("%s among many: %w", name, err)
	}
	return name + " IN (SELECT value FROM json_each(?))", string(text), nil
}

// few values are looked up one by one.
const few = 100
