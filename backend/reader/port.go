package reader

import (
	"errors"
	"fmt"
	"io"
	"time"

	"go.bug.st/serial"

	"lianxin/backend/fault"
)

// Port is a connection to a reader. Read returns 0 bytes and no error when
// nothing came within the read timeout; any error means that the connection is
// lost.
type Port interface {
	io.ReadWriteCloser
	SetReadTimeout(time.Duration) error
}

// Serial returns a function that opens the serial port with the given name
// (/dev/ttyUSB0, COM3) as GA 450 wants it: 115200 baud, 8 data bits, no parity,
// one stop bit.
func Serial(name string) func() (Port, error) {
	return func() (Port, error) {
		port, err := serial.Open(name, &serial.Mode{BaudRate: 115200, DataBits: 8, Parity: serial.NoParity, StopBits: serial.OneStopBit})
		if err != nil {
			return nil, fmt.Errorf("open the reader's port: %w", err)
		}
		return port, nil
	}
}

// absence words why a port cannot be opened or was lost: reader.busy (another
// program has it), reader.permission, reader.absent.
func absence(err error) *fault.Fault {
	code := "reader.absent"
	if portErr, ok := errors.AsType[*serial.PortError](err); ok {
		switch portErr.Code() {
		case serial.PortBusy:
			code = "reader.busy"
		case serial.PermissionDenied:
			code = "reader.permission"
		}
	}
	return fault.Wrap(err, fault.Unavailable, code)
}
