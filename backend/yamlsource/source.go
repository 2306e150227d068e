// Package yamlsource reads data files people write by hand, and says on which
// line of which file a mistake is.
//
// A file is decoded strictly: a field nobody knows is a mistake, because it is
// almost always a misspelt one.
package yamlsource

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"lianxin/backend/fault"
)

// MaxBytes bounds one file.
const MaxBytes = 512 << 10

// File is a decoded file that collects mistakes into one fault.
type File struct {
	name   string
	root   *ast.File
	faults *fault.Fault
}

// Decode reads b into the value that into points to. When b is not YAML, too
// large or has an unknown field, the mistake is added to faults and ok is false.
func Decode(name string, b []byte, into any, faults *fault.Fault) (file File, ok bool) {
	file = File{name: name, faults: faults}
	if len(b) > MaxBytes {
		faults.At(name+":1", "too_large", fmt.Sprintf("over %d bytes", MaxBytes))
		return file, false
	}
	root, err := parser.ParseBytes(b, 0)
	if err == nil {
		err = yaml.UnmarshalWithOptions(b, into, yaml.Strict())
	}
	if err != nil {
		detail, _, _ := strings.Cut(err.Error(), "\n")
		faults.At(fmt.Sprintf("%s:%d", name, lineOf(err)), "yaml", detail)
		return file, false
	}
	file.root = root
	return file, true
}

// At adds a mistake at a YAML path such as $.sections[2].title.
func (f File) At(path, code, detail string) {
	f.faults.At(fmt.Sprintf("%s:%d", f.name, f.Line(path)), code, path+": "+detail)
}

// Line is the line of a path; of its nearest parent when the file has no such
// path; 1 when there is none.
func (f File) Line(path string) int {
	for len(path) > 1 {
		if p, err := yaml.PathString(path); err == nil {
			if node, err := p.FilterFile(f.root); err == nil && node != nil {
				return node.GetToken().Position.Line
			}
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return 1
}

func lineOf(err error) int {
	var located yaml.Error
	if errors.As(err, &located) && located.GetToken() != nil {
		return located.GetToken().Position.Line
	}
	return 1
}
