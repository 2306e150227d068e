package site

import (
	"slices"

	"lianxin/backend/lang"
)

// StationID names one of the four blood stations of Beijing.
type StationID string

const (
	Beijing  StationID = "beijing"
	Tongzhou StationID = "tongzhou"
	Miyun    StationID = "miyun"
	Yanqing  StationID = "yanqing"
)

// Station is an institution that collects blood. Four of them serve Beijing,
// each with its own information system.
type Station struct {
	ID   StationID `json:"id"`
	Name lang.Text `json:"name"`
}

// Stations returns the four stations.
func Stations() []Station {
	return []Station{
		{Beijing, lang.Text{ZH: "北京市红十字血液中心", EN: "Beijing Red Cross Blood Center"}},
		{Tongzhou, lang.Text{ZH: "通州区中心血站", EN: "Tongzhou District Central Blood Station"}},
		{Miyun, lang.Text{ZH: "密云区中心血站", EN: "Miyun District Central Blood Station"}},
		{Yanqing, lang.Text{ZH: "延庆区中心血站", EN: "Yanqing District Central Blood Station"}},
	}
}

// FindStation finds a station by its ID.
func FindStation(id StationID) (Station, bool) {
	i := slices.IndexFunc(Stations(), func(s Station) bool { return s.ID == id })
	if i < 0 {
		return Station{}, false
	}
	return Stations()[i], true
}
