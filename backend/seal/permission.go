package seal

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// permissionRules says which permission bits a key file must not have.
type permissionRules struct {
	file      fs.FileMode
	directory fs.FileMode
}

var (
	// fileRules: nobody but the owner reads it; nobody else can put another in its place.
	fileRules = permissionRules{file: 0o077, directory: 0o022}
	// credentialRules: systemd grants a service user its credential by an ACL,
	// whose mask shows as group read (systemd.exec(5), LoadCredential=).
	credentialRules = permissionRules{file: 0o037, directory: 0o022}
)

// checkPermissions looks at the opened file, not at its name, so that it cannot
// be exchanged in between.
func checkPermissions(handle *os.File, rules permissionRules) error {
	info, err := handle.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("key file is not a regular file")
	}
	directory, err := os.Stat(filepath.Dir(handle.Name()))
	if err != nil {
		return err
	}
	return checkOwner(info, directory, rules)
}
