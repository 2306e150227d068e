package apitest

import (
	"os"
	"slices"
	"testing"
)

func TestAStretchEndsBeforeItsTest(t *testing.T) {
	var ended []int
	s := NewStretch(t)
	folder := s.TempDir()
	for n := range 3 {
		s.Cleanup(func() {
			if _, err := os.Stat(folder); err != nil {
				t.Error("the folder goes before what lies in it is closed")
			}
			ended = append(ended, n)
		})
	}
	s.End()
	s.End()
	if _, err := os.Stat(folder); !os.IsNotExist(err) || !slices.Equal(ended, []int{2, 1, 0}) {
		t.Errorf("%v, %v", ended, err)
	}
}
