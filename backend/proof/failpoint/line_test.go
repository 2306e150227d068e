package failpoint

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// line is the network between one kiosk and the center.
type line struct {
	name, center string
	proxy        *toxiproxy.Proxy // the present one; each change has its own, at the same address
}

var proxies = toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())

func newLine(t *testing.T, name, center string) *line {
	t.Helper()
	l := &line{name: name, center: center, proxy: toxiproxy.NewProxy(proxies, name, freePort(t), center)}
	if err := l.proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.proxy.Stop() })
	return l
}

func (l *line) address() string { return "http://" + l.proxy.Listen }

// change cuts every connection and draws how the line is from now on.
func (l *line) change(t *testing.T, chance *rand.Rand) {
	t.Helper()
	var toxics []string
	toxic := func(kind, stream string, toxicity float64, attributes string, args ...any) {
		toxics = append(toxics, fmt.Sprintf(`{"name":%q,"type":%q,"stream":%q,"toxicity":%g,"attributes":{%s}}`,
			kind+"-"+stream, kind, stream, toxicity, fmt.Sprintf(attributes, args...)))
	}
	direction := []string{"upstream", "downstream"}[chance.IntN(2)]
	switch chance.IntN(8) {
	case 0:
		l.set(t, nil)
		l.proxy.Stop() // down
		return
	case 1:
		toxic("latency", direction, 1, `"latency":%d,"jitter":%d`, chance.IntN(300), chance.IntN(100))
	case 2:
		toxic("bandwidth", direction, 1, `"rate":%d`, 1+chance.IntN(60)) // KB/s
	case 3:
		toxic("reset_peer", direction, 0.5, `"timeout":%d`, chance.IntN(300))
	case 4:
		toxic("timeout", direction, 0.5, `"timeout":%d`, 1+chance.IntN(700))
	case 5:
		toxic("limit_data", direction, 0.7, `"bytes":%d`, chance.IntN(6000))
	case 6:
		toxic("slicer", direction, 1, `"average_size":%d,"size_variation":%d,"delay":%d`, 60, 30, 200)
	case 7: // good
	}
	l.set(t, toxics)
}

// heal makes the line good.
func (l *line) heal(t *testing.T) {
	t.Helper()
	l.set(t, nil)
}

// set cuts every connection and puts toxics on those to come. A toxic that is taken
// off a connection in use may wait for it for ever, so none ever is.
func (l *line) set(t *testing.T, toxics []string) {
	t.Helper()
	l.proxy.Stop()
	for began := time.Now(); ; {
		l.proxy = toxiproxy.NewProxy(proxies, l.name, l.proxy.Listen, l.center)
		for _, text := range toxics {
			if _, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(text)); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
		// A process that is being started holds copies of all sockets until it has become
		// the other program, closed ones as well.
		err := l.proxy.Start()
		if err == nil {
			return
		}
		if !errors.Is(err, syscall.EADDRINUSE) || time.Since(began) > patience {
			t.Fatal(err)
		}
		runtime.Gosched()
	}
}
