package site

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write data/districts.json anew")

const (
	bordersFile   = "data/borders.yaml"
	districtsFile = "data/districts.json"
)

func TestPictureIsDrawnFromTheBorders(t *testing.T) {
	b, err := os.ReadFile(bordersFile)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := draw(bordersFile, b)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(picture); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(districtsFile, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(districtsFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s is not what %s draws: run this test with -update", districtsFile, bordersFile)
	}
}
