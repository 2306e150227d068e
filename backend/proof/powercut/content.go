package powercut

import (
	"context"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// content is a file of the mounted disk.
type content struct {
	fs.Inode
	disk *Disk
	file *file
}

var (
	_ fs.NodeOpener    = (*content)(nil)
	_ fs.NodeReader    = (*content)(nil)
	_ fs.NodeWriter    = (*content)(nil)
	_ fs.NodeGetattrer = (*content)(nil)
	_ fs.NodeSetattrer = (*content)(nil)
	_ fs.NodeFsyncer   = (*content)(nil)
	_ fs.NodeFlusher   = (*content)(nil)
)

// Open implements fs.NodeOpener.
func (c *content) Open(context.Context, uint32) (fs.FileHandle, uint32, syscall.Errno) {
	return nil, 0, 0
}

// Flush implements fs.NodeFlusher; closing a file syncs nothing.
func (c *content) Flush(context.Context, fs.FileHandle) syscall.Errno { return 0 }

// Read implements fs.NodeReader.
func (c *content) Read(_ context.Context, _ fs.FileHandle, into []byte, at int64) (fuse.ReadResult, syscall.Errno) {
	c.disk.mu.Lock()
	defer c.disk.mu.Unlock()
	if c.disk.cut {
		return nil, syscall.EIO
	}
	from := min(at, int64(len(c.file.live)))
	return fuse.ReadResultData(into[:copy(into, c.file.live[from:])]), 0
}

// Write implements fs.NodeWriter.
func (c *content) Write(_ context.Context, _ fs.FileHandle, data []byte, at int64) (uint32, syscall.Errno) {
	c.disk.mu.Lock()
	defer c.disk.mu.Unlock()
	if errno := c.disk.change(); errno != 0 {
		return 0, errno
	}
	size := int64(len(c.file.live))
	if errno := c.disk.room(at + int64(len(data)) - size); at+int64(len(data)) > size && errno != 0 {
		return 0, errno
	}
	w := write{at: at, data: append([]byte(nil), data...), size: -1}
	c.file.live = w.onto(c.file.live, func() bool { return true })
	c.file.unsynced = append(c.file.unsynced, w)
	return uint32(len(data)), 0
}

// Getattr implements fs.NodeGetattrer.
func (c *content) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	c.disk.mu.Lock()
	defer c.disk.mu.Unlock()
	out.Mode, out.Nlink, out.Size = 0o600, 1, uint64(len(c.file.live)) // without a link nothing can be linked to it
	return 0
}

// Setattr implements fs.NodeSetattrer: only the size matters here.
func (c *content) Setattr(ctx context.Context, h fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	if size, ok := in.GetSize(); ok {
		if errno := c.truncate(int64(size)); errno != 0 {
			return errno
		}
	}
	return c.Getattr(ctx, h, out)
}

func (c *content) truncate(size int64) syscall.Errno {
	c.disk.mu.Lock()
	defer c.disk.mu.Unlock()
	if errno := c.disk.change(); errno != 0 {
		return errno
	}
	if errno := c.disk.room(size - int64(len(c.file.live))); errno != 0 {
		return errno
	}
	c.file.live = resized(c.file.live, size)
	c.file.unsynced = append(c.file.unsynced, write{size: size})
	return 0
}

// Fsync implements fs.NodeFsyncer.
func (c *content) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	c.disk.mu.Lock()
	defer c.disk.mu.Unlock()
	return c.disk.sync(c.file)
}
