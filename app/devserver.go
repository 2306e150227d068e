package app

import (
	"errors"
	"fmt"
	"net"
	"time"
)

// freePort replaces port 0 in an address by a port that is free right now: the
// library cannot say which one it was given.
func freePort(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("development server: %w", err)
	}
	if port != "0" {
		return address, nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", fmt.Errorf("development server: %w", err)
	}
	_, port, err = net.SplitHostPort(listener.Addr().String())
	return net.JoinHostPort(host, port), errors.Join(err, listener.Close())
}

// announceDevServer prints the address once a browser can connect. The library
// starts its server on the side and tells nobody.
func (k *Kiosk) announceDevServer() {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for range ticker.C {
		conn, err := net.DialTimeout("tcp", k.config.DevServer, time.Second)
		if err == nil {
			_ = conn.Close() // it was only a knock
			k.shown()        // the page is drawn by another program
			fmt.Fprintf(k.config.Out, "ready http://%s\n", k.config.DevServer)
			return
		}
		select {
		case <-k.stopped:
			return
		default:
		}
	}
}
