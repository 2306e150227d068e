package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/pack"
)

// Packs are the versions of rules and questionnaires, for who gives them out.
type Packs interface {
	Packs(ctx context.Context) ([]PackVersion, error)
	// PackVersion fault: "pack.not_found".
	PackVersion(ctx context.Context, id, version string) (PackOpened, error)
	// CheckPack judges files as publishing would; nothing is stored.
	CheckPack(ctx context.Context, files []PackFile) (PackReport, error)
	// PublishPackFiles faults: those of the loaders with their places, "pack.published",
	// "pack.day_missing".
	PublishPackFiles(ctx context.Context, in PackPublish, by Caller) (PackVersion, error)
	// WithdrawPack faults: "pack.not_found", "pack.in_force", "pack.withdrawn".
	WithdrawPack(ctx context.Context, id, version, by string) (PackVersion, error)
}

// PackVersion is a version of a pack of rules or of a questionnaire.
type PackVersion struct {
	ID          string        `json:"id"`
	Version     string        `json:"version"`
	Kind        pack.Kind     `json:"kind" enum:"selection,questionnaire,points,honours,counsel,planning,relief,claims,hospitals,bank"`
	Title       lang.Text     `json:"title"`
	Region      string        `json:"region" doc:"GB/T 2260 code of a province, or CN"`
	Source      string        `json:"source,omitempty" doc:"The public document the rules are taken from"`
	From        calendar.Date `json:"from"`
	Until       calendar.Date `json:"until,omitzero" doc:"First day it no longer applies, if it says so"`
	State       string        `json:"state" enum:"in_force,upcoming,past,withdrawn,unusable" doc:"past: a later one took over; unusable: did not pass this program's check and is in force nowhere"`
	BuiltIn     bool          `json:"built_in" doc:"Came with the program; every device of that program has it"`
	PublishedAt time.Time     `json:"published_at,omitzero"`
	PublishedBy string        `json:"published_by,omitempty" doc:"Name of who did it; terminal: on the center's machine"`
	WithdrawnAt time.Time     `json:"withdrawn_at,omitzero"`
	WithdrawnBy string        `json:"withdrawn_by,omitempty"`
	Devices     []PackDevice  `json:"devices" doc:"Kiosks that say they have it"`
	Lacking     []PackDevice  `json:"lacking" doc:"Kiosks that ought to have it and do not say so"`
}

// PackDevice is a kiosk.
type PackDevice struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	SiteID string `json:"site_id"`
}

// PackOpened is a version with what it says, and how that differs from another.
type PackOpened struct {
	PackVersion
	Content     string            `json:"content" doc:"As it was written"`
	Against     string            `json:"against,omitempty" doc:"The version it is compared with: the one in force, or of that the one before"`
	Differences []pack.Difference `json:"differences"`
}

// PackFile is a file of a pack.
type PackFile struct {
	Name    string `json:"name" minLength:"1" maxLength:"120"`
	Content string `json:"content" maxLength:"600000"`
}

// PackReport is what a check found.
type PackReport struct {
	ID          string            `json:"id,omitempty" doc:"Absent while it cannot be read"`
	Version     string            `json:"version,omitempty"`
	Kind        pack.Kind         `json:"kind,omitempty" enum:"selection,questionnaire,points,honours,counsel,planning,relief,claims,hospitals,bank"`
	Title       lang.Text         `json:"title"`
	From        calendar.Date     `json:"from,omitzero" doc:"As it says itself"`
	Rules       int               `json:"rules" doc:"Of a questionnaire: its questions; 0 where nobody counts them"`
	Examples    int               `json:"examples" doc:"Worked examples, all of which came out as they say"`
	Code        string            `json:"code,omitempty" doc:"Why it cannot be published; absent when it can"`
	Faults      []PackFault       `json:"faults" doc:"Every place that is wrong, in the order of the files"`
	Dropped     int               `json:"dropped,omitempty" doc:"How many more there are"`
	Against     string            `json:"against,omitempty" doc:"The version in force it is compared with"`
	Differences []pack.Difference `json:"differences"`
}

// PackFault is a place that is wrong.
type PackFault struct {
	fault.Place
	File string `json:"file"`
	Line int    `json:"line,omitempty" doc:"From 1; absent for a questionnaire, whose location is a FHIRPath"`
	Text string `json:"text,omitempty" doc:"What stands in that line"`
}

// PackFiles are the files of one pack.
type PackFiles struct {
	Files []PackFile `json:"files" minItems:"1" maxItems:"32" doc:"All .yaml files of a pack of rules in the order of their names, or one .json of a questionnaire"`
}

// PackPublish gives a version out.
type PackPublish struct {
	PackFiles
	From calendar.Date `json:"from,omitzero" doc:"First day in force; absent: as the files say. It is written into the head of a pack of rules"`
}

type packInput struct {
	ID      string `path:"id" maxLength:"80"`
	Version string `path:"version" maxLength:"40"`
}

func packs(api huma.API, s Packs) {
	op := func(id, method, path, summary string) huma.Operation {
		o := operation(id, method, "/packs"+path, summary, "pack", StaffPacks)
		o.MaxBodyBytes = maxPush
		return o
	}
	huma.Register(api, op("list-packs", http.MethodGet, "", "All versions of rules and questionnaires, and which kiosks have them"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[[]PackVersion], error) {
			out, err := s.Packs(ctx)
			return &bodyOf[[]PackVersion]{out}, err
		}))
	huma.Register(api, op("get-pack", http.MethodGet, "/{id}/versions/{version}", "One version, and how it differs from the one in force"),
		handle(func(ctx context.Context, in *packInput) (*bodyOf[PackOpened], error) {
			out, err := s.PackVersion(ctx, in.ID, in.Version)
			return &bodyOf[PackOpened]{out}, err
		}))
	huma.Register(api, op("check-pack", http.MethodPost, "/check", "Read a pack, run its worked examples, compare it with the one in force"),
		handle(func(ctx context.Context, in *bodyOf[PackFiles]) (*bodyOf[PackReport], error) {
			out, err := s.CheckPack(ctx, in.Body.Files)
			return &bodyOf[PackReport]{out}, err
		}))
	huma.Register(api, op("publish-pack", http.MethodPost, "", "Give a version out from a day on; it can never be another one afterwards"),
		handle(func(ctx context.Context, in *bodyOf[PackPublish]) (*bodyOf[PackVersion], error) {
			out, err := s.PublishPackFiles(ctx, in.Body, callerOf(ctx))
			return &bodyOf[PackVersion]{out}, unquoted(err)
		}))
	huma.Register(api, op("withdraw-pack", http.MethodPost, "/{id}/versions/{version}/withdraw", "Take a version back that is not in force yet"),
		handle(func(ctx context.Context, in *packInput) (*bodyOf[PackVersion], error) {
			out, err := s.WithdrawPack(ctx, in.ID, in.Version, callerOf(ctx).StaffID)
			return &bodyOf[PackVersion]{out}, err
		}))
}

// unquoted leaves out of a refusal what stands in the files, which check-pack shows to who
// sent them: a refusal may go anywhere.
func unquoted(err error) error {
	f := fault.From(err)
	if err == nil || f.Kind != fault.Invalid {
		return err
	}
	out := fault.Wrap(err, f.Kind, f.Code)
	for i, p := range f.Places {
		out.At("faults."+strconv.Itoa(i), p.Code, "")
	}
	return out
}
