package api

import "testing"

func TestNetworkOf(t *testing.T) {
	for _, c := range []struct{ peer, forwarded, want string }{
		{"192.0.2.7:4711", "", "192.0.2.7"},
		{"192.0.2.7:4711", "198.51.100.1", "192.0.2.7"}, // anybody can write a header
		{"127.0.0.1:4711", "198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:4711", "203.0.113.9, 198.51.100.1", "198.51.100.1"}, // what the proxy added itself
		{"[::1]:4711", "198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:4711", "", "127.0.0.1"},
		{"127.0.0.1:4711", "nonsense", "127.0.0.1"},
		{"[2001:db8:1:2:3:4:5:6]:4711", "", "2001:db8:1:2::/64"},
		{"[2001:db8:1:2:ffff::1]:9", "", "2001:db8:1:2::/64"},
		{"[2001:db8:1:3::1]:9", "", "2001:db8:1:3::/64"},
		{"[fe80::1%eth0]:9", "", "fe80::/64"},
		{"[::ffff:192.0.2.7]:1", "", "192.0.2.7"},
		{"@", "", "unknown"},
	} {
		if got := networkOf(c.peer, c.forwarded); got != c.want {
			t.Errorf("%s for %q: %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
}
