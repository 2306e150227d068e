package powercut

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// directory is a folder of the mounted disk.
type directory struct {
	fs.Inode
	disk *Disk
}

var (
	_ fs.NodeOnAdder   = (*directory)(nil)
	_ fs.NodeCreater   = (*directory)(nil)
	_ fs.NodeMkdirer   = (*directory)(nil)
	_ fs.NodeUnlinker  = (*directory)(nil)
	_ fs.NodeRmdirer   = (*directory)(nil)
	_ fs.NodeRenamer   = (*directory)(nil)
	_ fs.NodeLinker    = (*directory)(nil)
	_ fs.NodeGetattrer = (*directory)(nil)
	_ fs.NodeFsyncer   = (*directory)(nil)
	_ fs.NodeStatfser  = (*directory)(nil)
)

// OnAdd puts what the platter holds into the tree.
func (n *directory) OnAdd(ctx context.Context) {
	if !n.IsRoot() {
		return
	}
	for _, path := range slices.Sorted(maps.Keys(n.disk.names)) {
		parent, name := n.EmbeddedInode(), filepath.Base(path)
		for part := range strings.SplitSeq(filepath.Dir(path), "/") {
			if part != "." {
				parent = parent.GetChild(part)
			}
		}
		if f := n.disk.names[path]; f != nil {
			parent.AddChild(name, n.NewPersistentInode(ctx, &content{disk: n.disk, file: f}, fs.StableAttr{Mode: fuse.S_IFREG}), true)
			continue
		}
		parent.AddChild(name, n.NewPersistentInode(ctx, &directory{disk: n.disk}, fs.StableAttr{Mode: fuse.S_IFDIR}), true)
	}
}

func (n *directory) path(name string) string { return filepath.Join(n.Path(n.Root()), name) }

// rename writes a change of a name into the journal. The disk is locked meanwhile.
func (n *directory) rename(change func(names map[string]*file)) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	if errno := n.disk.change(); errno != 0 {
		return errno
	}
	n.disk.journal = append(n.disk.journal, change)
	return 0
}

// Create implements fs.NodeCreater.
func (n *directory) Create(ctx context.Context, name string, _, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	made, path := &content{disk: n.disk, file: &file{}}, n.path(name)
	if errno := n.rename(func(names map[string]*file) { names[path] = made.file }); errno != 0 {
		return nil, nil, 0, errno
	}
	out.Mode = mode
	return n.NewPersistentInode(ctx, made, fs.StableAttr{Mode: fuse.S_IFREG}), nil, 0, 0
}

// Mkdir implements fs.NodeMkdirer.
func (n *directory) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	path := n.path(name)
	if errno := n.rename(func(names map[string]*file) { names[path] = nil }); errno != 0 {
		return nil, errno
	}
	out.Mode = mode
	return n.NewPersistentInode(ctx, &directory{disk: n.disk}, fs.StableAttr{Mode: fuse.S_IFDIR}), 0
}

// Unlink implements fs.NodeUnlinker.
func (n *directory) Unlink(_ context.Context, name string) syscall.Errno {
	path := n.path(name)
	return n.rename(func(names map[string]*file) { delete(names, path) })
}

// Rmdir implements fs.NodeRmdirer.
func (n *directory) Rmdir(ctx context.Context, name string) syscall.Errno {
	if len(n.GetChild(name).Children()) > 0 {
		return syscall.ENOTEMPTY
	}
	return n.Unlink(ctx, name)
}

// Rename implements fs.NodeRenamer, for files.
func (n *directory) Rename(_ context.Context, name string, parent fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	into, ok := parent.(*directory)
	if !ok || flags != 0 || n.GetChild(name).IsDir() {
		return syscall.ENOTSUP
	}
	from, to := n.path(name), into.path(newName)
	return n.rename(func(names map[string]*file) {
		names[to] = names[from]
		delete(names, from)
	})
}

// Link implements fs.NodeLinker.
func (n *directory) Link(_ context.Context, target fs.InodeEmbedder, name string, _ *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	linked, ok := target.(*content)
	if !ok {
		return nil, syscall.EPERM
	}
	path := n.path(name)
	return linked.EmbeddedInode(), n.rename(func(names map[string]*file) { names[path] = linked.file })
}

// Getattr implements fs.NodeGetattrer.
func (n *directory) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	out.Mode, out.Nlink = 0o700, 2
	return 0
}

// Fsync implements fs.NodeFsyncer.
func (n *directory) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	return n.disk.sync(nil)
}

// Statfs implements fs.NodeStatfser: how much is free, which programs look at.
func (n *directory) Statfs(_ context.Context, out *fuse.StatfsOut) syscall.Errno {
	n.disk.mu.Lock()
	defer n.disk.mu.Unlock()
	capacity := n.disk.Capacity
	if capacity == 0 {
		capacity = 1 << 40
	}
	out.Bsize, out.Frsize, out.NameLen = 4096, 4096, 255
	out.Blocks, out.Bfree = uint64(capacity/4096), uint64(max(capacity-n.disk.used, 0)/4096)
	out.Bavail = out.Bfree
	return 0
}
