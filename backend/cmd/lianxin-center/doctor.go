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

// report is what a doctor has found so far.
type report struct{ broken bool }

// say prints one finding: what holds, or what to do about err.
func (r *report) say(what string, err error, detail string) {
	if err != nil {
		r.broken = true
		fmt.Printf("✗ %-10s %s\n", what, explain(err))
		return
	}
	fmt.Printf("✓ %-10s %s\n", what, detail)
}

// Run checks the folder, the disk, the database, the packs and the port. It makes no
// center where there is none.
func (d DoctorCmd) Run() error {
	var r report
	room, err := d.room()
	r.say("disk", err, room)
	d.examine(context.Background(), &r)
	listener, err := net.Listen("tcp", d.Listen)
	if err == nil {
		err = listener.Close()
	}
	if errors.Is(err, unix.EADDRINUSE) {
		err = fault.Wrap(err, fault.Conflict, "center.address_taken")
	}
	r.say("port", err, d.Listen+" is free")
	if r.broken {
		return failed{}
	}
	return nil
}

// examine looks into the database, or at what a new one begins with.
func (d DoctorCmd) examine(ctx context.Context, r *report) {
	c, err := d.open(ctx, store.UpgradeNever)
	if fault.CodeOf(err) == "store.empty" {
		r.say("keys", center.CheckKeys(d.config(store.UpgradeNever)), "can be had")
		fmt.Printf("! %-10s none yet: lianxin-center serve begins a new one; if there should be one, name its folder with --data\n", "database")
		return
	}
	if err != nil {
		r.say("database", err, "")
		return
	}
	defer c.Close()
	schema, err := c.Store().SchemaVersion(ctx)
	r.say("database", err, fmt.Sprintf("%s, schema %d", c.Store().Version(), schema))
	whole, err := c.VerifyAudit(ctx)
	r.say("audit log", err, whole)
	waiting, err := parked(ctx, c)
	r.say("parked", err, waiting)
	r.say("refused", refused(ctx, c), "none that was parked before")
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
