//go:build production || dev

package app

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// virtualDisplay starts an X server on a display number of its own choice and
// returns its name once it accepts clients.
func virtualDisplay(t *testing.T, flags ...string) string {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command("Xvfb", append([]string{"-displayfd", "3", "-nolisten", "tcp", "-screen", "0",
		fmt.Sprintf("%dx%dx24", screenWidth, screenHeight)}, flags...)...)
	server.ExtraFiles = []*os.File{write}
	if err := server.Start(); err != nil {
		t.Fatalf("Xvfb (apt package xvfb): %v", err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait() // reports the kill
	})
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb chose no display: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}
