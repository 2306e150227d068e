// Command desk is a desk without its window, for proofs that kill it: its page and its
// scanner are driven by lines on standard input. What it says on standard output was
// answered to the page before.
//
//	open               the desk is there (said once, unasked)
//	METHOD PATH JSON   → STATUS JSON, as the page is answered; without a body it says null
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"lianxin/backend/desk"
	"lianxin/backend/staff"
)

var (
	data    = flag.String("data", "", "data folder")
	center  = flag.String("center", "", "address of the center")
	scanner = flag.String("scanner", "", "folder its scanner lays files into")
)

// longest is how long a line with a whole claim may be, in bytes.
const longest = 1 << 20

func main() {
	flag.Parse()
	d := desk.Open(desk.Config{Center: *center, Data: *data, Version: "proof", Demo: true, Scanner: *scanner,
		Hash: staff.Params{Memory: 64, Passes: 1, Threads: 1}, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	fmt.Println("open")
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longest)
	for lines.Scan() {
		fmt.Println(asked(d, lines.Text()))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := d.Close(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "desk:", err)
	}
}

// asked is what the page is answered.
func asked(d *desk.Desk, line string) string {
	parts := strings.SplitN(line, " ", 3)
	if len(parts) != 3 {
		return "0 null"
	}
	request := httptest.NewRequest(parts[0], parts[1], strings.NewReader(parts[2]))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	d.Handler().ServeHTTP(answer, request)
	body := strings.ReplaceAll(strings.TrimSpace(answer.Body.String()), "\n", " ")
	if body == "" {
		body = "null"
	}
	return fmt.Sprint(answer.Code, " ", body)
}
