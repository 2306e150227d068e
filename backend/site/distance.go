package site

import (
	"cmp"
	"math"
	"slices"

	"lianxin/backend/donation"
)

// Position is a place on earth in WGS-84 degrees. Chinese map services use
// other systems (GCJ-02, BD-09): convert at the edge, never store those.
type Position struct {
	Latitude  float64 `json:"latitude" yaml:"latitude"`
	Longitude float64 `json:"longitude" yaml:"longitude"`
}

// earthRadius is the mean radius of the earth in metres (IUGG).
const earthRadius = 6_371_008.8

// DistanceMetres is the length of the great circle between a and b by the
// haversine formula, in metres; off by at most 0.5 % because the earth is flattened.
func DistanceMetres(a, b Position) int {
	lat1, lat2 := radians(a.Latitude), radians(b.Latitude)
	dLat, dLon := lat2-lat1, radians(b.Longitude-a.Longitude)
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(lat1)*math.Cos(lat2)*math.Pow(math.Sin(dLon/2), 2)
	return int(math.Round(2 * earthRadius * math.Asin(math.Sqrt(min(1, h)))))
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }

// Ranked is a site with its distance from somewhere.
type Ranked struct {
	Site           Site `json:"site"`
	DistanceMetres int  `json:"distance_metres"`
}

// Nearest returns the sites that offer product, nearest first; all sites when
// product is "". Sites equally far are ordered by ID.
func Nearest(sites []Site, from Position, product donation.Product) []Ranked {
	ranked := []Ranked{}
	for _, s := range sites {
		if _, ok := s.Offer(product); product == "" || ok {
			ranked = append(ranked, Ranked{s, DistanceMetres(from, s.Position)})
		}
	}
	slices.SortFunc(ranked, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(a.DistanceMetres, b.DistanceMetres), cmp.Compare(a.Site.ID, b.Site.ID))
	})
	return ranked
}
