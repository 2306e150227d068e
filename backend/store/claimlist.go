package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// ClaimQuery says which claims to list; what is left out narrows nothing.
type ClaimQuery struct {
	Districts   []string // nil: all
	Statuses    []claim.Status
	Channel     claim.Channel
	ReviewerID  string
	Number      string        // the whole of it, or how it begins
	Marks       []claim.Mark  // any of them; nil narrows nothing, none at all finds nothing
	From, Until calendar.Date // days in Beijing on which they were filed
	Newest      bool          // newest first, else the longest where they are first
	After       string        // cursor of the page before
	Limit       int
}

// ListClaims returns a page of claims and the cursor of the next; "" after the last.
// Fault "claim.cursor" for one that is none.
func (s *Store) ListClaims(ctx context.Context, q ClaimQuery) (page []claim.Claim, next string, err error) {
	query, err := s.claimsWhere(ctx, q)
	if err != nil {
		return nil, "", err
	}
	order := "entered_at, id"
	if q.Newest {
		order = "created_at DESC, id DESC"
	}
	var rows []claimRow
	if err := query.Order(order).Limit(q.Limit + 1).Find(&rows).Error; err != nil {
		return nil, "", translate(fmt.Errorf("list claims: %w", err))
	}
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		next = claimCursor(rows[q.Limit-1], q.Newest)
	}
	page, err = s.claimsFrom(rows)
	return page, next, err
}

func (s *Store) claimsFrom(rows []claimRow) ([]claim.Claim, error) {
	claims := make([]claim.Claim, len(rows))
	for i, row := range rows {
		var err error
		if claims[i], err = s.claimFrom(row); err != nil {
			return nil, err
		}
	}
	return claims, nil
}

func claimCursor(last claimRow, newest bool) string {
	at := last.EnteredAt
	if newest {
		at = last.CreatedAt
	}
	return fmt.Sprintf("%d %s", at.UnixMicro(), last.ID)
}

func (s *Store) claimsWhere(ctx context.Context, q ClaimQuery) (*gorm.DB, error) {
	query := s.read(ctx)
	for _, part := range []struct {
		is    bool
		where string
		value any
	}{
		{q.Districts != nil, "district IN ?", q.Districts},
		{len(q.Statuses) > 0, s.statusWhere(!q.From.IsZero() || !q.Until.IsZero()), q.Statuses},
		{q.Channel != "", "channel = ?", q.Channel},
		{q.ReviewerID != "", "reviewer_id = ?", q.ReviewerID},
		{!q.From.IsZero(), "created_at >= ?", Instant{midnightOf(q.From)}},
		{!q.Until.IsZero(), "created_at < ?", Instant{midnightOf(q.Until.AddDays(1))}},
		{q.Marks != nil, "id IN (?)", s.read(ctx).Model(&claimMarkRow{}).Select("claim_id").Where("mark IN ?", s.claimMarks(q.Marks))},
	} {
		if part.is {
			query = query.Where(part.where, part.value)
		}
	}
	if q.Number != "" {
		query = query.Where("number >= ? AND number < ?", q.Number, q.Number+"~")
	}
	return afterClaim(query, q)
}

// statusWhere narrows a list by status. SQLite takes an index that begins with what is equal
// before one that begins with a range: where days are given as well, and nearly all there are
// have that status, it would sort all of them. The sign keeps it from that.
func (s *Store) statusWhere(hasDays bool) string {
	if hasDays && s.engine == SQLite {
		return "+status IN ?"
	}
	return "status IN ?"
}

func midnightOf(day calendar.Date) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, calendar.Beijing)
}

func afterClaim(query *gorm.DB, q ClaimQuery) (*gorm.DB, error) {
	if q.After == "" {
		return query, nil
	}
	var at int64
	var id string
	if n, err := fmt.Sscanf(q.After, "%d %s", &at, &id); err != nil || n != 2 || strings.ContainsRune(id, 0) {
		return nil, fault.New(fault.Invalid, "claim.cursor")
	}
	if q.Newest {
		return query.Where("(created_at < ? OR created_at = ? AND id < ?)", at, at, id), nil
	}
	return query.Where("(entered_at > ? OR entered_at = ? AND id > ?)", at, at, id), nil
}

// ClaimsSharing lists up to limit claims that share marks with one, those that share most first.
func (s *Store) ClaimsSharing(ctx context.Context, marks []claim.Mark, exceptID string, limit int) ([]claim.Claim, error) {
	if len(marks) == 0 {
		return nil, nil
	}
	var ids []string
	err := s.read(ctx).Model(&claimMarkRow{}).Where("mark IN ? AND claim_id <> ?", s.claimMarks(marks), exceptID).
		Group("claim_id").Order("COUNT(*) DESC, claim_id").Limit(limit).Pluck("claim_id", &ids).Error
	if err != nil {
		return nil, translate(fmt.Errorf("claims that share marks: %w", err))
	}
	var rows []claimRow
	if err := s.read(ctx).Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("claims that share marks: %w", err))
	}
	slices.SortFunc(rows, func(a, b claimRow) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return s.claimsFrom(rows)
}

// ClaimsHolding lists all claims with one of these marks that are on their way to be paid,
// or were.
func (s *Store) ClaimsHolding(ctx context.Context, marks []claim.Mark) ([]claim.Claim, error) {
	if len(marks) == 0 {
		return nil, nil
	}
	var rows []claimRow
	sharing := s.read(ctx).Model(&claimMarkRow{}).Select("claim_id").Where("mark IN ?", s.claimMarks(marks))
	if err := s.read(ctx).Where("id IN (?) AND status IN ?", sharing, claim.HoldingStatuses()).Order("id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("claims that hold: %w", err))
	}
	claims, err := s.claimsFrom(rows)
	return slices.DeleteFunc(claims, func(c claim.Claim) bool { return !c.Holds() }), err
}

// ClaimCount is how many claims are in a status, and how many of them have been for longer than they may.
type ClaimCount struct {
	Status claim.Status
	Count  int
	Late   int
}

// CountClaims counts claims of some districts (nil: of all) by status, for the statuses a
// moment is given for. Those that came into theirs before it are late. Most claims are
// settled: counting those too would take longer than everything else.
func (s *Store) CountClaims(ctx context.Context, districts []string, lateBefore map[claim.Status]time.Time) ([]ClaimCount, error) {
	late, args, statuses := "0", []any{}, []claim.Status{}
	for status, moment := range lateBefore {
		statuses = append(statuses, status)
		late += " + (CASE WHEN status = ? AND entered_at < ? THEN 1 ELSE 0 END)"
		args = append(args, status, Instant{moment})
	}
	query := s.read(ctx).Model(&claimRow{}).Select("status, COUNT(*) AS count, SUM("+late+") AS late", args...).Where("status IN ?", statuses)
	if districts != nil {
		query = query.Where("district IN ?", districts)
	}
	counts := []ClaimCount{}
	if err := query.Group("status").Order("status").Scan(&counts).Error; err != nil {
		return nil, translate(fmt.Errorf("count claims: %w", err))
	}
	return counts, nil
}
