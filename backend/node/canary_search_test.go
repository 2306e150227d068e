package node

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	_ "github.com/mattn/go-sqlite3" // opens the column of the control
	"golang.org/x/text/encoding/simplifiedchinese"
)

// spelling is one way a value can stand somewhere as plain text or nearly so.
type spelling struct {
	way, value string
	text       []byte
}

// spellings are all ways the search knows. What is deflated it opens besides.
func spellings(value string) (out []spelling) {
	add := func(way string, text []byte) { out = append(out, spelling{way, value, text}) }
	add("UTF-8", []byte(value))
	var little, big, lower, upper []byte
	for _, unit := range utf16.Encode([]rune(value)) {
		little, big = append(little, byte(unit), byte(unit>>8)), append(big, byte(unit>>8), byte(unit))
		lower, upper = fmt.Appendf(lower, `\u%04x`, unit), fmt.Appendf(upper, `\u%04X`, unit)
	}
	add("UTF-16LE", little)
	add("UTF-16BE", big)
	add("JSON escapes", lower)
	add("JSON escapes, upper case", upper)
	add("hex", []byte(hex.EncodeToString([]byte(value))))
	add("hex, upper case", fmt.Appendf(nil, "%X", value))
	add("percent", []byte(url.QueryEscape(value)))
	add("percent, lower case", []byte(strings.ToLower(url.PathEscape(value))))
	if chinese, err := simplifiedchinese.GB18030.NewEncoder().String(value); err == nil {
		add("GB18030", []byte(chinese))
	}
	// In base64 a value looks different at each of three places; its inner part is the same whatever stands beside it.
	for before := range 3 {
		from, to := (before*8+5)/6, (before+len(value))*8/6
		if to-from < 8 {
			continue
		}
		shifted := append(make([]byte, before), value...)
		add(fmt.Sprintf("base64 at %d", before), []byte(base64.StdEncoding.EncodeToString(shifted)[from:to]))
		add(fmt.Sprintf("base64url at %d", before), []byte(base64.URLEncoding.EncodeToString(shifted)[from:to]))
	}
	return out
}

// sieve finds thousands of spellings in one pass, by their first bytes.
type sieve struct {
	begins  [1 << 16]bool
	spelled map[[4]byte][]spelling
}

func newSieve(values []string) *sieve {
	s := &sieve{spelled: map[[4]byte][]spelling{}}
	for _, value := range values {
		if value == "" {
			continue // a canary without a booking
		}
		for _, way := range spellings(value) {
			first := [4]byte(way.text) // shorter is no canary: it would be found anywhere
			s.begins[int(first[0])<<8|int(first[1])] = true
			s.spelled[first] = append(s.spelled[first], way)
		}
	}
	return s
}

// in are the values that stand in a text, each once, or in what is deflated in it.
func (s *sieve) in(text []byte) (found []string) {
	note := func(value string) {
		if !slices.Contains(found, value) {
			found = append(found, value)
		}
	}
	for i := 0; i+4 <= len(text); i++ {
		if s.begins[int(text[i])<<8|int(text[i+1])] {
			for _, way := range s.spelled[[4]byte(text[i:])] {
				if bytes.HasPrefix(text[i:], way.text) {
					note(way.value)
				}
			}
		}
		for _, value := range s.in(inflated(text[i:])) {
			note(value)
		}
	}
	return found
}

// mostInflated bounds what is read of one stream.
const mostInflated = 8 << 20

// inflated is what a zlib or gzip stream at the beginning of a text holds, as far as it
// goes; nothing where none begins. Deflate without a header begins nowhere in particular and is not looked for.
func inflated(text []byte) []byte {
	var stream io.Reader
	var err error
	switch {
	case text[0] == 0x78 && len(text) > 6 && (int(text[0])<<8|int(text[1]))%31 == 0:
		stream, err = zlib.NewReader(bytes.NewReader(text))
	case text[0] == 0x1f && bytes.HasPrefix(text, []byte{0x1f, 0x8b, 8}):
		stream, err = gzip.NewReader(bytes.NewReader(text))
	default:
		return nil
	}
	if err != nil {
		return nil // it only looked like one
	}
	out, _ := io.ReadAll(io.LimitReader(stream, mostInflated)) // what came before it broke is searched
	return out
}

