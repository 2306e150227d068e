package receipt

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden texts anew")

// goldenHeader stands at the top of every golden file.
const goldenHeader = `# The words of a printed page in reading order, as pdftotext -raw finds them.
# It cannot see: sizes, weights, colours, positions, lines and frames, the QR
# code, whether a glyph looks like the character it is said to be, whether
# anything overlaps or leaves the paper. Look at the picture before accepting a
# change: pdftoppm -r 150 -png.
`

func TestGoldenText(t *testing.T) {
	for name, s := range samples() {
		for _, layout := range []Layout{Roll80, A5} {
			t.Run(name+"-"+string(layout), func(t *testing.T) {
				got := goldenHeader + strings.ReplaceAll(text(t, s, layout), "\f", "--- end of page ---\n")
				file := filepath.Join("testdata", name+"-"+string(layout)+".txt")
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("differs from %s:\n%s", file, got)
				}
			})
		}
	}
}
