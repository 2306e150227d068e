package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"lianxin/app"
	"lianxin/backend/coredump"
	"lianxin/backend/desk"
	"lianxin/backend/receipt"
	"lianxin/frontend"
)

// DeskCmd opens the desk, or the window with the numbers that were called.
type DeskCmd struct {
	Center      string        `help:"Address of the center." default:"http://localhost:8790" env:"LIANXIN_CENTER" placeholder:"URL"`
	Data        string        `help:"Folder for the log and what the center knows this desk by." default:"${desk_data}" env:"LIANXIN_DESK_DATA" type:"path"`
	Printer     string        `help:"Printer for slips: ipp://localhost:631/printers/NAME, or folder:DIR to keep PDFs instead." env:"LIANXIN_PRINTER" placeholder:"ADDRESS"`
	Paper       string        `help:"Paper of that printer: roll80, a5 or a4." enum:"roll80,a5,a4" default:"a5" env:"LIANXIN_PAPER"`
	Scanner     string        `help:"Folder into which a scanner lays its files; taken over with F6 in a claim." env:"LIANXIN_SCANNER" type:"existingdir" placeholder:"DIR"`
	Statements  string        `help:"Folder into which the bank's program lays its statements; the newest is taken up with F6." env:"LIANXIN_STATEMENTS" type:"existingdir" placeholder:"DIR"`
	Idle        time.Duration `help:"Lock after so long without a key or the mouse." default:"5m" env:"LIANXIN_IDLE"`
	WaitingRoom string        `help:"Show the numbers called at a site instead; needs no login." placeholder:"SITE"`
	Demo        bool          `help:"Say that all data is made up." env:"LIANXIN_DEMO"`
	Windowed    bool          `help:"An ordinary window instead of one as large as the screen."`
	DevServer   string        `help:"Let a browser at HOST:PORT drive the page (development builds only)." placeholder:"HOST:PORT"`
	LogStderr   bool          `help:"Write the log to standard error instead of DATA/log/desk.log."`
}

// Bounds of --idle: a desk that never locks is none.
const (
	leastIdle = 5 * time.Second
	mostIdle  = 30 * time.Minute
)

// Validate refuses what would only fail later.
func (d *DeskCmd) Validate() error {
	address, err := url.Parse(d.Center)
	if err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
		return errors.New("--center: an address such as https://center.example.org")
	}
	if d.Idle < leastIdle || d.Idle > mostIdle {
		return fmt.Errorf("--idle: from %s to %s", leastIdle, mostIdle)
	}
	return nil
}

// Run opens the window. It ends the process itself when all is well.
func (d *DeskCmd) Run() error {
	if err := coredump.Forbid(); err != nil {
		return err
	}
	if d.WaitingRoom != "" { // beside the desk, and with nothing of it
		d.Data = filepath.Join(d.Data, "waiting-room")
	}
	lock, err := app.LockFolder(d.Data)
	if errors.Is(err, app.ErrInUse) {
		return exit{err, app.ExitInUse}
	}
	if err != nil {
		return err
	}
	defer lock.Release()
	log, err := openLog(d.Data, "desk.log", d.LogStderr)
	if err != nil {
		return err
	}
	paper, err := Devices{Printer: d.Printer}.openPrinter()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var window *app.Kiosk
	choose := func(ctx context.Context, what desk.Wanted) ([]string, error) { return window.Choose(ctx, wanted[what]) }
	saveAs := func(ctx context.Context, name string) (string, error) {
		return window.SaveAs(ctx, "保存 · Save", name)
	}
	opened := desk.Open(desk.Config{Center: d.Center, Data: d.Data, Version: version, Demo: d.Demo, Idle: d.Idle, Printer: paper,
		Paper: receipt.Layout(d.Paper), WaitingRoom: d.WaitingRoom, Log: log, Window: d.secondWindow(log), Scanner: d.Scanner, Statements: d.Statements, Choose: choose, SaveAs: saveAs})
	window, err = app.New(app.Config{Node: opened, Page: frontend.Pages(), Data: d.Data, Log: log, Out: os.Stdout,
		Frame: d.frame(opened), DevServer: d.DevServer, Exit: os.Exit})
	if err != nil {
		return errors.Join(err, opened.Close(ctx))
	}
	window.Run(ctx)
	return nil
}

// wanted are the dialogs for files; what a file is, its bytes say later.
var wanted = map[desk.Wanted]app.Files{
	desk.Pages:     {Title: "选择材料 · Choose documents", Kind: "图片、PDF", Pattern: "*.jpg;*.jpeg;*.png;*.pdf;*.JPG;*.JPEG;*.PNG;*.PDF"},
	desk.PackDoc:   {Title: "选择规则包或问卷 · Choose a pack", Kind: "YAML、JSON", Pattern: "*.yaml;*.yml;*.json"},
	desk.Statement: {Title: "选择银行流水 · Choose a statement", Kind: "CSV、XLSX", Pattern: "*.csv;*.xlsx;*.CSV;*.XLSX"},
}

func (d *DeskCmd) frame(opened *desk.Desk) *app.Frame {
	if d.WaitingRoom != "" {
		return &app.Frame{Title: "连心 · 叫号", Page: "waiting-room.html", Width: 1280, Height: 720, MinWidth: 640, MinHeight: 360, Maximised: !d.Windowed}
	}
	return &app.Frame{Title: "连心 · 工作台", Page: "desk.html", Width: 1440, Height: 900, MinWidth: 1024, MinHeight: 640, Maximised: !d.Windowed, Dropped: opened.Drop}
}

// secondWindow starts this program once more for the waiting room: a process has one
// window. While that is open, asking for it again changes nothing.
func (d *DeskCmd) secondWindow(log *slog.Logger) func(siteID string) error {
	var running sync.Mutex
	isOpen := false
	return func(siteID string) error {
		running.Lock()
		defer running.Unlock()
		if isOpen {
			return nil
		}
		program, err := os.Executable()
		if err != nil {
			return fmt.Errorf("this program's own file: %w", err)
		}
		window := exec.Command(program, "desk", "--waiting-room", siteID, "--center", d.Center, "--data", d.Data)
		if d.Demo {
			window.Args = append(window.Args, "--demo")
		}
		if err := window.Start(); err != nil {
			return fmt.Errorf("start the window: %w", err)
		}
		isOpen = true
		go func() {
			if err := window.Wait(); err != nil {
				log.Warn("the window of the waiting room ended", "error", err)
			}
			running.Lock()
			defer running.Unlock()
			isOpen = false
		}()
		return nil
	}
}
