package typeface_test

import (
	"encoding/binary"
	"maps"
	"slices"
	"testing"
)

// withTables adds to a TrueType file the tables that only desktop font
// libraries ask for: cmap, name, OS/2 and post.
func withTables(t *testing.T, file []byte) []byte {
	t.Helper()
	be := binary.BigEndian
	tables := map[string][]byte{}
	for i := range int(be.Uint16(file[4:])) {
		entry := file[12+16*i:]
		at, n := be.Uint32(entry[8:]), be.Uint32(entry[12:])
		tables[string(entry[:4])] = file[at : at+n]
	}
	for _, name := range []string{"glyf", "head", "hhea", "hmtx", "loca", "maxp"} {
		if tables[name] == nil {
			t.Fatalf("table %s is missing", name)
		}
	}
	cmap := []byte{0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 12}
	for _, v := range []uint16{4, 24, 0, 2, 2, 0, 0, 0xFFFF, 0, 0xFFFF, 1, 0} {
		cmap = be.AppendUint16(cmap, v)
	}
	post := make([]byte, 32)
	be.PutUint32(post, 0x00030000)
	tables["cmap"], tables["post"] = cmap, post
	tables["name"], tables["OS/2"] = []byte{0, 0, 0, 0, 0, 6}, make([]byte, 96)

	names := slices.Sorted(maps.Keys(tables))
	out := be.AppendUint32(nil, 0x00010000)
	out = be.AppendUint16(out, uint16(len(names)))
	out = append(out, make([]byte, 6)...)
	at := len(out) + 16*len(names)
	for _, name := range names {
		out = append(out, name...)
		out = be.AppendUint32(out, 0)
		out = be.AppendUint32(out, uint32(at))
		out = be.AppendUint32(out, uint32(len(tables[name])))
		at += (len(tables[name]) + 3) &^ 3
	}
	for _, name := range names {
		out = append(out, tables[name]...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out
}
