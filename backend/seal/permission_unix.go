//go:build unix

package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

func checkOwner(file, directory fs.FileInfo, rules permissionRules) error {
	if got := file.Mode().Perm(); got&rules.file != 0 {
		return fmt.Errorf("key file has mode %04o; chmod 600 it", got)
	}
	if got := directory.Mode().Perm(); got&rules.directory != 0 {
		return fmt.Errorf("the key file's directory has mode %04o: others could replace the file; chmod 700 it", got)
	}
	for _, info := range []fs.FileInfo{file, directory} {
		stat, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return fmt.Errorf("the owner of the key file cannot be told")
		}
		if int(stat.Uid) != os.Geteuid() && stat.Uid != 0 {
			return fmt.Errorf("the key file or its directory belongs to another user (%d)", stat.Uid)
		}
	}
	return nil
}

// syncDirectory makes the name of a new file survive a power cut.
func syncDirectory(path string) error {
	handle, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(handle.Sync(), handle.Close())
}
