package center

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics serves /metrics for Prometheus. It is apart from Handler: how busy a site
// is and how long a kiosk has been silent are nobody's business on the network.
func (c *Center) Metrics() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(c.metrics.registry, promhttp.HandlerOpts{}))
	return mux
}

// ServeMetrics answers Prometheus on a listener of its own until ctx ends.
func (c *Center) ServeMetrics(ctx context.Context, listener net.Listener) error {
	server := &http.Server{Handler: c.Metrics(), ReadHeaderTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })() // nobody waits for figures of a center that stops
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve metrics: %w", err)
	}
	return nil
}

// metrics counts without naming anybody.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	running  prometheus.Gauge
	leftOut  *prometheus.CounterVec
	messages *prometheus.CounterVec
}

func newMetrics(c *Center) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "lianxin_http_request_seconds",
			Help: "Time to answer, by route and status.", Buckets: []float64{.001, .005, .02, .1, .5, 2, 10, 30}},
			[]string{"route", "status"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{Name: "lianxin_http_requests_running",
			Help: "Requests that are being answered, waiting pulls among them."}),
		leftOut: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "lianxin_feed_left_out_total",
			Help: "Times something could not be read and was left out of the answer to a pull."}, []string{"noun"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "lianxin_text_messages_total",
			Help: "Text messages handed to the driver, and those it did not take."}, []string{"outcome"})}
	statements := prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "lianxin_database_statements_total",
		Help: "Statements this instance sent to the database."}, func() float64 { return float64(c.store.Statements()) })
	commits := prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "lianxin_database_group_commits_total",
		Help: "Commits of SQLite; several changes that came at once share one."}, func() float64 { return float64(c.store.Commits()) })
	clock := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "lianxin_clock_off_seconds",
		Help: "How far this machine's clock is from the time the center goes by; 0 while the clock is followed."}, c.clockOff)
	m.registry.MustRegister(m.requests, m.running, m.leftOut, m.messages, statements, commits, clock, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), deviceMetrics{c}, callMetrics{c}, counselMetrics{c}, upkeepMetrics{c})
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
