package center

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// upkeepMetrics tells how the work stands that one instance does for all, and what
// waits for an operator, out of the database: every instance says the same.
type upkeepMetrics struct{ center *Center }

var (
	descGateFinished = prometheus.NewDesc("lianxin_gate_refresh_finished_timestamp_seconds", "When the gate list was last computed anew to the end; 0 while it is.", nil, nil)
	descGateDonors   = prometheus.NewDesc("lianxin_gate_refresh_donors", "Donors the last refresh of the gate list looked at.", nil, nil)
	descGateChanged  = prometheus.NewDesc("lianxin_gate_refresh_changed", "Entries the last refresh of the gate list changed.", nil, nil)
	descParked       = prometheus.NewDesc("lianxin_parked_operations", "Operations kept whole until they can be applied; code is empty for those of newer devices.", []string{"code"}, nil)
	descRefused      = prometheus.NewDesc("lianxin_parked_operations_refused", "Operations that were parked and refused when their turn came, kept until somebody has dealt with them.", nil, nil)
)

// Describe implements prometheus.Collector.
func (upkeepMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descGateFinished, descGateDonors, descGateChanged, descParked, descRefused} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (u upkeepMetrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	job, err := u.center.store.Job(ctx, gateJob)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(descGateFinished, err)
		return
	}
	finished := 0.0
	if !job.FinishedAt.IsZero() {
		finished = float64(job.FinishedAt.Unix())
	}
	ch <- prometheus.MustNewConstMetric(descGateFinished, prometheus.GaugeValue, finished)
	ch <- prometheus.MustNewConstMetric(descGateDonors, prometheus.GaugeValue, float64(job.Seen))
	ch <- prometheus.MustNewConstMetric(descGateChanged, prometheus.GaugeValue, float64(job.Changed))
	parked, err := u.center.store.CountParked(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(descParked, err)
		return
	}
	for code, n := range parked {
		ch <- prometheus.MustNewConstMetric(descParked, prometheus.GaugeValue, float64(n), code)
	}
	refused, err := u.center.store.CountRefused(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(descRefused, err)
		return
	}
	ch <- prometheus.MustNewConstMetric(descRefused, prometheus.GaugeValue, float64(refused))
}
