package textmessage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var message = Message{ID: "m-1", To: "19900001234", Template: ResultCode, Params: map[string]string{"code": "471108"},
	Text: "您的验证码是 471108", Language: "zh-CN", Expires: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}

func TestAMessageIsNotPrinted(t *testing.T) {
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("sent", "message", message)
	for _, said := range []string{log.String(), fmt.Sprint(message), fmt.Sprintf("%+v %#v", message, message)} {
		if strings.Contains(said, "471108") || strings.Contains(said, message.To) || !strings.Contains(said, "m-1") {
			t.Errorf("printed: %s", said)
		}
	}
}

func TestTheConsoleShowsTheCodeAndMasksThePhone(t *testing.T) {
	var out bytes.Buffer
	if err := (&Console{Out: &out}).Send(t.Context(), message); err != nil || !strings.Contains(out.String(), "471108") || strings.Contains(out.String(), message.To) {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestAFolderHasWholeMessagesOnly(t *testing.T) {
	f := Folder{t.TempDir()}
	for range 2 { // again: the same file
		if err := f.Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
	}
	files, err := fs.Glob(os.DirFS(f.Path), "*")
	if err != nil || len(files) != 1 || files[0] != "m-1.json" {
		t.Fatalf("%v, %v", files, err)
	}
	body, err := os.ReadFile(filepath.Join(f.Path, files[0]))
	var back Message
	if err != nil || json.Unmarshal(body, &back) != nil || back.Params["code"] != "471108" || back.To != message.To {
		t.Errorf("%s, %v", body, err)
	}
	if info, err := os.Stat(filepath.Join(f.Path, files[0])); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := (Folder{filepath.Join(f.Path, "nowhere")}).Send(t.Context(), message); err == nil {
		t.Error("a folder that is not there takes messages")
	}
}
