package fleet

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"lianxin/backend/center"
	"lianxin/backend/staff"
)

// Installation is a center's data: what all of its instances share.
type Installation struct {
	Data     string // folder with the keys and, without a Database, the SQLite file
	Database string // postgres://…; "" is SQLite
	URL      string // address devices reach the center by
}

// Config opens the installation in this process, as one more instance or a command
// does. Passwords are hashed cheaply: no test is about them.
func (i Installation) Config() center.Config {
	return center.Config{Data: i.Data, Database: i.Database, URL: i.URL, Demo: true, Version: "fleet",
		Hash: staff.Params{Memory: 64, Passes: 1, Threads: 1}}
}

// askedFor is where a started process finds the installation it is to serve.
const askedFor = "LIANXIN_FLEET_INSTALLATION"

// Main runs the tests of a package, or serves when it is the program of an
// Instance. It returns the exit code.
func Main(tests func() int) int {
	text := os.Getenv(askedFor)
	if text == "" {
		return tests()
	}
	if err := serve(text); err != nil {
		fmt.Fprintln(os.Stderr, "instance:", err)
		return 1
	}
	return 0
}

// serve is an instance until it is told to stop, or until who started it is gone.
func serve(text string) error {
	var at Installation
	if err := json.Unmarshal([]byte(text), &at); err != nil {
		return fmt.Errorf("installation: %w", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with whoever holds the other end
		stop()
	}()
	c, err := center.Open(ctx, at.Config())
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, c.Close())
	}
	unlock, err := c.Store().Serving(ctx, func(error) { stop() })
	if err != nil {
		return errors.Join(err, c.Close())
	}
	fmt.Println(listener.Addr())
	return errors.Join(c.Serve(ctx, listener), unlock(), c.Close())
}

// Instance is a center in a process of its own.
type Instance struct {
	Address string // host:port it listens on
	process *exec.Cmd
	alive   io.Closer // closing it ends the process in order
}

// Start starts an instance and returns when it serves.
func Start(at Installation) (*Instance, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(at)
	if err != nil {
		return nil, err
	}
	i := &Instance{process: exec.Command(program)}
	i.process.Env = append(os.Environ(), askedFor+"="+string(text))
	i.process.Stderr = os.Stderr
	if i.alive, err = i.process.StdinPipe(); err != nil {
		return nil, err
	}
	said, err := i.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := i.process.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the instance does not serve: %w", err), i.process.Wait())
	}
	i.Address = strings.TrimSpace(line)
	return i, nil
}

// PID is the process's number.
func (i *Instance) PID() int { return i.process.Process.Pid }

// Kill ends the process at once, as the kernel does when memory runs out.
func (i *Instance) Kill() error {
	err := i.process.Process.Kill()
	_ = i.process.Wait() // says that it was killed
	return err
}

// Stop ends the process as a service manager does and says how long that took.
func (i *Instance) Stop() (time.Duration, error) {
	began := time.Now()
	err := i.process.Process.Signal(syscall.SIGTERM)
	err = errors.Join(err, i.process.Wait())
	return time.Since(began), err
}
