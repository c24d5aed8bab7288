package plugin

import (
	"net/http"
	"net/textproto"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/aitoys/ai-metrics/pkg/proxy"
)

// schedulerLogin is the login under which Grafana's scheduler evaluates alert rules (ngalert/schedule/alert_rule.go).
const schedulerLogin = "grafana_scheduler"

// queryIdentity decides by the plugin context, which only Grafana can set. FromAlert and X-Rule-* do not count: any
// viewer can send them. Somebody who took the scheduler's login still has an X-Grafana-Id.
func queryIdentity(req *backend.QueryDataRequest) proxy.Identity {
	grafanaID := req.GetHTTPHeader(backend.GrafanaUserSignInTokenHeaderName)
	user := req.PluginContext.User
	if user != nil && user.Login == schedulerLogin && grafanaID == "" {
		return proxy.Identity{Caller: proxy.Scheduler, SkipCache: queryHeaders(req).Get("X-Cache-Skip") == "true"}
	}
	return proxy.Identity{Caller: proxy.Viewer, GrafanaID: grafanaID}
}

func resourceIdentity(req *backend.CallResourceRequest) proxy.Identity {
	return proxy.Identity{
		Caller:    proxy.Viewer,
		GrafanaID: req.GetHTTPHeader(backend.GrafanaUserSignInTokenHeaderName),
	}
}

// queryHeaders holds forwarded HTTP headers, and those that alerting sets without the SDK's prefix for them.
func queryHeaders(req *backend.QueryDataRequest) http.Header {
	headers := req.GetHTTPHeaders()
	for name, value := range req.Headers {
		switch canonical := textproto.CanonicalMIMEHeaderKey(name); canonical {
		case "Fromalert", "X-Cache-Skip":
			headers.Set(canonical, value)
		}
	}
	return headers
}
