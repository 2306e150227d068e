package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"

	"lianxin/backend/center"
	"lianxin/backend/fault"
	"lianxin/backend/store"
)

// DoctorCmd checks a machine.
type DoctorCmd struct {
	Place
	Listen string `help:"Address the center is to listen on." default:"localhost:8790" env:"LIANXIN_LISTEN"`
}

// failed is the answer of a doctor that found something; it has been printed already.
type failed struct{}

// Error is empty: the lines above say it all.
func (failed) Error() string { return "" }

// ExitCode tells scripts.
func (failed) ExitCode() int { return 1 }

// Run checks the folder, the disk, the database, the packs and the port.
func (d DoctorCmd) Run() error {
	healthy := true
	say := func(what string, err error, detail string) {
		if err != nil {
			healthy = false
			fmt.Printf("✗ %-10s %s\n", what, explain(err))
			return
		}
		fmt.Printf("✓ %-10s %s\n", what, detail)
	}
	room, err := d.room()
	say("disk", err, room)
	c, err := d.open(context.Background(), store.UpgradeNever)
	if err != nil {
		say("database", err, "")
		return failed{}
	}
	defer c.Close()
	schema, err := c.Store().SchemaVersion(context.Background())
	say("database", err, fmt.Sprintf("%s, schema %d", c.Store().Version(), schema))
	report, err := c.VerifyAudit(context.Background())
	say("audit log", err, report)
	waiting, err := parked(context.Background(), c)
	say("parked", err, waiting)
	say("refused", refused(context.Background(), c), "none that was parked before")
	listener, err := net.Listen("tcp", d.Listen)
	if err == nil {
		err = listener.Close()
	}
	if errors.Is(err, unix.EADDRINUSE) {
		err = fault.Wrap(err, fault.Conflict, "center.address_taken")
	}
	say("port", err, d.Listen+" is free")
	if !healthy {
		return failed{}
	}
	return nil
}

// parked tells how many operations wait for another version of this program. Those
// it fails at are a fault of the center that somebody must look at.
func parked(ctx context.Context, c *center.Center) (string, error) {
	counts, err := c.Store().CountParked(ctx)
	if err != nil {
		return "", err
	}
	newer := counts[""]
	delete(counts, "")
	for code, n := range counts {
		return "", fault.New(fault.Internal, code).With("count", n)
	}
	return fmt.Sprintf("%d operations of newer devices wait for an upgrade", newer), nil
}

// refused tells whether the center keeps something it could not carry out after all.
func refused(ctx context.Context, c *center.Center) error {
	n, err := c.Store().CountRefused(ctx)
	if err == nil && n > 0 {
		err = fault.New(fault.Conflict, "operation.refused_later").With("count", n)
	}
	return err
}

// leastRoom is the free space a center needs before it is worth starting, in bytes.
const leastRoom = 1 << 30

func (d DoctorCmd) room() (string, error) {
	if err := os.MkdirAll(d.Data, 0o700); err != nil {
		return "", err
	}
	var stat unix.Statfs_t
	if err := unix.Statfs(d.Data, &stat); err != nil {
		return "", err
	}
	free := stat.Bavail * uint64(stat.Bsize)
	if free < leastRoom {
		return "", fault.New(fault.Unavailable, "store.full").With("free_mib", free>>20)
	}
	return fmt.Sprintf("%d GiB free in %s", free>>30, d.Data), nil
}
