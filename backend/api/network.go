package api

import (
	"net/netip"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// networked is a body with the network it comes from.
type networked[T any] struct {
	Body    T
	network string
}

// Resolve notes where the request comes from; it is huma's hook for that.
func (n *networked[T]) Resolve(ctx huma.Context) []error {
	n.network = networkOf(ctx.RemoteAddr(), ctx.Header("X-Forwarded-For"))
	return nil
}

// sameNetwork is how many bits of an IPv6 address belong to one customer: whoever
// has one address of a /64 has all of them (RFC 6177 §2).
const sameNetwork = 64

// networkOf names the network a request comes from: an IPv4 address or the /64 of
// an IPv6 address. A proxy on the same machine says for whom it asks, as the last
// entry of X-Forwarded-For; from anybody else that header is worth nothing.
func networkOf(peer, forwarded string) string {
	from, err := netip.ParseAddrPort(peer)
	if err != nil {
		return "unknown"
	}
	address := from.Addr().Unmap()
	if address.IsLoopback() && forwarded != "" {
		parts := strings.Split(forwarded, ",")
		if said, err := netip.ParseAddr(strings.TrimSpace(parts[len(parts)-1])); err == nil {
			address = said.Unmap()
		}
	}
	if address.Is4() {
		return address.String()
	}
	network, err := address.WithZone("").Prefix(sameNetwork)
	if err != nil {
		return "unknown"
	}
	return network.String()
}
