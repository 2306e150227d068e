package center

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"lianxin/backend/counsel"
)

// counselMetrics counts who is to be told in confidence, when it is asked: numbers
// only, by site.
type counselMetrics struct{ center *Center }

var (
	descCases = prometheus.NewDesc("lianxin_counsel_cases_open", "Donors who are to be told of a result in confidence, by site and status.", []string{"site", "status"}, nil)
	descLate  = prometheus.NewDesc("lianxin_counsel_cases_late", "Of these, those over a limit, by site and limit.", []string{"site", "limit"}, nil)
)

// Describe implements prometheus.Collector.
func (counselMetrics) Describe(ch chan<- *prometheus.Desc) {
	ch <- descCases
	ch <- descLate
}

// Collect implements prometheus.Collector.
func (m counselMetrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	limits, err := m.center.counselLimits()
	if err != nil {
		ch <- prometheus.NewInvalidMetric(descLate, err)
		return
	}
	open, late := map[[2]string]int{}, map[[2]string]int{}
	for after := ""; ; {
		some, err := m.center.store.Cases(ctx, nil, false, after, casesShown)
		if err != nil {
			ch <- prometheus.NewInvalidMetric(descCases, err)
			return
		}
		if len(some) == 0 {
			break
		}
		for _, one := range some {
			open[[2]string{one.SiteID, string(one.Status)}]++
			if over := limits.LateAt(one, m.center.config.Now()); over != counsel.OnTime {
				late[[2]string{one.SiteID, string(over)}]++
			}
		}
		after = some[len(some)-1].ID
	}
	for at, n := range open {
		ch <- prometheus.MustNewConstMetric(descCases, prometheus.GaugeValue, float64(n), at[0], at[1])
	}
	for at, n := range late {
		ch <- prometheus.MustNewConstMetric(descLate, prometheus.GaugeValue, float64(n), at[0], at[1])
	}
}
