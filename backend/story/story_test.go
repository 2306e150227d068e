// Package story_test tells what people do with the built programs, one story a
// file in testdata. A story may use, besides the commands of testscript:
//
//	serve, halt       the real center on the story's own port, and a graceful stop of it
//	exits CODE PROG…  runs a program that has to end with this very code
//	hears NAME RE     waits for a line of the center's console and keeps its first group
//	capture NAME RE   keeps what the first group of RE matches in the last output
//	kiosk, office, probe  see kiosk_test.go, office_test.go and probe_test.go
package story_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kiosk": kioskMain, "probe": probeMain, "office": officeMain})
}

func TestStories(t *testing.T) {
	programs := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(programs, "lianxin-center"), "lianxin/backend/cmd/lianxin-center")
	// The center must build where no library of a desktop can be found.
	build.Env = append(os.Environ(), "PKG_CONFIG=false")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the center: %v\n%s", err, out)
	}
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata", RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			port, err := freePort()
			if err != nil {
				return err
			}
			e.Vars = append(e.Vars, "PATH="+programs+string(os.PathListSeparator)+e.Getenv("PATH"), "REPOSITORY="+repository,
				"LISTEN="+port, "LIANXIN_DEMO=true", "LIANXIN_DATA="+filepath.Join(e.WorkDir, "center"), "LIANXIN_URL=http://"+port)
			e.Values[running{}] = &running{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": serve, "halt": halt, "exits": exits, "capture": capture, "hears": hears, "damage": damage,
		},
	})
}

// freePort finds an address that is free now. A center that is stopped and
// started again must come back under the same one.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}
