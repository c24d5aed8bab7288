package plugin

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/aitoys/ai-metrics/pkg/proxytest"
)

func callResource(t *testing.T, datasource *Datasource, req *backend.CallResourceRequest) *backend.CallResourceResponse {
	t.Helper()
	var response *backend.CallResourceResponse
	err := datasource.CallResource(t.Context(), req, backend.CallResourceResponseSenderFunc(
		func(sent *backend.CallResourceResponse) error {
			response = sent
			return nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	if response == nil {
		t.Fatal("no response was sent")
	}
	return response
}

func TestCallResource(t *testing.T) {
	json := map[string][]string{"Content-Type": {"application/json"}}
	tests := map[string]struct {
		path, url string
		wantPath  string
		wantQuery string
	}{
		"asks for the catalog": {
			path: "catalog", url: "catalog?from=1", wantPath: "/api/v1/catalog",
		},
		"takes a path with a slash": {
			path: "/catalog", url: "/catalog", wantPath: "/api/v1/catalog",
		},
		"asks for values with the known parameters only": {
			path:      "dimensions/model_name/values",
			url:       "dimensions/model_name/values?from=1&to=2&search=gpt%20%26&limit=50&filter=provider:=:a&filter=cost:>:1&token=x&metrics=y",
			wantPath:  "/api/v1/dimensions/model_name/values",
			wantQuery: "filter=provider%3A%3D%3Aa&filter=cost%3A%3E%3A1&from=1&limit=50&search=gpt+%26&to=2",
		},
		"asks for providers": {
			path: "dimensions/provider/values", url: "dimensions/provider/values", wantPath: "/api/v1/dimensions/provider/values",
		},
		"asks for monitors": {
			path: "dimensions/monitor_id/values", url: "dimensions/monitor_id/values", wantPath: "/api/v1/dimensions/monitor_id/values",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := proxytest.New(t)
			server.Handle("GET "+test.wantPath, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Set-Cookie", "a=b")
				w.Header().Set("X-Request-Id", "c-1")
				proxytest.Answer(http.StatusOK, `{"data":{"values":["<a>"]}}`)(w, r)
			})
			response := callResource(t, datasourceFor(t, server), &backend.CallResourceRequest{
				PluginContext: backend.PluginContext{User: &backend.User{Login: "grafana_scheduler"}},
				Method:        "GET", Path: test.path, URL: test.url,
				Headers: map[string][]string{
					"X-Grafana-Id": {"id-token"}, "Cookie": {"grafana_session=1"}, "Authorization": {"Bearer browser"},
					"X-Aimetrics-Caller": {"scheduler"}, "X-Forwarded-For": {"10.0.0.1"}, "Fromalert": {"true"}, "X-Cache-Skip": {"true"},
				},
			})
			want := &backend.CallResourceResponse{Status: 200, Headers: json, Body: []byte(`{"data":{"values":["<a>"]}}`)}
			if diff := cmp.Diff(want, response); diff != "" {
				t.Error(diff)
			}

			request := server.Requests()[0]
			if request.Path != test.wantPath || request.Query != test.wantQuery {
				t.Errorf("got %s?%s", request.Path, request.Query)
			}
			got := map[string]string{}
			for _, header := range []string{
				"Authorization", "X-Grafana-Id", "X-AiMetrics-Caller", "X-AiMetrics-Allow-Alerts", "Cookie", "X-Forwarded-For",
				"FromAlert", "X-Cache-Skip",
			} {
				got[header] = request.Header.Get(header)
			}
			wantHeaders := map[string]string{
				"Authorization": "Bearer token-1", "X-Grafana-Id": "id-token", "X-AiMetrics-Caller": "viewer",
				"X-AiMetrics-Allow-Alerts": "false", "Cookie": "", "X-Forwarded-For": "", "FromAlert": "", "X-Cache-Skip": "",
			}
			if diff := cmp.Diff(wantHeaders, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCallResourceRefuses(t *testing.T) {
	const notFound = `{"error":{"code":"not_found","message":"The AI Metrics data source has no such resource.","request_id":""}}`
	const notAllowed = `{"error":{"code":"method_not_allowed","message":"Only GET is allowed here.","request_id":""}}`
	tests := []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "", 404, notFound},
		{"GET", "login", 404, notFound},
		{"POST", "query", 404, notFound},
		{"GET", "user/info", 404, notFound},
		{"GET", "catalog/", 404, notFound},
		{"GET", "catalog/../user/info", 404, notFound},
		{"GET", "//catalog", 404, notFound},
		{"GET", "dimensions/provider%2Fx/values", 404, notFound},
		{"GET", "dimensions/users/values", 404, notFound},
		{"GET", "dimensions/provider/values/..", 404, notFound},
		{"POST", "catalog", 405, notAllowed},
		{"HEAD", "catalog", 405, notAllowed},
		{"OPTIONS", "dimensions/provider/values", 405, notAllowed},
		{"get", "catalog", 405, notAllowed},
	}
	server := proxytest.New(t)
	datasource := datasourceFor(t, server)
	for _, test := range tests {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			response := callResource(t, datasource, &backend.CallResourceRequest{Method: test.method, Path: test.path, URL: test.path})
			headers := map[string][]string{"Content-Type": {"application/json"}}
			if test.status == 405 {
				headers["Allow"] = []string{"GET"}
			}
			want := &backend.CallResourceResponse{Status: test.status, Headers: headers, Body: []byte(test.body)}
			if diff := cmp.Diff(want, response); diff != "" {
				t.Error(diff)
			}
		})
	}
	if routes := server.Routes(); len(routes) != 0 {
		t.Errorf("the proxy was asked %v", routes)
	}
}

func TestCallResourceErrors(t *testing.T) {
	tests := map[string]struct {
		catalog http.HandlerFunc
		login   http.HandlerFunc
		url     string
		status  int
		body    string // its %s is the proxy's address
	}{
		"passes on the proxy's error": {
			catalog: proxytest.Failure(403, "forbidden", "Only system users.", "c-1"),
			status:  403, body: `{"error":{"code":"forbidden","message":"Only system users.","request_id":"c-1"}}`,
		},
		"answers 502 when the data source itself is refused": {
			login:  proxytest.Failure(401, "unauthenticated", "Wrong.", "l-1"),
			status: 502, body: `{"error":{"code":"unauthenticated","message":"The AI Metrics proxy refused the sign-in of the data source: ` +
				`Wrong. Check Login and Password in the data source's settings. Next attempt in 60 s.","request_id":"l-1"}}`,
		},
		"answers 502 for what is no JSON": {
			catalog: proxytest.Answer(200, `<html>`),
			status:  502, body: `{"error":{"code":"unavailable","message":"%s does not answer as an AI Metrics proxy does (status 200). ` +
				`Check Address in the data source's settings.","request_id":""}}`,
		},
		"refuses a query string that can't be read": {
			url:    "catalog?a=%zz",
			status: 400, body: `{"error":{"code":"invalid_request","message":"The query string can't be read.","request_id":""}}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := proxytest.New(t)
			if test.catalog != nil {
				server.Handle("GET /api/v1/catalog", test.catalog)
			}
			if test.login != nil {
				server.Handle("POST /api/v1/login", test.login)
			}
			response := callResource(t, datasourceFor(t, server), &backend.CallResourceRequest{Method: "GET", Path: "catalog", URL: test.url})
			wantBody(t, response, test.status, test.body, server.URL)
		})
	}

	t.Run("says what is missing in the settings", func(t *testing.T) {
		datasource := newDatasource(t, map[string]any{"proxyUrl": "http://proxy"}, map[string]string{"login": "grafana"})
		response := callResource(t, datasource, &backend.CallResourceRequest{Method: "GET", Path: "catalog"})
		wantBody(t, response, 400, `{"error":{"code":"invalid_request","message":"The data source's settings are incomplete or wrong. `+
			`Password is missing: enter the password of that user.","request_id":""}}`, "")
	})
}

func wantBody(t *testing.T, response *backend.CallResourceResponse, status int, body, address string) {
	t.Helper()
	want := &backend.CallResourceResponse{
		Status: status, Headers: map[string][]string{"Content-Type": {"application/json"}},
		Body: []byte(strings.ReplaceAll(body, "%s", address)),
	}
	if diff := cmp.Diff(want, response); diff != "" {
		t.Error(diff)
	}
}
