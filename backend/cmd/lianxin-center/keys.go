package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/fault"
	"lianxin/backend/seal"
)

// KeysCmd looks after the key file of an installation. Files are changed where they
// lie; a center works with new ones once it is started with them.
type KeysCmd struct {
	New    KeysNewCmd    `cmd:"" help:"Write a new key file, to be given to the program as a systemd credential."`
	List   KeysListCmd   `cmd:"" help:"List the sealing keys of a key file; no secrets."`
	Add    KeysAddCmd    `cmd:"" help:"Add a sealing key to a key file and seal with it from the next start on."`
	Use    KeysUseCmd    `cmd:"" help:"Seal with a key that was added with --later."`
	Reseal KeysResealCmd `cmd:"" help:"Seal everything again that is under an earlier key; beside a running center, as often as needed."`
	Retire KeysRetireCmd `cmd:"" help:"Take the earlier keys out of a key file once nothing of the database is under them; a copy of the file stays beside it."`
}

// Help tells the order of a rotation.
func (KeysCmd) Help() string {
	return `Once a year, with FILE a decrypted copy of the credential (docs/security.md):
  keys add FILE, encrypt it anew, restart every center
  keys reseal, until it says 0 left
  keys retire FILE, encrypt it anew, restart every center`
}

// KeysNewCmd writes a key file.
type KeysNewCmd struct {
	File string `arg:"" help:"Where to; an existing file is never replaced." type:"path"`
}

// Run writes it, readable by its owner only.
func (k KeysNewCmd) Run() error {
	if _, err := os.Stat(k.File); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already: whoever replaces keys loses all that was sealed with them", k.File)
	}
	if err := seal.Write(k.File, seal.Generate(time.Now())); err != nil {
		return err
	}
	fmt.Printf("wrote %[1]s\nkeep a copy in a safe place; then: systemd-creds encrypt --name=lianxin-keys %[1]s /etc/lianxin/center-keys.cred (for a kiosk: kiosk-keys.cred), as the units in build/linux load it\n", k.File)
	return nil
}

// KeyFile is the file a command works on.
type KeyFile struct {
	File string `arg:"" help:"The key file, decrypted." type:"existingfile"`
}

// change replaces the file by what do makes of it.
func (k KeyFile) change(do func(seal.File) (seal.File, error)) error {
	keys, err := seal.ReadFile(k.File)
	if err != nil {
		return err
	}
	if keys, err = do(keys); err != nil {
		return err
	}
	return seal.Replace(k.File, keys)
}

// KeysListCmd lists.
type KeysListCmd struct{ KeyFile }

// Run lists.
func (k KeysListCmd) Run() error {
	keys, err := seal.ReadFile(k.File)
	if err != nil {
		return err
	}
	w := commandline.NewTable(os.Stdout)
	fmt.Fprintln(w, "ID\tMADE\tUSE")
	for _, key := range keys.Seal {
		use := "opens"
		if key.ID == keys.Current {
			use = "seals and opens"
		}
		fmt.Fprintf(w, "%d\t%s\t%s\n", key.ID, key.Created.Local().Format(time.DateOnly), use)
	}
	return w.Flush()
}

// KeysAddCmd adds.
type KeysAddCmd struct {
	KeyFile
	Later bool `help:"Do not seal with it yet: of several centers each must know it before the first one seals with it. Then: keys use."`
}

// Run adds.
func (k KeysAddCmd) Run() error {
	return k.change(func(keys seal.File) (seal.File, error) {
		was := keys.Current
		keys = keys.Rotate(time.Now())
		fmt.Println("added", keys.Current)
		if k.Later {
			keys.Current = was
		}
		return keys, nil
	})
}

// KeysUseCmd makes a key the current one.
type KeysUseCmd struct {
	KeyFile
	ID uint32 `arg:"" help:"The key, as the list shows it."`
}

// Run makes it so.
func (k KeysUseCmd) Run() error {
	err := k.change(func(keys seal.File) (seal.File, error) { return keys.Use(k.ID) })
	if err == nil {
		_, err = fmt.Printf("current: %d; a center that is running uses it when it is started anew\n", k.ID)
	}
	return err
}

// KeysResealCmd seals the database again under the current key.
type KeysResealCmd struct{ Place }

// Run seals until nothing is left; after a stop it goes on where it was.
func (k KeysResealCmd) Run() error {
	return k.with(func(ctx context.Context, c *center.Center) error {
		done, err := c.Store().Reseal(ctx, func(done int64) { fmt.Fprintf(os.Stderr, "%d …\n", done) })
		if err != nil {
			return err
		}
		left, err := c.Store().Stale(ctx)
		fmt.Printf("%d sealed again, %d left under earlier keys\n", done, left)
		return err
	})
}

// KeysRetireCmd takes earlier keys away.
type KeysRetireCmd struct {
	Place
	KeyFile `embed:""`
}

// Run keeps the whole file under another name before it takes keys away: what was
// backed up before needs them. Faults: "seal.key_other", "seal.key_in_use", "seal.key_only".
func (k KeysRetireCmd) Run() error {
	return k.with(func(ctx context.Context, c *center.Center) error {
		return k.change(func(keys seal.File) (seal.File, error) {
			if keys.Current != c.Store().CurrentKey() {
				return keys, fault.New(fault.Conflict, "seal.key_other")
			}
			if len(keys.Seal) == 1 {
				return keys, fault.New(fault.Conflict, "seal.key_only")
			}
			left, err := c.Store().Stale(ctx)
			if err != nil {
				return keys, err
			}
			if left > 0 {
				return keys, fault.New(fault.Conflict, "seal.key_in_use").With("left", left)
			}
			kept := k.File + ".before-" + stamp()
			if err := seal.Write(kept, keys); err != nil {
				return keys, err
			}
			fmt.Printf("%d keys retired; %s has them still, for backups made until now: keep it apart\n", len(keys.Seal)-1, kept)
			return keys.Retire(), nil
		})
	})
}
