package desk

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	gosync "sync"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/desk/kept"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/seal"
)

// order is what a clerk has said is to become of a claim here.
type order string

const (
	noOrder order = ""
	send    order = "send"
	submit  order = "submit"
)

// captured is a claim as it lies before a clerk.
type captured struct {
	ID       string         `json:"id"`
	Number   string         `json:"number,omitempty"`
	District string         `json:"district"`
	Version  int            `json:"version"` // at the center; 0 before it has one
	Content  claim.Content  `json:"content"`
	Known    string         `json:"known,omitempty"` // digest of the content the center has
	Pages    []page         `json:"pages,omitempty"`
	Changes  int            `json:"changes"`         // made here; grows by one with each
	Sent     int            `json:"sent"`            // the change up to which the center has all
	Order    order          `json:"order,omitempty"` // stays until it is carried out
	Code     string         `json:"code,omitempty"`  // why the center did not take it
	Params   map[string]any `json:"params,omitempty"`
	Places   []fault.Place  `json:"places,omitempty"`
	BegunAt  time.Time      `json:"begun_at"`
	SavedAt  time.Time      `json:"saved_at"`
}

// page is a file of it.
type page struct {
	api.KeptPage
	Scan      string `json:"scan,omitempty"` // which file of the scanner it was: SHA-256, hex, and when it was written
	TurnsSent int    `json:"turns_sent"`
	Gone      bool   `json:"gone,omitempty"` // to be taken away at the center
}

// isUnsent tells whether the center lacks anything.
func (c *captured) isUnsent() bool { return c.Changes > c.Sent || c.Order != noOrder || c.Code != "" }

func (c *captured) clone() *captured {
	other := *c
	other.Pages = slices.Clone(c.Pages)
	return &other
}

// digest names a content, as the center keeps it.
func digest(content claim.Content) string {
	text, err := json.Marshal(content.Trimmed())
	if err != nil {
		panic(err) // strings, numbers and dates always encode
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// captures are all claims that lie before one member of staff. What is changed is on the
// disk before it is answered.
type captures struct {
	folder *kept.Folder
	now    func() time.Time
	mu     gosync.Mutex
	claims map[string]*captured
	jobs   map[string]*job
}

// idPattern keeps IDs apart from what is put behind them in the names of files.
var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,39}$`)

const (
	claimEnding   = ".claim"
	contentEnding = ".page"
	previewEnding = ".preview"
)

// openCaptures finds what a member left here. Files nobody refers to are of something
// that was ended in the middle: before it was kept, or while it was forgotten.
func openCaptures(data, memberID string, key []byte, now func() time.Time, log *slog.Logger) (*captures, error) {
	keys, err := seal.Single(key)
	if err != nil {
		return nil, err
	}
	folder, err := kept.Open(filepath.Join(data, "kept", hex.EncodeToString([]byte(memberID))), keys)
	if err != nil {
		return nil, err
	}
	k := &captures{folder: folder, now: now, claims: map[string]*captured{}, jobs: map[string]*job{}}
	names, err := folder.List()
	if err != nil {
		return nil, err
	}
	isUsed := map[string]bool{}
	for _, name := range names {
		if !strings.HasSuffix(name, claimEnding) {
			continue
		}
		c, err := k.read(name)
		if err != nil {
			// It stays, with its pages, for whoever can tell what became of it.
			log.Error("a claim that is kept here cannot be read", "file", name, "error", err)
			for _, of := range names {
				isUsed[of] = isUsed[of] || strings.HasPrefix(of, strings.TrimSuffix(name, claimEnding)+".")
			}
			continue
		}
		if !c.isUnsent() {
			continue
		}
		k.claims[c.ID] = c
		for _, of := range c.files() {
			isUsed[of] = true
		}
	}
	for _, name := range names {
		if !isUsed[name] {
			if err := folder.Remove(name); err != nil {
				return nil, err
			}
		}
	}
	return k, nil
}

func (k *captures) read(name string) (*captured, error) {
	text, err := k.folder.Read(name)
	if err != nil {
		return nil, err
	}
	c := &captured{}
	if err := json.Unmarshal(text, c); err != nil {
		return nil, fmt.Errorf("decode a claim that is kept: %w", err)
	}
	return c, nil
}

// files are the names under which it is kept.
func (c *captured) files() []string {
	names := []string{c.ID + claimEnding}
	for _, p := range c.Pages {
		if p.Here {
			names = append(names, c.file(p.ID, contentEnding), c.file(p.ID, previewEnding))
		}
	}
	return names
}

func (c *captured) file(pageID, ending string) string { return c.ID + "." + pageID + ending }

// get is a claim as it is now, to be looked at. Fault "desk.not_kept".
func (k *captures) get(id string) (*captured, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if c, ok := k.claims[id]; ok {
		return c.clone(), nil
	}
	return nil, fault.New(fault.NotFound, "desk.not_kept")
}

// change does something to a claim and keeps it.
func (k *captures) change(id string, do func(c *captured) error) (*captured, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	known, ok := k.claims[id]
	if !ok {
		return nil, fault.New(fault.NotFound, "desk.not_kept")
	}
	next := known.clone()
	if err := do(next); err != nil {
		return nil, err
	}
	return next.clone(), k.keep(next)
}

// put lays a claim here that was not; one that is stays, and is answered.
func (k *captures) put(c *captured) (*captured, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if known, ok := k.claims[c.ID]; ok {
		return known.clone(), nil
	}
	return c.clone(), k.keep(c)
}

func (k *captures) keep(c *captured) error {
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode a claim: %w", err)
	}
	if err := k.folder.Write(c.ID+claimEnding, text); err != nil {
		return fault.Wrap(err, fault.Unavailable, "desk.cannot_keep")
	}
	k.claims[c.ID] = c
	return nil
}

// forget takes a claim and its files away. The claim goes first: what is left of its pages
// is found at the next login.
func (k *captures) forget(id string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	c, ok := k.claims[id]
	if !ok {
		return nil
	}
	for _, name := range c.files() {
		if err := k.folder.Remove(name); err != nil {
			return err
		}
	}
	delete(k.claims, id)
	return nil
}

// unsent lists what the center lacks, the oldest first.
func (k *captures) unsent() []*captured {
	k.mu.Lock()
	defer k.mu.Unlock()
	var list []*captured
	for _, c := range k.claims {
		if c.isUnsent() {
			list = append(list, c.clone())
		}
	}
	slices.SortFunc(list, func(a, b *captured) int {
		return cmp.Or(a.BegunAt.Compare(b.BegunAt), strings.Compare(a.ID, b.ID))
	})
	return list
}

// view is a claim as a list shows it.
func (k *captures) view(c *captured) api.KeptClaim {
	v := api.KeptClaim{ID: c.ID, Number: c.Number, District: c.District, Channel: c.Content.Channel, Donor: identity.MaskName(c.Content.Donor.Name),
		Hospital: c.Content.Hospital.Name, State: "open", Submits: c.Order == submit, Code: c.Code, SavedAt: c.SavedAt, Version: c.Version, Unsent: c.isUnsent()}
	for _, p := range c.Pages {
		if p.Here && !p.Sent {
			v.Pages++
		}
	}
	k.mu.Lock()
	_, isSending := k.jobs[c.ID]
	k.mu.Unlock()
	switch {
	case isSending:
		v.State = "sending"
	case c.Code != "":
		v.State = "refused"
	case c.Order != noOrder:
		v.State = "waiting"
	}
	return v
}
