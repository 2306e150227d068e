package center

import (
	"cmp"
	"context"
	"errors"
	"io"
	"runtime/debug"
	"slices"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
	"lianxin/backend/intake/stationfile"
	"lianxin/backend/site"
)

// ImportOptions say what to read and how.
type ImportOptions struct {
	Station site.StationID
	stationfile.Options
	By     Bringer
	DryRun bool // say what would become of every row, change nothing
	// File is a hash of the file; what was taken in of it is noted under it.
	File string
	// Resume goes on after the rows of the same file that were taken in before.
	Resume bool
	// Begun hears first how many rows were refused before of a file that is gone on with; it may be nil.
	Begun func(refused int) error
	// Refused hears of every row that is not taken in and why, before its part is committed.
	Refused func(row intake.Row, places []fault.Place) error
	// Durable returns when all that Refused heard will be there after a stop: only then is a
	// part committed, whose rows are not read again. It may be nil, and is not asked in a dry run.
	Durable func() error
	// Progress hears of the counts after each part; it may be nil.
	Progress func(ImportCounts)
}

// ImportCounts are the fates of rows.
type ImportCounts struct {
	Rows, Skipped, Applied, Already, Corrected, Refused int
	RefusedBefore                                       int // of those that are skipped
}

// importDone notes how far a file of a station was taken in.
type importDone struct {
	File    string
	Rows    int
	Refused int // of these
}

// refusal is a row that is not taken in.
type refusal struct {
	of     int // its place among the rows of its part
	places []fault.Place
}

// importGarbage is how much garbage may lie beside what is in use, in percent.
const importGarbage = 400

func importSetting(station site.StationID) string { return "intake.import." + string(station) }

// importer takes one file in.
type importer struct {
	*Center
	ImportOptions
	check   intake.Checker
	rows    []intake.Row
	records []intake.Record
	of      []int // for each record its row in rows
	counts  ImportCounts
	counted int // rows that were taken in when the database last looked at its tables
}

// Import takes the rows of a file in, part by part, each part in a transaction. What
// was taken in stays when it ends early, and is recognised when the file is read
// again. Faults: those of stationfile.Read, "station.not_found".
func (c *Center) Import(ctx context.Context, file io.Reader, o ImportOptions) (ImportCounts, error) {
	if _, ok := site.FindStation(o.Station); !ok {
		return ImportCounts{}, fault.New(fault.NotFound, "station.not_found")
	}
	checker, err := c.IntakeChecker(ctx, o.Station)
	if err != nil {
		return ImportCounts{}, err
	}
	// A part leaves much behind and little stays: seldom collected it is done in a fifth less time.
	defer debug.SetGCPercent(debug.SetGCPercent(importGarbage))
	i := &importer{Center: c, ImportOptions: o, check: checker}
	done, err := i.doneBefore(ctx)
	if err != nil {
		return ImportCounts{}, err
	}
	if i.counts.RefusedBefore = done.Refused; o.Begun != nil {
		if err := o.Begun(done.Refused); err != nil {
			return ImportCounts{}, err
		}
	}
	err = c.store.InBulk(ctx, func() error { return i.read(ctx, file, done.Rows) })
	return i.counts, err
}

// read takes the rows of a file in but for the first ones.
func (i *importer) read(ctx context.Context, file io.Reader, skip int) error {
	for row, err := range stationfile.Read(file, i.Options) {
		if err != nil {
			return errors.Join(err, i.part(ctx))
		}
		if i.counts.Rows++; i.counts.Rows <= skip {
			i.counts.Skipped++
			continue
		}
		if i.rows = append(i.rows, row); len(i.rows) == IntakePart {
			if err := i.part(ctx); err != nil {
				return err
			}
		}
	}
	return i.part(ctx)
}

// doneBefore is how far the file was read before, if that matters.
func (i *importer) doneBefore(ctx context.Context) (importDone, error) {
	var done importDone
	if !i.Resume {
		return done, nil
	}
	_, err := i.store.Setting(ctx, importSetting(i.Station), &done)
	if err != nil || done.File != i.File {
		return importDone{}, err
	}
	return done, nil
}

// errDryRun undoes a part that was only tried.
var errDryRun = errors.New("tried only")

// part takes in the rows that were gathered.
func (i *importer) part(ctx context.Context) error {
	if len(i.rows) == 0 {
		return ctx.Err()
	}
	refused := i.checked()
	outcomes, err := i.TakeIn(ctx, i.Station, i.records, i.By, func(ctx context.Context, outcomes []intake.Outcome) error {
		for n, o := range outcomes {
			if o.Fate == intake.Refused {
				refused = append(refused, refusal{i.of[n], i.rows[i.of[n]].Places(o)})
			}
		}
		return i.settle(ctx, refused)
	})
	if err != nil && !errors.Is(err, errDryRun) {
		return err
	}
	i.counts.Refused += len(refused)
	for _, o := range outcomes {
		i.count(o.Fate)
	}
	i.rows = i.rows[:0]
	if taken := i.counts.Rows - i.counts.Skipped; taken >= 4*i.counted {
		if err := i.store.Count(ctx); err != nil {
			return err
		}
		i.counted = taken
	}
	if i.Progress != nil {
		i.Progress(i.counts)
	}
	return ctx.Err()
}

// checked makes records of the rows that were gathered, and returns those it refuses.
func (i *importer) checked() []refusal {
	var refused []refusal
	i.records, i.of = i.records[:0], i.of[:0]
	for n, row := range i.rows {
		record, err := i.check.Check(row)
		if err != nil {
			refused = append(refused, refusal{n, fault.From(err).Places})
			continue
		}
		i.records, i.of = append(i.records, record), append(i.of, n)
	}
	return refused
}

// settle is the last thing of a part before it is committed: who keeps the rows it refuses
// has them for certain, and how far the file was read is noted.
func (i *importer) settle(ctx context.Context, refused []refusal) error {
	slices.SortFunc(refused, func(a, b refusal) int { return cmp.Compare(a.of, b.of) })
	for _, r := range refused {
		if err := i.Refused(i.rows[r.of], r.places); err != nil {
			return err
		}
	}
	if i.DryRun {
		return errDryRun
	}
	if i.Durable != nil {
		if err := i.Durable(); err != nil {
			return err
		}
	}
	done := importDone{i.File, i.counts.Rows, i.counts.RefusedBefore + i.counts.Refused + len(refused)}
	return i.store.SaveSetting(ctx, importSetting(i.Station), done)
}

func (i *importer) count(fate intake.Fate) {
	switch fate {
	case intake.Applied:
		i.counts.Applied++
	case intake.AlreadyApplied:
		i.counts.Already++
	case intake.Corrected:
		i.counts.Corrected++
	}
}
