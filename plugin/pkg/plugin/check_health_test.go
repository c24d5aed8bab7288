package plugin

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/aitoys/ai-metrics/pkg/proxytest"
)

func TestCheckHealth(t *testing.T) {
	const okay = "Connected to AI Metrics proxy 0.1.0 as grafana; MySQL 9.7.0; alerts not allowed; viewers are not checked"
	tests := map[string]struct {
		handlers    map[string]http.HandlerFunc
		allowAlerts bool
		status      backend.HealthStatus
		message     string // its %s is the proxy's address
	}{
		"is green": {
			status: backend.HealthStatusOk, message: okay,
		},
		"says that alerts are allowed": {
			allowAlerts: true, status: backend.HealthStatusOk,
			message: "Connected to AI Metrics proxy 0.1.0 as grafana; MySQL 9.7.0; alerts allowed; viewers are not checked",
		},
		"names another server": {
			handlers: map[string]http.HandlerFunc{"GET /ready": proxytest.Answer(200, `<html>Welcome to nginx</html>`)},
			message: "%s is not an AI Metrics proxy: it does not answer /ready as one does (status 200). " +
				"Enter the proxy's own address as Address, without /api/v1 or /admin.",
		},
		"names another server that speaks JSON": {
			handlers: map[string]http.HandlerFunc{"GET /ready": proxytest.Answer(200, `{"data":{"status":"ready","version":"1"}}`)},
			message: "%s is not an AI Metrics proxy: it does not answer /ready as one does (status 200). " +
				"Enter the proxy's own address as Address, without /api/v1 or /admin.",
		},
		"names a server without /ready": {
			handlers: map[string]http.HandlerFunc{"GET /ready": proxytest.Failure(404, "not_found", "There is no such route.", "r-1")},
			message: "%s is not an AI Metrics proxy: it does not answer /ready as one does (status 404). " +
				"Enter the proxy's own address as Address, without /api/v1 or /admin.",
		},
		"names a server in front of a proxy that is gone": {
			handlers: map[string]http.HandlerFunc{"GET /ready": proxytest.Answer(502, `<html>Bad Gateway</html>`)},
			message: "%s answered 502 Bad Gateway, and not as an AI Metrics proxy does. " +
				"Check that the proxy behind it is running, and Address in the data source's settings.",
		},
		"passes on an error of the proxy's without details": {
			handlers: map[string]http.HandlerFunc{"GET /ready": proxytest.Failure(503, "unavailable", "The proxy is stopping.", "r-2")},
			message:  "The proxy is stopping. (request_id r-2)",
		},
		"names a plugin that is too old": {
			handlers: map[string]http.HandlerFunc{"GET /ready": proxytest.Answer(200, `{"data":{"status":"ready","version":"2.0.0","api_version":2}}`)},
			message:  "The plugin speaks API 1, the proxy 2.0.0 at %s speaks API 2: update the plugin.",
		},
		"names a proxy of another version even when it is not ready": {
			handlers: map[string]http.HandlerFunc{"GET /ready": proxytest.Answer(503,
				`{"error":{"code":"unavailable","message":"Not ready.","request_id":"r-3","details":{"version":"2.0.0","api_version":2,"checks":[]}}}`)},
			message: "The plugin speaks API 1, the proxy 2.0.0 at %s speaks API 2: update the plugin.",
		},
		"names the checks that fail": {
			handlers: map[string]http.HandlerFunc{"GET /ready": proxytest.Answer(503,
				`{"error":{"code":"unavailable","message":"Not ready.","request_id":"r-4","details":{"status":"not ready","version":"0.1.0","api_version":1,"checks":[`+
					`{"name":"metrics_database","ok":false,"message":"can't be reached"},{"name":"state_database","ok":true,"message":"SQLite"},`+
					`{"name":"users_table","ok":false,"message":"not checked"}],"notices":[]}}}`)},
			message: "The AI Metrics proxy 0.1.0 at %s answers, but is not ready: metrics_database (can't be reached), " +
				"users_table (not checked). Correct this at the proxy; its log says more.",
		},
		"names a wrong password": {
			handlers: map[string]http.HandlerFunc{"POST /api/v1/login": proxytest.Failure(401, "unauthenticated", "Login name or password is wrong.", "l-1")},
			message: "The AI Metrics proxy refused the sign-in of the data source: Login name or password is wrong. " +
				"Check Login and Password in the data source's settings. Next attempt in 60 s. (request_id l-1)",
		},
		"names a normal user": {
			handlers: map[string]http.HandlerFunc{"POST /api/v1/login": proxytest.Failure(403, "forbidden", "Only system users may sign in.", "l-2")},
			message: "The AI Metrics proxy refused the sign-in of the data source: Only system users may sign in. " +
				"Enter Login and Password of a system user (user_type 1, status 1) in the data source's settings. " +
				"Next attempt in 60 s. (request_id l-2)",
		},
		"names too many attempts": {
			handlers: map[string]http.HandlerFunc{"POST /api/v1/login": func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Retry-After", "300")
				proxytest.Failure(429, "rate_limited", "Too many attempts to sign in: the next one is possible in 300 s", "l-3")(w, r)
			}},
			message: "The AI Metrics proxy refused the sign-in of the data source: Too many attempts to sign in came " +
				"from Grafana's address. Check Login and Password in the data source's settings before the next one. " +
				"Next attempt in 300 s. (request_id l-3)",
		},
		"passes on that the user may not": {
			handlers: map[string]http.HandlerFunc{"GET /api/v1/user/info": proxytest.Failure(503, "unavailable", "The database can't be reached.", "u-1")},
			message:  "The database can't be reached. (request_id u-1)",
		},
		"names a proxy that does not say who is signed in": {
			handlers: map[string]http.HandlerFunc{"GET /api/v1/user/info": proxytest.Answer(200, `{}`)},
			message:  "%s does not say who is signed in: update the proxy or the plugin.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := proxytest.New(t)
			for route, handler := range test.handlers {
				server.Handle(route, handler)
			}
			datasource := newDatasource(t, map[string]any{"proxyUrl": server.URL, "allowAlerts": test.allowAlerts}, secrets)
			result, err := datasource.CheckHealth(t.Context(), &backend.CheckHealthRequest{
				Headers: map[string]string{"http_X-Grafana-Id": "id-token"},
			})
			if err != nil {
				t.Fatal(err)
			}
			wantStatus := test.status
			if wantStatus == backend.HealthStatusUnknown {
				wantStatus = backend.HealthStatusError
			}
			want := &backend.CheckHealthResult{Status: wantStatus, Message: strings.ReplaceAll(test.message, "%s", server.URL)}
			if diff := cmp.Diff(want, result); diff != "" {
				t.Error(diff)
			}
			for _, request := range server.All() {
				if got := request.Header.Get("X-Grafana-Id"); got != "" {
					t.Errorf("%s carried X-Grafana-Id %q", request.Route(), got)
				}
			}
		})
	}

	t.Run("asks as health, and /ready as nobody", func(t *testing.T) {
		server := proxytest.New(t)
		if _, err := datasourceFor(t, server).CheckHealth(t.Context(), &backend.CheckHealthRequest{}); err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, request := range server.All() {
			got[request.Route()] = request.Header.Get("X-AiMetrics-Caller") + " " + request.Header.Get("Authorization")
		}
		want := map[string]string{"GET /ready": " ", "POST /api/v1/login": " ", "GET /api/v1/user/info": "health Bearer token-1"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})

	t.Run("says what is missing in the settings", func(t *testing.T) {
		result, err := newDatasource(t, map[string]any{}, nil).CheckHealth(t.Context(), &backend.CheckHealthRequest{})
		if err != nil {
			t.Fatal(err)
		}
		want := &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: "The data source's settings are incomplete or wrong. " +
			"Address is missing: enter where the AI Metrics proxy answers, for example http://127.0.0.1:5000. " +
			"Login is missing: enter the login name of a system user. Password is missing: enter the password of that user."}
		if diff := cmp.Diff(want, result); diff != "" {
			t.Error(diff)
		}
	})

	t.Run("is not green with a default time zone that every query would fail with", func(t *testing.T) {
		server := proxytest.New(t)
		result, err := newDatasource(t, map[string]any{"proxyUrl": server.URL, "timezone": "Foo/Bar"}, secrets).
			CheckHealth(t.Context(), &backend.CheckHealthRequest{})
		if err != nil {
			t.Fatal(err)
		}
		want := &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: "The data source's settings are incomplete or wrong. " +
			`Default time zone in the data source's settings is "Foo/Bar", which is no known zone: ` +
			"choose an IANA name from its list, for example Europe/Berlin, or clear it for UTC."}
		if diff := cmp.Diff(want, result); diff != "" {
			t.Error(diff)
		}
	})

	t.Run("says that the proxy can't be reached", func(t *testing.T) {
		address := closedAddress(t)
		result, err := newDatasource(t, map[string]any{"proxyUrl": "http://" + address}, secrets).
			CheckHealth(t.Context(), &backend.CheckHealthRequest{})
		if err != nil {
			t.Fatal(err)
		}
		want := &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: "The AI Metrics proxy at http://" + address +
			" can't be reached: the connection was refused. Check Address in the data source's settings, and that the proxy is running."}
		if diff := cmp.Diff(want, result); diff != "" {
			t.Error(diff)
		}
	})
}
