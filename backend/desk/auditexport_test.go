package desk_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/desk"
	"lianxin/backend/staff"
)

// written waits until the log is in a file or is not going to be.
func (o *office) written() api.DeskExport {
	o.t.Helper()
	for {
		var how api.DeskExport
		o.want(http.MethodGet, "/desk/audit-export", nil, &how, "")
		if how.State != "choosing" && how.State != "writing" {
			return how
		}
		select {
		case <-o.told:
		case <-o.t.Context().Done():
			o.t.Fatalf("still %+v", how)
		}
	}
}

func TestTheLogIsWrittenToAFile(t *testing.T) {
	o := newOffice(t, staff.Admin)
	folder, place := t.TempDir(), ""
	export := map[string]string{"format": "csv"}
	o.enter()
	o.want(http.MethodPost, "/desk/audit-export", export, nil, "desk.no_dialog")
	o.config.SaveAs = func(_ context.Context, name string) (string, error) {
		if place == "" {
			return "", nil
		}
		return filepath.Join(folder, place, name), nil
	}
	o.kill()
	o.enter()
	o.want(http.MethodPost, "/desk/audit-export", export, nil, "")
	if how := o.written(); how.State != "left" {
		t.Errorf("where no place was chosen: %+v", how)
	}
	place = "."
	o.want(http.MethodPost, "/desk/audit-export", export, nil, "")
	how := o.written()
	file, err := os.Open(filepath.Join(folder, how.Name))
	if how.State != "done" || err != nil {
		t.Fatalf("%+v, %v", how, err)
	}
	defer file.Close() //nolint:errcheck // only read
	report, err := audit.Verify(audit.Exported(file), audit.Head(how.Head))
	if err != nil || int(report.Count) != how.Entries || how.Entries == 0 {
		t.Errorf("%+v, %v; said %+v", report, err, how)
	}
	// Where it cannot be written, and without a line, there is no half of a file.
	place = "nowhere"
	o.want(http.MethodPost, "/desk/audit-export", export, nil, "")
	if how := o.written(); how.State != "failed" || how.Code != "desk.cannot_write" {
		t.Errorf("%+v", how)
	}
	place = "."
	o.line.set(func(l *line) { l.down = true })
	if err := os.Remove(filepath.Join(folder, how.Name)); err != nil {
		t.Fatal(err)
	}
	o.want(http.MethodPost, "/desk/audit-export", export, nil, "")
	if how := o.written(); how.State != "failed" || how.Code != "desk.offline" || len(files(t, folder)) > 0 {
		t.Errorf("%+v, left are %v", how, files(t, folder))
	}
	o.line.set(func(l *line) { l.down = false })
	o.want(http.MethodPost, "/desk/lock", nil, nil, "")
	o.want(http.MethodPost, "/desk/audit-export", export, nil, "desk.locked")
}

func TestFilesOfAPackAreTaken(t *testing.T) {
	o := newOffice(t, staff.Admin)
	folder := t.TempDir()
	lay := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	two, one := lay("b.yaml", "rules: []\n"), lay("a.yaml", "\ufeffpack: {}\n")
	ask := func(from string) map[string]string { return map[string]string{"from": from} }
	o.want(http.MethodPost, "/desk/packs/files", ask("drop"), nil, "desk.signed_out")
	o.config.Choose = func(_ context.Context, what desk.Wanted) ([]string, error) {
		if what != desk.PackDoc {
			t.Errorf("asked for %s", what)
		}
		return []string{two, one}, nil
	}
	o.kill()
	o.enter()
	var out []api.PackFile
	o.want(http.MethodPost, "/desk/packs/files", ask("drop"), &out, "")
	if len(out) != 0 {
		t.Errorf("nothing was dropped: %v", out)
	}
	o.want(http.MethodPost, "/desk/packs/files", ask("dialog"), &out, "")
	for len(out) == 0 {
		<-o.told
		o.want(http.MethodPost, "/desk/packs/files", ask("drop"), &out, "")
	}
	if len(out) != 2 || out[0] != (api.PackFile{Name: "a.yaml", Content: "pack: {}\n"}) || out[1].Name != "b.yaml" {
		t.Errorf("%+v", out)
	}
	for name, text := range map[string]string{"large.yaml": strings.Repeat("x", 700_000), "binary.yaml": "\xff\xfe"} {
		o.desk.Drop([]string{lay(name, text)})
		o.want(http.MethodPost, "/desk/packs/files", ask("drop"), nil, "desk.file_unreadable")
	}
}
