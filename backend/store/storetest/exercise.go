// Package storetest holds SQLite and PostgreSQL to one behaviour: Exercise runs
// every method of the store against whatever engine it is given.
//
// The fixtures are made up; nobody is called like that and no number is anybody's.
package storetest

import (
	"database/sql"
	"reflect"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/store"
)

// Subject is a store and the database beneath it, for looking at what was written.
type Subject struct {
	*store.Store
	Raw *sql.DB
}

// conformance is what both engines have to do alike.
var conformance = map[string]func(*testing.T, Subject){
	"visit returns as written":                visitRoundTrip,
	"visit without screening":                 visitDeferred,
	"visit once a day":                        visitOnce,
	"waiting visit locked":                    visitLocked,
	"visit refused inside a transaction":      visitOnceInside,
	"visits of a site":                        visitsAt,
	"visits by the corrected clock":           visitsByCorrectedClock,
	"visit of another device":                 visitForeign,
	"ticket numbers":                          ticketNumbers,
	"self-exclusion apart":                    exclusionApart,
	"gate entries":                            gateEntries,
	"appointments":                            appointments,
	"passes and Beijing's midnight":           passes,
	"donors":                                  donors,
	"donors without a card":                   donorsWithoutCard,
	"donations and deferrals":                 donationsAndDeferrals,
	"results, values apart":                   results,
	"who asked for a result":                  asked,
	"purses that fill up again":               purses,
	"donors who are logged in":                donorSessions,
	"donors to be told in confidence":         cases,
	"slips and certificates":                  papers,
	"records of stations":                     intakeRecords,
	"donors in bulk":                          donorsInBulk,
	"who may be the same person":              alike,
	"pairs and what staff said":               merges,
	"the same person's history":               mergedHistory,
	"sites":                                   sites,
	"packs":                                   packs,
	"publications":                            publications,
	"receipts and reprints":                   receipts,
	"staff calls":                             calls,
	"corrections donors ask for":              corrections,
	"claims":                                  claims,
	"history of claims":                       claimEvents,
	"lists of claims":                         claimLists,
	"claims that look alike":                  claimDoubles,
	"attachments of claims":                   claimFiles,
	"claims by many at once":                  claimsAtOnce,
	"payments":                                payments,
	"payments made by many at once":           paymentsAtOnce,
	"statements in any order":                 statementsInAnyOrder,
	"a batch is let go":                       batchLetGo,
	"payments killed anywhere":                paymentsKilled,
	"points":                                  points,
	"points taken back":                       pointsReversed,
	"points taken by many at once":            pointsAtOnce,
	"points of a donation that was corrected": pointsCorrected,
	"points of many donations at once":        entriesAboutMany,
	"points of who is merged by chance":       pointsMergedByChance,
	"points by chance":                        pointsByChance,
	"points given in batches":                 pointsInBatches,
	"volumes":                                 volumes,
	"volumes that changed meanwhile":          volumesChanged,
	"volumes that lapse":                      volumesLapse,
	"volumes by the calendar":                 volumesByCalendar,
	"volumes of merged donors":                volumesOfMerged,
	"volumes without a limit":                 volumesUnlimited,
	"volumes taken by many at once":           volumesAtOnce,
	"volumes by chance, many at once":         volumesByChance,
	"redemptions":                             redemptions,
	"what people like":                        preferences,
	"who wants suggestions":                   preferenceSwitches,
	"gifts asked for by week":                 requestedByWeek,
	"redemptions of codes":                    redemptionOfCodes,
	"redemptions that lapse or come late":     redemptionsLate,
	"wishes beside a yes":                     wishesBesideAYes,
	"vouchers nobody uses in time":            vouchersExpire,
	"redemptions of merged donors":            redemptionsOfMerged,
	"redemptions by chance, many at once":     redemptionsByChance,
	"a call answered from two sides":          callFromTwoSides,
	"a booking moved while it is used":        bookingMovedMeanwhile,
	"operations in a chain":                   operations,
	"fates":                                   fates,
	"operations opened again":                 reopened,
	"dead letters dealt with":                 settled,
	"feed in order":                           feedOrder,
	"what the center has no more is swept":    swept,
	"changes set aside":                       quarantined,
	"a contradiction is named":                contradicted,
	"feed with writers at once":               feedConcurrent,
	"feed undone":                             feedUndone,
	"ledger":                                  ledger,
	"parked operations":                       parked,
	"refused after it was parked":             refusedLater,
	"fates told late":                         late,
	"operations that fail":                    failing,
	"a job for all instances":                 jobs,
	"past places in the feed":                 pastNotices,
	"donors in parts":                         donorsInParts,
	"a check-in becomes a duplicate":          duplicates,
	"devices":                                 devices,
	"device locked":                           deviceLocked,
	"how devices are":                         conditions,
	"refused of a device":                     refusals,
	"logins that go on":                       openSessions,
	"audit log searched":                      auditSearched,
	"enrolments":                              enrolments,
	"enrolment claimed by two":                enrolmentClaimedByTwo,
	"signing keys":                            signingKeys,
	"token used once":                         tokens,
	"settings":                                settings,
	"audit log":                               auditLog,
	"audit log with writers at once":          auditConcurrent,
	"a failed part leaves no trace":           partUndone,
	"a failed whole leaves no trace":          wholeUndone,
	"thousands of parts":                      manyParts,
	"a transaction whose caller has gone":     cancelled,
	"a part that cannot be undone":            partLost,
	"a reader does not see the unfinished":    isolation,
	"a demo is wiped":                         wiped,
	"engine and schema are named":             named,
	"instants keep microseconds and no zone":  instants,
	"an envelope opens only in its own place": placed,
}

// Exercise runs the conformance suite. open returns an empty store of the engine
// and closes it when the test ends.
func Exercise(t *testing.T, open func(t *testing.T) Subject) {
	for name, test := range conformance {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // most of it is waiting for a disk, and each has a store of its own
			test(t, open(t))
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// got returns the value of a call that must not fail.
func got[T any](value T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return value
	}
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %+v, want %+v", what, got, want)
	}
}

func refused(t testing.TB, what string, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}
