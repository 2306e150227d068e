package store

import (
	"context"
	"fmt"
	"strings"
)

// contradictions are questions to which nothing must be an answer: stock against
// redemptions, codes against redemptions, points held against redemptions.
var contradictions = []struct{ what, query string }{
	{"a stock holds what its redemptions do not", `SELECT COUNT(*) FROM (SELECT s.gift_id, s.site_id FROM gift_stock s LEFT JOIN
		(SELECT gift_id, site_id, SUM(CASE WHEN status IN ('held','confirmed') THEN 1 ELSE 0 END) AS held,
			SUM(CASE WHEN status = 'picked_up' THEN 1 ELSE 0 END) AS handed FROM redemptions GROUP BY gift_id, site_id) AS r
		ON r.gift_id = s.gift_id AND r.site_id = s.site_id
		WHERE s.held <> COALESCE(r.held, 0) OR s.handed <> COALESCE(r.handed, 0)) AS astray`},
	{"a redemption of codes has none, or another has one", `SELECT COUNT(*) FROM (SELECT r.id FROM redemptions r LEFT JOIN gift_codes c ON c.redemption_id = r.id
		WHERE (r.codes = 1 AND r.status IN ('held','confirmed','picked_up')) <> (c.id IS NOT NULL)) AS astray`},
	{"codes are more or fewer than the stock of them", `SELECT COUNT(*) FROM (SELECT s.gift_id FROM gift_stock s JOIN
		(SELECT gift_id, COUNT(*) AS loaded, SUM(CASE WHEN redemption_id IS NULL THEN 1 ELSE 0 END) AS free FROM gift_codes GROUP BY gift_id) AS c
		ON c.gift_id = s.gift_id WHERE s.site_id = '' AND (s.loaded <> c.loaded OR s.remaining <> c.free)) AS astray`},
	{"points are held for no hold, or not for one", `SELECT COUNT(*) FROM (SELECT r.id FROM redemptions r LEFT JOIN
		(SELECT account, SUM(amount) AS points FROM point_lots WHERE account LIKE 'held/%' GROUP BY account) AS l ON l.account = 'held/' || r.id
		WHERE COALESCE(l.points, 0) <> CASE WHEN r.status = 'held' THEN r.points ELSE 0 END) AS astray`},
}

// RedemptionSums counts redemptions and says what of them, stock, codes and points does
// not fit together; "" for nothing.
func (s *Store) RedemptionSums(ctx context.Context) (astray string, count int64, err error) {
	var wrong []string
	for _, c := range contradictions {
		var n int64
		if err := s.read(ctx).Raw(c.query).Scan(&n).Error; err != nil {
			return "", 0, translate(fmt.Errorf("check redemptions: %w", err))
		}
		if n > 0 {
			wrong = append(wrong, fmt.Sprintf("%s (%d)", c.what, n))
		}
	}
	err = s.read(ctx).Model(&redemptionRow{}).Count(&count).Error
	return strings.Join(wrong, "; "), count, translate(err)
}
