package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// What every check-in and every reading needs is sent as ready text: building a
// statement anew each time took longer than the database did.

// layout is what gorm knows of a row's type: its table and columns, in a fixed order.
type layout struct {
	fields  []*schema.Field
	columns string // of the table, each with its name before it
	selects string // SELECT … FROM table
	target  string // INSERT INTO table (…)
	inserts string // the same, VALUES (…)
	replace string // ON CONFLICT … DO UPDATE
}

// layouts keeps them by type.
var layouts sync.Map

// layoutOf returns the layout of a row's type, which is part of the program.
func (s *Store) layoutOf(row any) (*layout, error) {
	kind := reflect.TypeOf(row)
	if known, ok := layouts.Load(kind); ok {
		return known.(*layout), nil
	}
	parsed, err := schema.Parse(row, &sync.Map{}, s.writer.NamingStrategy)
	if err != nil {
		return nil, fmt.Errorf("layout of a row: %w", err)
	}
	var columns, full, marks, updates []string
	l := &layout{}
	for _, name := range parsed.DBNames {
		l.fields = append(l.fields, parsed.FieldsByDBName[name])
		columns, full, marks = append(columns, name), append(full, parsed.Table+"."+name), append(marks, "?")
		if !parsed.FieldsByDBName[name].PrimaryKey {
			updates = append(updates, name+" = excluded."+name)
		}
	}
	l.columns = strings.Join(full, ", ")
	l.selects = "SELECT " + strings.Join(columns, ", ") + " FROM " + parsed.Table + " "
	l.target = "INSERT INTO " + parsed.Table + " (" + strings.Join(columns, ", ") + ") "
	l.inserts = l.target + "VALUES (" + strings.Join(marks, ", ") + ") "
	l.replace = "ON CONFLICT (" + strings.Join(parsed.PrimaryFieldDBNames, ", ") + ") DO UPDATE SET " + strings.Join(updates, ", ")
	layouts.Store(kind, l)
	return l, nil
}

// into are the places of a row its columns are read into.
func (l *layout) into(ctx context.Context, row any) []any {
	value, places := reflect.ValueOf(row).Elem(), make([]any, len(l.fields))
	for i, f := range l.fields {
		places[i] = f.ReflectValueOf(ctx, value).Addr().Interface()
	}
	return places
}

// insert adds a row; tail says what a conflict does. It returns how many rows it wrote.
func (s *Store) insert(ctx context.Context, row any, tail string) (int64, error) {
	l, err := s.layoutOf(row)
	if err != nil {
		return 0, err
	}
	return s.insertAs(ctx, l, row, tail)
}

// add is insert where a conflict is a failure.
func (s *Store) add(ctx context.Context, row any) error {
	_, err := s.insert(ctx, row, "")
	return err
}

// overwrite inserts a row or replaces the one with the same primary key.
func (s *Store) overwrite(ctx context.Context, row any) error {
	l, err := s.layoutOf(row)
	if err == nil {
		_, err = s.insertAs(ctx, l, row, l.replace)
	}
	return err
}

func (s *Store) insertAs(ctx context.Context, l *layout, row any, tail string) (int64, error) {
	value, args := reflect.ValueOf(row).Elem(), make([]any, len(l.fields))
	for i, f := range l.fields {
		args[i], _ = f.ValueOf(ctx, value)
	}
	return s.exec(ctx, l.inserts+tail, args...)
}

// exec sends a statement with ? for its values to the transaction of ctx, or to the
// writer, and returns how many rows it wrote.
func (s *Store) exec(ctx context.Context, text string, args ...any) (int64, error) {
	pool, ctx, err := s.pool(ctx, s.writer)
	if err != nil {
		return 0, err
	}
	done, err := pool.ExecContext(ctx, s.prepared(text), args...)
	if err != nil {
		return 0, s.known(err)
	}
	return done.RowsAffected()
}

