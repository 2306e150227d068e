// Package api is the one typed HTTP API of the product: what the center serves
// over the network and what a kiosk or desk answers inside its window. Handlers
// decode, ask a noun's service and answer; rules live elsewhere.
package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Title and Version of the API, not of the program.
const (
	Title   = "连心 Lianxin"
	Version = "1.0.0"
)

func init() {
	huma.NewError = humaError
	huma.NewErrorWithContext = humaErrorOf
	huma.DefaultArrayNullable = false
}

// config is huma's, without its schema links and documentation pages: they load
// scripts from the network, which a kiosk does not have.
func config(schemas huma.Registry) huma.Config {
	c := huma.DefaultConfig(Title, Version)
	c.CreateHooks = nil
	c.DocsPath, c.SchemasPath = "", ""
	c.Formats = map[string]huma.Format{"application/json": asJSON, "json": asJSON}
	c.Info.Description = "Blood-donation services. Paths under /kiosk are answered inside a kiosk's window only, those under /desk inside a desk's; all others by the center."
	c.Components.Schemas = schemas
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "EdDSA access token of at most ten minutes"},
	}
	return c
}

// KioskServices answer a kiosk's window.
type KioskServices struct {
	CheckIn CheckIn
	Redeem  Redeem
	Gifts   Gifts
	Kiosk   Kiosk
	Demo    Demo
}

// CenterServices answer over the network.
type CenterServices struct {
	Guard            Guard
	Health           Health
	Enrolments       Enrolments
	Tokens           Tokens
	Sync             SyncCenter
	Accounts         Accounts
	Redemptions      Redemptions
	Intake           Intake
	Sites            Sites
	Visits           Visits
	Corrections      Corrections
	Merges           Merges
	Devices          Devices
	Staff            Staff
	Members          Members
	Audit            Audit
	SiteDesk         SiteDesk
	Packs            Packs
	Drafts           Drafts
	StaffCalls       StaffCalls
	Demand           Demand
	Results          Results
	Papers           Papers
	Counsel          Counsel
	Claims           Claims
	Payouts          Payouts
	Relief           Relief
	Hospitals        Hospitals
	HospitalRegister HospitalRegister
	Settlements      Settlements
	DonorLogins      DonorLogins
	Reception        Reception
}

// kioskRoutes is everything a kiosk's window can ask.
func kioskRoutes(api huma.API, s KioskServices) {
	kioskSession(api, s.CheckIn)
	kioskRedeem(api, s.Redeem)
	kioskGifts(api, s.Gifts)
	kioskDevice(api, s.Kiosk)
	kioskDemo(api, s.Demo)
}

// centerRoutes is everything the center answers.
func centerRoutes(api huma.API, s CenterServices) {
	health(api, s.Health)
	enrolments(api, s.Enrolments)
	tokens(api, s.Tokens)
	syncRoutes(api, s.Sync)
	accounts(api, s.Accounts)
	redemptions(api, s.Redemptions)
	results(api, s.Results)
	papers(api, s.Papers)
	counselRoutes(api, s.Counsel)
	reliefRoutes(api, s.Relief)
	stationIntake(api, s.Intake)
	hospitals(api, s.Hospitals)
	hospitalsFHIR(api, s.Hospitals)
	hospitalRegister(api, s.HospitalRegister)
	sites(api, s.Sites)
	visits(api, s.Visits)
	corrections(api, s.Corrections)
	merges(api, s.Merges)
	devices(api, s.Devices)
	staffRoutes(api, s.Staff)
	members(api, s.Members)
	auditRoutes(api, s.Audit)
	siteDesk(api, s.SiteDesk)
	packs(api, s.Packs)
	drafts(api, s.Drafts)
	staffCalls(api, s.StaffCalls)
	giftReport(api, s.Demand)
	claims(api, s.Claims)
	claimSteps(api, s.Claims)
	claimAttachments(api, s.Claims)
	claimPapers(api, s.Claims)
	donorLogins(api, s.DonorLogins)
	ownClaims(api, s.Claims)
	ownAttachments(api, s.Claims)
	claimPayments(api, s.Claims, s.Payouts)
	payouts(api, s.Payouts)
	settlements(api, s.Settlements)
	receptionRoutes(api, s.Reception)
}

// NewKiosk returns the handler for a kiosk's window.
func NewKiosk(s KioskServices) http.Handler {
	mux := http.NewServeMux()
	ofKiosk.on(mux, func(api huma.API) { kioskRoutes(api, s) })
	return bounded(repeatable(recovered(answered(mux))))
}

// NewCenter returns the center's API on a mux that may carry pages beside it.
func NewCenter(mux *http.ServeMux, s CenterServices) http.Handler {
	ofCenter.on(mux, func(api huma.API) {
		api.UseMiddleware(guarded(api, s.Guard))
		centerRoutes(api, s)
	})
	return bounded(recovered(answered(mux)))
}

// Document returns the OpenAPI 3.1 document of everything, as JSON.
func Document() ([]byte, error) { return describe().MarshalJSON() }

// describe registers everything with nobody to answer.
func describe() *huma.OpenAPI {
	api := humago.New(http.NewServeMux(), config(registry()))
	kioskRoutes(api, KioskServices{})
	deskRoutes(api, nil)
	centerRoutes(api, CenterServices{})
	return api.OpenAPI()
}

// limited keeps any body from being larger than the largest an operation takes.
type limited struct{ next http.Handler }

func bounded(next http.Handler) http.Handler { return limited{next} }

// ServeHTTP implements http.Handler.
func (l limited) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxPush)
	l.next.ServeHTTP(w, r)
}
