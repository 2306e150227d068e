package api

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// call is one request that is ready to be sent.
type call struct {
	method, url, bearer string
	header              http.Header
	body                []byte
	answer              string // what the answer must contain
}

// load sends calls over a number of connections.
type load struct {
	client *http.Client
}

func newLoad(connections int) *load {
	return &load{client: &http.Client{Timeout: time.Minute,
		Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections, DisableCompression: true}}}
}

// run sends the calls, each list one after the other over a connection of its own, and
// returns how long all of them took and how long each.
func (l *load) run(lists [][]call) (whole time.Duration, each []time.Duration, err error) {
	var workers sync.WaitGroup
	took, failed := make([][]time.Duration, len(lists)), make([]error, len(lists))
	began := time.Now()
	for n, list := range lists {
		workers.Go(func() {
			took[n] = make([]time.Duration, 0, len(list))
			for _, one := range list {
				start := time.Now()
				if failed[n] = l.send(one); failed[n] != nil {
					return
				}
				took[n] = append(took[n], time.Since(start))
			}
		})
	}
	workers.Wait()
	whole = time.Since(began)
	for n := range lists {
		if failed[n] != nil {
			return 0, nil, failed[n]
		}
		each = append(each, took[n]...)
	}
	return whole, each, nil
}

func (l *load) send(one call) error {
	request, err := http.NewRequest(one.method, one.url, bytes.NewReader(one.body))
	if err != nil {
		return err
	}
	for name, values := range one.header {
		request.Header[name] = values
	}
	if one.bearer != "" {
		request.Header.Set("Authorization", one.bearer)
	}
	if len(one.body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := l.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || !bytes.Contains(text, []byte(one.answer)) {
		return fmt.Errorf("%s %s: %d %s", one.method, one.url, answer.StatusCode, text)
	}
	return nil
}
