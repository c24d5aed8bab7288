package plugin

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/aitoys/ai-metrics/pkg/proxytest"
)

var secrets = map[string]string{"login": "grafana", "password": "s3cret"}

func newDatasource(t *testing.T, jsonData map[string]any, secureJSONData map[string]string) *Datasource {
	t.Helper()
	encoded, err := json.Marshal(jsonData)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := NewDatasource(t.Context(), backend.DataSourceInstanceSettings{
		UID: "aitoys-ai-metrics", Name: "AI Metrics", JSONData: encoded, DecryptedSecureJSONData: secureJSONData,
	})
	if err != nil {
		t.Fatal(err)
	}
	return instance.(*Datasource)
}

func datasourceFor(t *testing.T, server *proxytest.Server) *Datasource {
	t.Helper()
	return newDatasource(t, map[string]any{"proxyUrl": server.URL}, secrets)
}

func TestNewDatasource(t *testing.T) {
	t.Run("ignores the data source's own url, user and basic auth", func(t *testing.T) {
		server := proxytest.New(t)
		server.Handle("GET /api/v1/catalog", proxytest.Answer(http.StatusOK, `{}`))
		jsonData, err := json.Marshal(map[string]any{"proxyUrl": server.URL})
		if err != nil {
			t.Fatal(err)
		}
		instance, err := NewDatasource(t.Context(), backend.DataSourceInstanceSettings{
			URL: "http://127.0.0.1:1", User: "someone", BasicAuthEnabled: true, BasicAuthUser: "someone",
			JSONData: jsonData, DecryptedSecureJSONData: secrets,
		})
		if err != nil {
			t.Fatal(err)
		}
		response := callResource(t, instance.(*Datasource), &backend.CallResourceRequest{Method: "GET", Path: "catalog"})
		if response.Status != http.StatusOK {
			t.Fatalf("got status %d, %s", response.Status, response.Body)
		}
		if got := server.Requests()[0].Header.Get("Authorization"); got != "Bearer token-1" {
			t.Errorf("got Authorization %q", got)
		}
	})

	t.Run("keeps a wrong certificate for the messages", func(t *testing.T) {
		datasource := newDatasource(t, map[string]any{"proxyUrl": "https://proxy", "tlsAuthWithCACert": true},
			map[string]string{"login": "grafana", "password": "s3cret", "tlsCACert": "not PEM"})
		want := "The data source's TLS settings are wrong: failed to parse TLS CA PEM certificate"
		if datasource.problem == nil || datasource.problem.Error() != want {
			t.Errorf("got %v, want %q", datasource.problem, want)
		}
	})
}

func TestDispose(t *testing.T) {
	t.Run("signs out", func(t *testing.T) {
		server := proxytest.New(t)
		datasource := datasourceFor(t, server)
		if _, err := datasource.CheckHealth(t.Context(), &backend.CheckHealthRequest{}); err != nil {
			t.Fatal(err)
		}
		datasource.Dispose()
		want := []string{"GET /ready", "POST /api/v1/login", "GET /api/v1/user/info", "POST /api/v1/logout"}
		if diff := cmp.Diff(want, server.Routes()); diff != "" {
			t.Error(diff)
		}
	})

	t.Run("does nothing without settings", func(t *testing.T) {
		newDatasource(t, nil, nil).Dispose()
	})
}
