package powercut

import (
	"fmt"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// Mount shows the disk at a folder until unmount is called. onCut, which may be
// nil, is called once when the power goes: to kill who still believes to write.
func Mount(folder string, d *Disk, onCut func()) (unmount func() error, err error) {
	d.onCut = onCut
	root := &directory{disk: d}
	never := time.Duration(0)
	server, err := fs.Mount(folder, root, &fs.Options{EntryTimeout: &never, AttrTimeout: &never,
		MountOptions: fuse.MountOptions{Name: "powercut", FsName: "powercut", DisableXAttrs: true, DirectMount: true}})
	if err != nil {
		return nil, fmt.Errorf("mount the disk: %w", err)
	}
	return server.Unmount, nil
}
