package store_test

import (
	"flag"
	"testing"
	"time"

	"lianxin/backend/store/storetest"
)

var (
	pointOperations = flag.Int("points", 1000, "random operations on the ledger of points")
	pointSeed       = flag.Uint64("points-seed", uint64(time.Now().UnixNano()), "of these operations")
)

// Whatever happens in whatever order, the ledger adds up and everybody has what a
// simple sum says; millions of operations with -args -points 10000000.
func TestPointsInTheLongRun(t *testing.T) {
	began := time.Now()
	storetest.Points(t, openSQLite(t), *pointSeed, *pointOperations)
	storetest.PointsMerged(t, openSQLite(t), *pointSeed, *pointOperations/100)
	t.Logf("seed %d, %d operations, %.0f in a second", *pointSeed, *pointOperations, float64(*pointOperations)/time.Since(began).Seconds())
}
