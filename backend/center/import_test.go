package center

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
	"lianxin/backend/intake/stationfile"
	"lianxin/backend/site"
)

// Rows that are refused are kept before the part they are in is: a stop between the two
// loses none of them, and whoever goes on hears how many there were.
func TestRefusedRowsAreKeptFirst(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		if err := b.SaveSite(t.Context(), site.Site{ID: "miyun-gulou", Station: site.Miyun, District: "110118"}); err != nil {
			t.Fatal(err)
		}
		file := "记录编号,证件号码,姓名,献血编号,献血类型,采血量,献血日期,采血点\n"
		for n := range IntakePart + 2 {
			din := fmt.Sprintf("Z900026%06d", n)
			if n == 7 {
				din = "Z900026000006" // the number of the row before: only the applier knows
			}
			volume := map[bool]int{true: 450, false: 400}[n == 3 || n == IntakePart+1]
			file += fmt.Sprintf("R-%d,110199199002280004,测试甲,%s,全血,%d,2020-01-16,miyun-gulou\n", n, din, volume)
		}
		var heard []int
		before, fails := -1, true
		o := ImportOptions{Station: site.Miyun, Options: stationfile.Options{Format: stationfile.CSV}, By: AtMachine("terminal"), File: "digest",
			Begun:   func(refused int) error { before = refused; return nil },
			Refused: func(row intake.Row, _ []fault.Place) error { heard = append(heard, row.Number-2); return nil },
			Durable: func() error {
				if fails {
					return errors.New("test: the disk is full")
				}
				return nil
			}}
		if _, err := b.Import(t.Context(), strings.NewReader(file), o); err == nil || fmt.Sprint(heard) != "[3 7]" || len(b.entries()) != 0 {
			t.Fatalf("%v, heard %v, %d entries", err, heard, len(b.entries()))
		}
		o.Resume, heard = true, nil
		o.Progress = func(ImportCounts) { fails = true } // no more after the first part
		fails = false
		if n, err := b.Import(t.Context(), strings.NewReader(file), o); err == nil || fmt.Sprint(heard) != fmt.Sprint([]int{3, 7, IntakePart + 1}) || n.Refused != 2 || before != 0 {
			t.Fatalf("%+v, %v, heard %v, %d before", n, err, heard, before)
		}
		o.Progress, fails, heard = nil, false, nil
		n, err := b.Import(t.Context(), strings.NewReader(file), o)
		if err != nil || n != (ImportCounts{Rows: IntakePart + 2, Skipped: IntakePart, Applied: 1, Refused: 1, RefusedBefore: 2}) || before != 2 || len(heard) != 1 {
			t.Errorf("%+v, %v, heard %v, %d before", n, err, heard, before)
		}
		n, err = b.Import(t.Context(), strings.NewReader(file), o)
		if err != nil || n != (ImportCounts{Rows: IntakePart + 2, Skipped: IntakePart + 2, RefusedBefore: 3}) {
			t.Errorf("all of it is read: %+v, %v", n, err)
		}
		o.File, o.DryRun = "another", true
		o.Durable = func() error { t.Error("a dry run keeps rows"); return nil }
		if n, err := b.Import(t.Context(), strings.NewReader(file), o); err != nil || n.Refused != 3 || n.RefusedBefore != 0 {
			t.Errorf("a dry run: %+v, %v", n, err)
		}
	})
}
