package center

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"lianxin/backend/api"
)

// Handler serves the API and the center's pages.
func (c *Center) Handler() http.Handler {
	mux := http.NewServeMux()
	handler := api.NewCenter(mux, api.CenterServices{Guard: c, Health: c, Enrolments: c, Tokens: c, Sync: c, Accounts: c, Redemptions: c, Results: c, Papers: c, Counsel: c, Intake: c,
		Sites: c.store, Visits: c, Devices: c, Staff: c, Members: c, Audit: c, SiteDesk: c, Packs: c, Drafts: c, StaffCalls: c, Demand: c, Corrections: c, Merges: c, Reception: c, Claims: c, Payouts: c, Relief: c, Hospitals: c, HospitalRegister: c, Settlements: c, DonorLogins: c})
	c.pages(mux)
	mux.HandleFunc("POST "+WeChatCallback, c.answerWeChat)
	return c.logged(c.admission.door(handler))
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
// the address with its ids, and nothing of the body. The name of the request, made
// up for it, stands in the line, in the answer and in what else is logged of it.
func (c *Center) logged(next http.Handler) http.Handler {
	m := c.metrics
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, id := time.Now(), rand.Text() // random: it says nothing of time or order
		r = r.WithContext(api.WithRequestID(r.Context(), id))
		w.Header().Set("X-Request-Id", id)
		m.running.Inc()
		out := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			took := time.Since(began)
			m.running.Dec()
			m.requests.WithLabelValues(r.Pattern, strconv.Itoa(out.status)).Observe(took.Seconds())
			c.config.Log.Info("request", "request", id, "route", r.Pattern, "status", out.status, "took_ms", took.Milliseconds())
		}()
		next.ServeHTTP(out, r)
	})
}

// stopTime bounds how long running requests may take when the center stops.
const stopTime = 15 * time.Second

// heapGrowth is by how much the heap of a center grows before it is swept, in percent of
// what is in use, which is some 30 MB: a push of half a megabyte leaves little behind, and
// with Go's 100 a tenth of the processor's time went into sweeping.
const heapGrowth = 400

// Serve answers on the listener until ctx ends, then sends away who only waits
// and lets the others finish.
func (c *Center) Serve(ctx context.Context, listener net.Listener) error {
	if os.Getenv("GOGC") == "" { // whoever runs it may know better
		debug.SetGCPercent(heapGrowth)
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	idle := make(chan struct{})
	defer func() {
		stop()
		<-idle
	}()
	go func() {
		defer close(idle)
		c.upkeep(running)
	}()
	server := &http.Server{Handler: c.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second,
		WriteTimeout: 90 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return running }}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
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