// plain finds the values that stand in a text.
func plain(text []byte, values []string) []string { return newSieve(values).in(text) }

// leaks looks through the name and content of every file below a folder.
func leaks(dir string, values []string) (found []string, files int, err error) {
	s := newSieve(values)
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		for _, value := range s.in([]byte(path)) {
			found = append(found, fmt.Sprintf("the name %s holds %q", path, value))
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		body, err := os.ReadFile(path)
		if files++; err != nil {
			return err
		}
		for _, value := range s.in(body) {
			found = append(found, fmt.Sprintf("%s holds %q", path, value))
		}
		return nil
	})
	return found, files, err
}

// folder fails for each leak and says how many files there are.
func folder(t *testing.T, dir string, values []string) int {
	t.Helper()
	found, files, err := leaks(dir, values)
	if err != nil {
		t.Fatal(err)
	}
	for _, leak := range found {
		t.Error(leak)
	}
	return files
}

// planted are ways a value gets where it must not be.
func planted(t *testing.T, value string) map[string]func(dir string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	file := func(text []byte) func(string) {
		return func(dir string) {
			must(os.WriteFile(dir+"/left", append([]byte("…"), append(text, "…"...)...), 0o600))
		}
	}
	ways := map[string]func(dir string){
		"a column of a database, not yet out of its log": func(dir string) {
			db, err := sql.Open("sqlite3", "file:"+dir+"/leak.db?_journal_mode=WAL")
			must(err)
			t.Cleanup(func() { must(db.Close()) })
			_, err = db.Exec("CREATE TABLE people (name TEXT)")
			must(err)
			_, err = db.Exec("INSERT INTO people VALUES (?)", value)
			must(err)
		},
		"a line of the log": func(dir string) {
			out, err := os.Create(dir + "/log")
			must(err)
			slog.New(slog.NewJSONHandler(out, nil)).Info("came", "person", value)
			must(out.Close())
		},
		"a temporary file": func(dir string) {
			out, err := os.CreateTemp(dir, "scan-")
			must(err)
			_, err = out.WriteString(value)
			must(err)
			must(out.Close())
		},
		"the name of a file": func(dir string) { must(os.WriteFile(filepath.Join(dir, value+".pdf"), nil, 0o600)) },
	}
	for _, way := range spellings(value) {
		ways[way.way] = file(way.text)
	}
	var deflated, zipped bytes.Buffer
	z, g := zlib.NewWriter(&deflated), gzip.NewWriter(&zipped)
	for _, out := range []io.WriteCloser{z, g} {
		_, err := io.WriteString(out, strings.Repeat("一行。", 40)+value)
		must(err)
		must(out.Close())
	}
	ways["zlib, as in a PDF"], ways["gzip"] = file(deflated.Bytes()), file(zipped.Bytes())
	ways["zlib that is torn off"] = file(deflated.Bytes()[:deflated.Len()-4])
	return ways
}

// The search of TestNobodyIsFoundInWhatADayLeaves can fail: whatever is planted it finds,
// and in the same places it does not find who is not there.
func TestTheSearchFindsALeak(t *testing.T) {
	c, other := newCanary(3), newCanary(40) // base64 loses the last bits of a value: neighbours may look alike
	for _, value := range []string{c.person.Name, c.person.Document.Number, c.phone} {
		for way, plant := range planted(t, value) {
			dir := t.TempDir()
			plant(dir)
			found, files, err := leaks(dir, c.identifying())
			if err != nil || files == 0 || len(found) == 0 || !strings.Contains(found[0], value) {
				t.Errorf("%q as %s was not found among %d files: %v, %v", value, way, files, found, err)
			}
			if found, _, _ := leaks(dir, other.identifying()); len(found) > 0 {
				t.Errorf("%q as %s: found who is not there: %v", value, way, found)
			}
		}
	}
}
