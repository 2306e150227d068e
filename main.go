// Command lianxin is the desktop program: a kiosk in a lobby today, a desk for
// staff later. It needs a display; the center (lianxin-center) does not.
package main

import "lianxin/app/command"

// Both are set when the program is built.
var (
	version = "development"
	built   = "" // time of the commit, RFC 3339
)

func main() { command.Run(command.Build{Version: version, Time: built}) }
