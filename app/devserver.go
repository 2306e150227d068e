package app

import (
	"fmt"
	"net"
	"time"
)

// announceDevServer prints the address once a browser can connect. The library
// starts its server on the side and tells nobody.
func (k *Kiosk) announceDevServer() {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for range ticker.C {
		conn, err := net.DialTimeout("tcp", k.config.DevServer, time.Second)
		if err == nil {
			_ = conn.Close() // it was only a knock
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
