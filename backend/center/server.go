package center

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"lianxin/backend/api"
)

// Handler serves the API, the metrics and the center's pages.
func (c *Center) Handler() http.Handler {
	mux := http.NewServeMux()
	metrics := newMetrics(c)
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics.registry, promhttp.HandlerOpts{}))
	handler := api.NewCenter(mux, api.CenterServices{Guard: c, Health: c, Enrolments: c, Tokens: c, Sync: c,
		Sites: c.store, Visits: c, Devices: c, Staff: c, StaffCalls: c})
	c.pages(mux)
	return c.logged(metrics, handler)
}

// metrics counts without naming anybody.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	running  prometheus.Gauge
}

func newMetrics(c *Center) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "lianxin_http_request_seconds",
			Help: "Time to answer, by route and status.", Buckets: []float64{.001, .005, .02, .1, .5, 2, 10, 30}},
			[]string{"route", "status"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{Name: "lianxin_http_requests_running",
			Help: "Requests that are being answered, waiting pulls among them."})}
	m.registry.MustRegister(m.requests, m.running, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), deviceMetrics{c}, callMetrics{c})
	return m
}

// deviceMetrics tells of the fleet when it is asked.
type deviceMetrics struct{ center *Center }

var (
	descPending = prometheus.NewDesc("lianxin_device_pending_operations", "Operations devices said are waiting.", []string{"site"}, nil)
	descDead    = prometheus.NewDesc("lianxin_device_dead_letters", "Refused operations devices said they hold.", []string{"site"}, nil)
	descSilent  = prometheus.NewDesc("lianxin_device_silence_seconds", "Time since the device was last heard.", []string{"site", "device"}, nil)
)

// Describe implements prometheus.Collector.
func (deviceMetrics) Describe(ch chan<- *prometheus.Desc) {
	ch <- descPending
	ch <- descDead
	ch <- descSilent
}

// Collect implements prometheus.Collector.
func (d deviceMetrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	all, err := d.center.store.Devices(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(descPending, err)
		return
	}
	pending, dead := map[string]int64{}, map[string]int64{}
	for _, x := range all {
		pending[x.SiteID] += x.Pending
		dead[x.SiteID] += x.Dead
		if !x.LastSeen.IsZero() {
			ch <- prometheus.MustNewConstMetric(descSilent, prometheus.GaugeValue,
				d.center.config.Now().Sub(x.LastSeen).Seconds(), x.SiteID, x.ID)
		}
	}
	for site, n := range pending {
		ch <- prometheus.MustNewConstMetric(descPending, prometheus.GaugeValue, float64(n), site)
		ch <- prometheus.MustNewConstMetric(descDead, prometheus.GaugeValue, float64(dead[site]), site)
	}
}

// statusWriter remembers the status for log and metrics.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap serves http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// logged writes one line for each request: the route as it is registered, never
// the address with its ids, and nothing of the body.
func (c *Center) logged(m *metrics, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		m.running.Inc()
		out := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			took := time.Since(began)
			m.running.Dec()
			m.requests.WithLabelValues(r.Pattern, strconv.Itoa(out.status)).Observe(took.Seconds())
			c.config.Log.Info("request", "route", r.Pattern, "status", out.status, "took_ms", took.Milliseconds())
		}()
		next.ServeHTTP(out, r)
	})
}

// stopTime bounds how long running requests may take when the center stops.
const stopTime = 15 * time.Second

// Serve answers on the listener until ctx ends, then sends away who only waits
// and lets the others finish.
func (c *Center) Serve(ctx context.Context, listener net.Listener) error {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	server := &http.Server{Handler: c.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second,
		WriteTimeout: 90 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return running }}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	go c.tidy(running)
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	c.stop()
	stopping, cancel := context.WithTimeout(running, stopTime)
	defer cancel()
	if err := server.Shutdown(stopping); err != nil {
		return errors.Join(fmt.Errorf("stop: %w", err), server.Close())
	}
	return nil
}

// tidyEvery is how often what has expired is forgotten.
const tidyEvery = 10 * time.Minute

func (c *Center) tidy(ctx context.Context) {
	ticker := time.NewTicker(tidyEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			long := c.config.Now().Add(-time.Hour)
			if err := errors.Join(c.store.ForgetTokens(ctx, long), c.store.ForgetSessions(ctx, long)); err != nil && ctx.Err() == nil {
				c.config.Log.Error("forgetting used tokens and past logins", "error", err)
			}
		case <-ctx.Done():
			return
		}
	}
}
