package attachment

import (
	"encoding/binary"
)

// orientation is how a camera was held: what sets the picture upright.
type orientation struct {
	mirrored bool // left and right change places, first
	turns    int  // then so many quarter turns to the right
}

// orientations are the values of the EXIF tag 0x0112 (CIPA DC-008, 4.6.4).
var orientations = map[uint16]orientation{
	2: {mirrored: true}, 3: {turns: 2}, 4: {mirrored: true, turns: 2},
	5: {mirrored: true, turns: 3}, 6: {turns: 1}, 7: {mirrored: true, turns: 1}, 8: {turns: 3},
}

const (
	markerSOS  = 0xda // the picture itself begins: no more metadata
	markerAPP1 = 0xe1
	tagTurn    = 0x0112
	mostTags   = 200
)

// orientationOf reads the tag of a JPEG; what cannot be read is upright. A phone does not
// turn the pixels but writes how it was held, and that goes with the metadata.
func orientationOf(file []byte) orientation {
	for at := 2; at+4 <= len(file) && file[at] == 0xff; {
		marker, size := file[at+1], int(binary.BigEndian.Uint16(file[at+2:]))
		if marker == markerSOS || size < 2 || at+2+size > len(file) {
			break
		}
		segment := file[at+4 : at+2+size]
		if marker == markerAPP1 && len(segment) > 6 && string(segment[:6]) == "Exif\x00\x00" {
			return orientations[turnTag(segment[6:])]
		}
		at += 2 + size
	}
	return orientation{}
}

// turnTag finds the tag in a TIFF header; 0 when it is not there.
func turnTag(tiff []byte) uint16 {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	count := int64(order.Uint16(tiff[at:]))
	for i := range min(count, mostTags) {
		entry := at + 2 + i*12
		if entry+12 > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[entry:]) == tagTurn {
			return order.Uint16(tiff[entry+8:])
		}
	}
	return 0
}
