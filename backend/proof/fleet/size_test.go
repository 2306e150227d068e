package fleet

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lianxin/backend/center"
	"lianxin/backend/consent"
	"lianxin/backend/outbox"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/sync"
	"lianxin/backend/token"
	"lianxin/backend/visit"
)

// What one visit takes at the center, with an answer to every question of the form
// that is built in and a signature of five seconds. docs/scaling.md reckons with it.
func TestWhatAVisitTakes(t *testing.T) {
	const visits, least, most = 500, 5500, 9000 // bytes; beyond them the reckoning is out of date
	for engine, database := range map[string]string{"sqlite": "", "postgres": pgtest.Database(t)} {
		t.Run(engine, func(t *testing.T) {
			at := Installation{Data: t.TempDir(), Database: database, URL: "http://localhost:1"}
			c, err := center.Open(t.Context(), at.Config())
			must(t, err)
			must(t, SaveSite(t.Context(), c, "test-site-0"))
			d, err := Enrol(t.Context(), c, "kiosk", "test-site-0")
			must(t, err)
			answers, err := Answers()
			must(t, err)
			s := filled{t: t, Device: d, Center: c, answers: answers}
			s.push(visits)
			before, _ := s.size(at)
			s.push(visits)
			after, tables := s.size(at)
			each := (after - before) / visits
			t.Logf("%-8s %5d bytes a visit; sent as %d", engine, each, s.sent/(2*visits))
			for _, line := range tables {
				t.Log("        ", line)
			}
			if each > most || each < least {
				t.Errorf("a visit takes %d bytes", each)
			}
			must(t, c.Close())
		})
	}
}

// filled is a device whose visits have all their answers.
type filled struct {
	t *testing.T
	*Device
	*center.Center
	answers json.RawMessage
	people  int
	sent    int64
}

func (s *filled) push(visits int) {
	s.t.Helper()
	for range visits / 50 {
		var ops []outbox.Operation
		for range 50 {
			v := s.visit()
			op, err := s.Record(outbox.VisitCheckedIn, v.At, v)
			must(s.t, err)
			s.sent += int64(len(op.Payload))
			ops = append(ops, op)
		}
		out, err := s.receive(ops)
		must(s.t, err)
		if len(out.Answers) != len(ops) || out.Answers[0].Fate != outbox.Applied {
			s.t.Fatalf("%d answers: %+v", len(out.Answers), out.Answers)
		}
	}
}

// receive hands operations to the center as a signed push would.
func (s *filled) receive(ops []outbox.Operation) (sync.PushResponse, error) {
	in := s.Batch(ops...)
	body, err := json.Marshal(in)
	if err != nil {
		return sync.PushResponse{}, err
	}
	signature := token.SignBatch(s.Key, token.Batch{Device: s.ID, Seq: in.FirstSeq(), Body: body})
	return s.Center.Push(s.t.Context(), s.ID, signature, body, in)
}

func (s *filled) visit() visit.Visit {
	s.people++
	v := s.VisitOf(s.people, time.Now())
	stroke := make(consent.Stroke, 300) // 60 points a second
	for i := range stroke {
		stroke[i] = consent.Point{X: 1000 + i*13%7919, Y: 4000 + i*17%3001, T: i * 16}
	}
	v.Screening.Answers, v.Screening.Consent.Strokes = s.answers, []consent.Stroke{stroke}
	return v
}

// size is what the database takes, and of PostgreSQL each table with its indexes.
func (s *filled) size(at Installation) (bytes int64, tables []string) {
	s.t.Helper()
	if at.Database == "" {
		whole := filepath.Join(s.t.TempDir(), "whole.db") // without what waits in the write-ahead log
		must(s.t, s.Store().Backup(s.t.Context(), whole))
		info, err := os.Stat(whole)
		must(s.t, err)
		return info.Size(), nil
	}
	pgtest.Exec(s.t, at.Database, "CHECKPOINT")
	connection, err := pgx.Connect(s.t.Context(), at.Database)
	must(s.t, err)
	defer connection.Close(context.WithoutCancel(s.t.Context()))
	must(s.t, connection.QueryRow(s.t.Context(), "SELECT pg_database_size(current_database())").Scan(&bytes))
	rows, err := connection.Query(s.t.Context(), `SELECT relname || ': ' || pg_total_relation_size(oid) / 1024 || ' KiB' FROM pg_class
		WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_total_relation_size(oid) > 100000 ORDER BY pg_total_relation_size(oid) DESC`)
	must(s.t, err)
	tables, err = pgx.CollectRows(rows, pgx.RowTo[string])
	must(s.t, err)
	return bytes, tables
}
