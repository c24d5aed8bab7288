package proxy

import "net/http"

// Caller is what a call is made for; the proxy decides by it what the call may see.
type Caller string

const (
	// Viewer is a person at a panel, in Explore, at a variable or at the preview of a rule.
	Viewer Caller = "viewer"
	// Scheduler is Grafana's own evaluation of an alert rule: nobody is looking.
	Scheduler Caller = "scheduler"
	// Health is "Save & test".
	Health Caller = "health"
)

// Identity is who asks, as far as Grafana told the plugin.
type Identity struct {
	Caller Caller
	// GrafanaID is the viewer's X-Grafana-Id token, empty if none came. The proxy verifies it.
	GrafanaID string
	// SkipCache is passed on for the Scheduler only: it would let viewers make the proxy work harder.
	SkipCache bool
}

const (
	callerHeader      = "X-AiMetrics-Caller"
	allowAlertsHeader = "X-AiMetrics-Allow-Alerts"
	grafanaIDHeader   = "X-Grafana-Id"
	cacheSkipHeader   = "X-Cache-Skip"
)

// setIdentity writes the headers that a session of kind datasource must send.
func setIdentity(header http.Header, identity Identity, token string, allowAlerts bool) {
	header.Set("Authorization", "Bearer "+token)
	header.Set(callerHeader, string(identity.Caller))
	if allowAlerts {
		header.Set(allowAlertsHeader, "true")
	} else {
		header.Set(allowAlertsHeader, "false")
	}
	if identity.GrafanaID != "" {
		header.Set(grafanaIDHeader, identity.GrafanaID)
	}
	if identity.SkipCache && identity.Caller == Scheduler {
		header.Set(cacheSkipHeader, "true")
	}
}
