package failpoint

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"

	"lianxin/backend/proof/defect"
	"lianxin/backend/proof/overlay"
	"lianxin/backend/store/pgtest"
)

var (
	seed = flag.Uint64("seed", 1, "of the kills, the lines and the people")
	all  = flag.Bool("all", false, "every failpoint, on both engines")
	only = flag.String("only", "visit.commit,receive.committed,cursor.save,print.rename,roll.commit,gift.stock,reception.saved,result.save,attach.file,"+
		"capture.taken,send.file,batch.sent,payment.left", "these failpoints, when not all")
	kills    = flag.Int("kills", 12, "random kills on each engine")
	plant    = flag.String("plant", "", "a defect of package defect, built in beside the failpoints")
	postgres = flag.Bool("postgres", false, "on PostgreSQL as well")
	worlds   = flag.Int("worlds", 1, "worlds on each engine, which share the random kills")
)

func TestMain(m *testing.M) {
	zerolog.SetGlobalLevel(zerolog.Disabled) // the toxics' own log goes to standard output
	os.Exit(pgtest.Run(m))
}

// planted are the edits of the defect that was asked for.
func planted(t *testing.T) []overlay.Edit {
	t.Helper()
	if *plant == "" {
		return nil
	}
	for _, p := range defect.Table() {
		if p.Name == *plant {
			return p.Edits
		}
	}
	t.Fatalf("no defect is called %q", *plant)
	return nil
}

// programs are the product's, with every failpoint built in.
type programs struct{ center, kiosk, desk string }

// build builds them; they differ from the product by nothing but the failpoints, and
// the defects that are planted.
func build(t *testing.T, defects ...overlay.Edit) programs {
	t.Helper()
	o, err := Overlay(root)
	if err != nil {
		t.Fatal(err)
	}
	o.Edits = append(o.Edits, defects...)
	list, err := o.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	p := programs{center: filepath.Join(folder, "center"), kiosk: filepath.Join(folder, "kiosk"), desk: filepath.Join(folder, "desk")}
	for name, source := range map[string]string{p.center: "./backend/cmd/lianxin-center", p.kiosk: "./backend/proof/failpoint/kiosk",
		p.desk: "./backend/proof/failpoint/desk"} {
		command := exec.CommandContext(t.Context(), "go", "build", "-overlay", list, "-o", name, source)
		command.Dir = root
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", source, err, out)
		}
	}
	return p
}
