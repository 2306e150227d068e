package apitest

import (
	"os"
	"testing"
)

// Stretch is a part of a test whose cleanups run when it is over, and not only with the test:
// what a hundred worlds of one test hold until its end is gigabytes.
type Stretch struct {
	testing.TB
	ends []func()
}

// NewStretch begins one; a test that ends, ends it too.
func NewStretch(t testing.TB) *Stretch {
	s := &Stretch{TB: t}
	t.Cleanup(s.End)
	return s
}

// Cleanup has f run when the stretch is over, the last one first.
func (s *Stretch) Cleanup(f func()) { s.ends = append(s.ends, f) }

// TempDir is a folder that goes when the stretch is over.
func (s *Stretch) TempDir() string {
	s.Helper()
	folder, err := os.MkdirTemp("", "stretch-")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			s.Error(err)
		}
	})
	return folder
}

// End runs what was to be cleaned up, once, also what cleaning up adds.
func (s *Stretch) End() {
	for len(s.ends) > 0 {
		last := s.ends[len(s.ends)-1]
		s.ends = s.ends[:len(s.ends)-1]
		last()
	}
}
