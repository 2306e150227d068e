package center

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"lianxin/backend/store"
)

// upkeepMetrics tells how the work stands that one instance does for all, and what
// waits for an operator, out of the database: every instance says the same.
type upkeepMetrics struct{ center *Center }

var (
	descGateFinished = prometheus.NewDesc("lianxin_gate_refresh_finished_timestamp_seconds", "When the gate list was last computed anew to the end; 0 while it is.", nil, nil)
	descGateDonors   = prometheus.NewDesc("lianxin_gate_refresh_donors", "Donors the last refresh of the gate list looked at.", nil, nil)
	descGateChanged  = prometheus.NewDesc("lianxin_gate_refresh_changed", "Entries the last refresh of the gate list changed.", nil, nil)
	descPointJob     = prometheus.NewDesc("lianxin_point_job_finished_timestamp_seconds", "When a daily job on points and vouchers last came to its end, by job; 0 before the first time.", []string{"job"}, nil)
	descPointJobDone = prometheus.NewDesc("lianxin_point_job_changed", "Birthdays that gave points, accounts of which points that are over were booked, or owners of vouchers who were reminded, in the last run.", []string{"job"}, nil)
	descParked       = prometheus.NewDesc("lianxin_parked_operations", "Operations kept whole until they can be applied; code is empty for those of newer devices.", []string{"code"}, nil)
	descRefused      = prometheus.NewDesc("lianxin_parked_operations_refused", "Operations that were parked and refused when their turn came, kept until somebody has dealt with them.", nil, nil)
)

// Describe implements prometheus.Collector.
func (upkeepMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descGateFinished, descGateDonors, descGateChanged, descPointJob, descPointJobDone, descParked, descRefused} {
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
	ch <- prometheus.MustNewConstMetric(descGateFinished, prometheus.GaugeValue, finishedAt(job))
	ch <- prometheus.MustNewConstMetric(descGateDonors, prometheus.GaugeValue, float64(job.Seen))
	ch <- prometheus.MustNewConstMetric(descGateChanged, prometheus.GaugeValue, float64(job.Changed))
	for name, label := range map[string]string{birthdayJob: "birthday", expiryJob: "expiry", reminderJob: "reminder"} {
		if job, err = u.center.store.Job(ctx, name); err != nil {
			ch <- prometheus.NewInvalidMetric(descPointJob, err)
			return
		}
		ch <- prometheus.MustNewConstMetric(descPointJob, prometheus.GaugeValue, finishedAt(job), label)
		ch <- prometheus.MustNewConstMetric(descPointJobDone, prometheus.GaugeValue, float64(job.Changed), label)
	}
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

func finishedAt(job store.Job) float64 {
	if job.FinishedAt.IsZero() {
		return 0
	}
	return float64(job.FinishedAt.Unix())
}
