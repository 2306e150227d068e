package store

import (
	"context"
	"encoding/json"
	"fmt"

	"lianxin/backend/site"
)

type siteRow struct {
	ID       string `gorm:"primaryKey"`
	District string
	Data     string
}

func (siteRow) TableName() string { return "sites" }

func (r siteRow) site() (site.Site, error) {
	var at site.Site
	if err := json.Unmarshal([]byte(r.Data), &at); err != nil {
		return site.Site{}, fmt.Errorf("decode site %s: %w", r.ID, err)
	}
	if at.Facilities == nil { // a file of sites may leave them out; pages count on a list
		at.Facilities = []site.Facility{}
	}
	return at, nil
}

// SaveSite inserts or replaces by ID.
func (s *Store) SaveSite(ctx context.Context, at site.Site) error {
	data, err := json.Marshal(at)
	if err != nil {
		return fmt.Errorf("encode site %s: %w", at.ID, err)
	}
	row := siteRow{ID: at.ID, District: at.District, Data: string(data)}
	return translate(s.write(ctx).Clauses(replace).Create(&row).Error)
}

// DeleteSite removes a site that is no more.
func (s *Store) DeleteSite(ctx context.Context, id string) error {
	return translate(s.write(ctx).Delete(&siteRow{}, "id = ?", id).Error)
}

// Site finds by ID; fault "site.not_found".
func (s *Store) Site(ctx context.Context, id string) (site.Site, error) {
	var row siteRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "site.not_found"); err != nil {
		return site.Site{}, err
	}
	return row.site()
}

// Sites returns all sites by ID.
func (s *Store) Sites(ctx context.Context) ([]site.Site, error) {
	var rows []siteRow
	if err := s.read(ctx).Order("id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list sites: %w", err))
	}
	sites := make([]site.Site, 0, len(rows))
	for _, row := range rows {
		at, err := row.site()
		if err != nil {
			return nil, err
		}
		sites = append(sites, at)
	}
	return sites, nil
}
