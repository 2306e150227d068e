package command

import (
	"fmt"
	"path/filepath"
	"strings"

	"lianxin/backend/demo"
	"lianxin/backend/node"
	"lianxin/backend/printer"
	"lianxin/backend/reader"
)

// Devices are the flags that name what is plugged in.
type Devices struct {
	Reader  string `help:"Card reader: its serial port, such as /dev/ttyUSB0." env:"LIANXIN_READER" placeholder:"PORT"`
	Printer string `help:"Receipt printer: ipp://localhost:631/printers/NAME, or folder:DIR to keep PDFs instead." env:"LIANXIN_PRINTER" placeholder:"ADDRESS"`
	Paper   string `help:"Paper of the receipt printer: roll80, a5 or a4." enum:"roll80,a5,a4" default:"roll80" env:"LIANXIN_PAPER"`
}

// openReader returns the driver for the named port; "" is a kiosk without a
// reader, or in demo mode one with a simulated reader, whose port's name lies in
// the data folder and whose tray is returned too.
func (d Devices) openReader(data string, isDemo bool) (reader.Reader, node.Tray, error) {
	if d.Reader != "" {
		return reader.NewSDT(reader.Serial(d.Reader), reader.Options{}), nil, nil
	}
	if !isDemo {
		return &reader.None{}, nil, nil
	}
	tray, err := demo.NewTray(data)
	if err != nil {
		return nil, nil, err
	}
	return reader.NewSDT(reader.Serial(tray.Port()), reader.Options{}), tray, nil
}

// openPrinter returns the driver for the address; "" is a kiosk without a printer.
func (d Devices) openPrinter() (printer.Printer, error) {
	if d.Printer == "" {
		return printer.None{}, nil
	}
	if folder, ok := strings.CutPrefix(d.Printer, "folder:"); ok {
		absolute, err := filepath.Abs(folder)
		if err != nil || folder == "" {
			return nil, fmt.Errorf("--printer folder:DIR needs a folder, not %q", folder)
		}
		return printer.NewFolder(absolute), nil
	}
	driver, err := printer.NewIPP(d.Printer, printer.IPPOptions{})
	if err != nil {
		return nil, fmt.Errorf("--printer: %w", err)
	}
	return driver, nil
}