// take reads the one row that tail finds. It looks in the transaction of ctx, or where
// db leads.
func (s *Store) take(ctx context.Context, db *gorm.DB, row any, tail string, args ...any) (found bool, err error) {
	l, err := s.layoutOf(row)
	if err != nil {
		return false, err
	}
	err = s.scan(ctx, db, l.into(ctx, row), l.selects+tail, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// scan reads the first row of an answer; without one it fails with sql.ErrNoRows.
func (s *Store) scan(ctx context.Context, db *gorm.DB, into []any, text string, args ...any) error {
	pool, ctx, err := s.pool(ctx, db)
	if err != nil {
		return err
	}
	return s.known(pool.QueryRowContext(ctx, s.prepared(text), args...).Scan(into...))
}

// pool is where a statement of ctx goes. On SQLite it is not interrupted; see within.
func (s *Store) pool(ctx context.Context, db *gorm.DB) (gorm.ConnPool, context.Context, error) {
	s.statements.Add(1)
	if tx, ok := ctx.Value(txKey{}).(*gorm.DB); ok {
		db = tx
	}
	if s.engine != SQLite {
		return db.Statement.ConnPool, ctx, nil
	}
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	return db.Statement.ConnPool, context.WithoutCancel(ctx), nil
}

// known gives an error of the driver the name gorm has for it.
func (s *Store) known(err error) error {
	if translator, ok := s.writer.Dialector.(gorm.ErrorTranslator); ok && err != nil && !errors.Is(err, sql.ErrNoRows) {
		return translator.Translate(err)
	}
	return err
}

// forUpdate ends a statement whose rows others must wait for. SQLite has one writer, and
// knows no such words.
func (s *Store) forUpdate() string {
	if s.engine == Postgres {
		return " FOR UPDATE"
	}
	return ""
}

// numbered keeps statements as PostgreSQL writes them, by how SQLite does.
var numbered sync.Map

// prepared is a statement as the engine writes it. None of them has a ? in a text.
func (s *Store) prepared(text string) string {
	if s.engine == SQLite {
		return text
	}
	if known, ok := numbered.Load(text); ok {
		return known.(string)
	}
	var b strings.Builder
	for n, part := range strings.Split(text, "?") {
		if n > 0 {
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteString(part)
	}
	numbered.Store(text, b.String())
	return b.String()
}

// find reads the rows that tail finds, in the transaction of ctx or where db leads.
func find[T any](ctx context.Context, s *Store, db *gorm.DB, tail string, args ...any) ([]T, error) {
	var one T
	l, err := s.layoutOf(&one)
	if err != nil {
		return nil, err
	}
	pool, ctx, err := s.pool(ctx, db)
	if err != nil {
		return nil, err
	}
	answer, err := pool.QueryContext(ctx, s.prepared(l.selects+tail), args...)
	if err != nil {
		return nil, s.known(err)
	}
	defer answer.Close()
	var rows []T
	for answer.Next() {
		if err := answer.Scan(l.into(ctx, &one)...); err != nil {
			return nil, err
		}
		rows = append(rows, one)
		one = *new(T)
	}
	return rows, s.known(answer.Err())
}

// some reads rows by their IDs, in no order.
func some[T any](ctx context.Context, s *Store, ids []string) ([]T, error) {
	if len(ids) == 1 {
		return find[T](ctx, s, s.writer, "WHERE id = ?", ids[0])
	}
	var rows []T
	err := s.write(ctx).Where("id IN ?", ids).Find(&rows).Error
	return rows, err
}

// insertAll adds rows; tail says what a conflict does. It returns how many it wrote. SQLite
// takes them one by one as fast as all at once, PostgreSQL would be asked over a network for each.
func insertAll[T any](ctx context.Context, s *Store, rows []T, tail string) (written int64, err error) {
	switch {
	case len(rows) == 0:
		return 0, nil
	case len(rows) == 1:
		return s.insert(ctx, &rows[0], tail)
	case s.engine == Postgres:
		return insertColumns(ctx, s, rows, tail)
	}
	err = s.together(ctx, func(ctx context.Context) error {
		for i := range rows {
			n, err := s.insert(ctx, &rows[i], tail)
			if err != nil {
				return err
			}
			written += n
		}
		return nil
	})
	return written, err
}

// overwriteAll inserts rows or replaces those with the same primary keys.
func overwriteAll[T any](ctx context.Context, s *Store, rows []T) error {
	var one T
	l, err := s.layoutOf(&one)
	if err == nil {
		_, err = insertAll(ctx, s, rows, l.replace)
	}
	return err
}

// saveRows is overwriteAll with the codes of what a person can do something about.
func saveRows[T any](ctx context.Context, s *Store, rows []T) error {
	return translate(overwriteAll(ctx, s, rows))
}
