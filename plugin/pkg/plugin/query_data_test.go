package plugin

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/aitoys/ai-metrics/pkg/proxytest"
)

func queryFor(refID string) backend.DataQuery {
	return backend.DataQuery{
		RefID: refID, MaxDataPoints: 1000, Interval: time.Minute,
		TimeRange: backend.TimeRange{From: time.UnixMilli(1767225600000), To: time.UnixMilli(1767229200500)},
		JSON:      []byte(`{"kind":"summary"}`),
	}
}

func queryData(t *testing.T, datasource *Datasource, req *backend.QueryDataRequest) backend.Responses {
	t.Helper()
	response, err := datasource.QueryData(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return response.Responses
}

// failures are the errors of responses, as Grafana gets them.
func failures(responses backend.Responses) map[string]string {
	result := map[string]string{}
	for refID, response := range responses {
		result[refID] = "ok"
		if response.Error != nil {
			result[refID] = fmt.Sprintf("%d %s: %s", response.Status, response.ErrorSource, response.Error)
		}
	}
	return result
}

const okayForAB = `{"results":{"A":{"status":200,"frames":[]},"B":{"status":200,"frames":[]}}}`

func TestQueryDataBatch(t *testing.T) {
	alertHeaders := map[string]string{"FromAlert": "true", "X-Cache-Skip": "true", "http_X-Rule-Uid": "rule-1"}
	tests := map[string]struct {
		jsonData map[string]any
		headers  map[string]string
		queries  []backend.DataQuery
		want     string
	}{
		"sends queries without Grafana's keys and otherwise untouched": {
			queries: []backend.DataQuery{{
				RefID: "A", MaxDataPoints: 1000, Interval: 1500 * time.Millisecond,
				TimeRange: backend.TimeRange{From: time.UnixMilli(1767225600000), To: time.UnixMilli(1767229200500)},
				JSON: []byte(`{"refId":"A","datasource":{"uid":"x"},"datasourceId":1,"hide":false,"key":"Q-1","queryType":"",` +
					`"intervalMs":1500,"maxDataPoints":1000,"queryCachingTTL":60000,"timeRange":{"from":"now-1h","to":"now"},"metrics":["cost"],"parameters":{"budget":12345678901234567890},"zzz":null}`),
			}},
			want: `{"queries":[{"refId":"A","from":1767225600000,"to":1767229200500,"intervalMs":1500,"maxDataPoints":1000,` +
				`"query":{"metrics":["cost"],"parameters":{"budget":12345678901234567890},"zzz":null}}],"context":{"source":"unknown"}}`,
		},
		"sends all queries at once, each with its own range": {
			queries: []backend.DataQuery{
				queryFor("A"),
				{RefID: "B", TimeRange: backend.TimeRange{From: time.UnixMilli(-1), To: time.UnixMilli(0)}, JSON: []byte(`{}`)},
			},
			want: `{"queries":[{"refId":"A","from":1767225600000,"to":1767229200500,"intervalMs":60000,"maxDataPoints":1000,` +
				`"query":{"kind":"summary"}},{"refId":"B","from":-1,"to":0,"intervalMs":0,"maxDataPoints":0,"query":{}}],` +
				`"context":{"source":"unknown"}}`,
		},
		"names the panel and the default time zone": {
			jsonData: map[string]any{"timezone": "Europe/Berlin"},
			headers:  map[string]string{"http_X-Dashboard-Uid": "aitoys-overview", "http_X-Panel-Id": "4", "http_X-Panel-Plugin-Id": "stat"},
			queries:  []backend.DataQuery{queryFor("A")},
			want: `{"queries":[{"refId":"A","from":1767225600000,"to":1767229200500,"intervalMs":60000,"maxDataPoints":1000,` +
				`"query":{"kind":"summary"}}],"context":{"source":"panel","dashboardUid":"aitoys-overview","panelId":"4","timezone":"Europe/Berlin"}}`,
		},
		"knows a panel of a dashboard that was never saved": {
			headers: map[string]string{"http_X-Panel-Id": "1", "http_X-Panel-Plugin-Id": "timeseries"},
			queries: []backend.DataQuery{queryFor("A")},
			want: `{"queries":[{"refId":"A","from":1767225600000,"to":1767229200500,"intervalMs":60000,"maxDataPoints":1000,` +
				`"query":{"kind":"summary"}}],"context":{"source":"panel","panelId":"1"}}`,
		},
		"knows Explore": {
			headers: map[string]string{"http_X-Panel-Id": "716"},
			queries: []backend.DataQuery{queryFor("A")},
			want: `{"queries":[{"refId":"A","from":1767225600000,"to":1767229200500,"intervalMs":60000,"maxDataPoints":1000,` +
				`"query":{"kind":"summary"}}],"context":{"source":"explore","panelId":"716"}}`,
		},
		"names the rule": {
			headers: alertHeaders,
			queries: []backend.DataQuery{queryFor("A")},
			want: `{"queries":[{"refId":"A","from":1767225600000,"to":1767229200500,"intervalMs":60000,"maxDataPoints":1000,` +
				`"query":{"kind":"summary"}}],"context":{"source":"alert","ruleUid":"rule-1"}}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := proxytest.New(t)
			server.Handle("POST /api/v1/query", proxytest.Answer(http.StatusOK, okayForAB))
			jsonData := map[string]any{"proxyUrl": server.URL}
			for key, value := range test.jsonData {
				jsonData[key] = value
			}
			responses := queryData(t, newDatasource(t, jsonData, secrets),
				&backend.QueryDataRequest{Headers: test.headers, Queries: test.queries})
			for refID, failure := range failures(responses) {
				if failure != "ok" {
					t.Errorf("%s: %s", refID, failure)
				}
			}
			requests := server.Requests()
			if len(requests) != 1 {
				t.Fatalf("the proxy got %d requests, want 1", len(requests))
			}
			if diff := cmp.Diff(test.want, requests[0].Body); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestQueryDataIdentity(t *testing.T) {
	scheduler := &backend.User{Login: "grafana_scheduler", Role: "Admin"}
	tests := map[string]struct {
		user    *backend.User
		headers map[string]string
		want    map[string]string
	}{
		"a person is a viewer": {
			user: &backend.User{Login: "ada"}, headers: map[string]string{"http_X-Grafana-Id": "id-token"},
			want: map[string]string{"X-AiMetrics-Caller": "viewer", "X-Grafana-Id": "id-token", "X-Cache-Skip": ""},
		},
		"the scheduler is the scheduler": {
			user: scheduler, headers: map[string]string{"FromAlert": "true", "X-Cache-Skip": "true"},
			want: map[string]string{"X-AiMetrics-Caller": "scheduler", "X-Grafana-Id": "", "X-Cache-Skip": "true"},
		},
		"the scheduler without X-Cache-Skip sends none": {
			user: scheduler,
			want: map[string]string{"X-AiMetrics-Caller": "scheduler", "X-Grafana-Id": "", "X-Cache-Skip": ""},
		},
		"somebody with the scheduler's login and an identity is a viewer": {
			user: scheduler, headers: map[string]string{"http_X-Grafana-Id": "id-token", "FromAlert": "true", "X-Cache-Skip": "true"},
			want: map[string]string{"X-AiMetrics-Caller": "viewer", "X-Grafana-Id": "id-token", "X-Cache-Skip": ""},
		},
		"headers of an alert rule make nobody the scheduler": {
			user: &backend.User{Login: "ada"}, headers: map[string]string{
				"FromAlert": "true", "http_FromAlert": "true", "http_X-Rule-Uid": "rule-1", "X-Cache-Skip": "true",
				"http_X-Grafana-User": "grafana_scheduler", "http_X-Aimetrics-Caller": "scheduler",
			},
			want: map[string]string{"X-AiMetrics-Caller": "viewer", "X-Grafana-Id": "", "X-Cache-Skip": ""},
		},
		"a login in other case is a viewer": {
			user: &backend.User{Login: "Grafana_Scheduler"},
			want: map[string]string{"X-AiMetrics-Caller": "viewer", "X-Grafana-Id": "", "X-Cache-Skip": ""},
		},
		"nobody is a viewer": {
			want: map[string]string{"X-AiMetrics-Caller": "viewer", "X-Grafana-Id": "", "X-Cache-Skip": ""},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := proxytest.New(t)
			server.Handle("POST /api/v1/query", proxytest.Answer(http.StatusOK, okayForAB))
			queryData(t, datasourceFor(t, server), &backend.QueryDataRequest{
				PluginContext: backend.PluginContext{User: test.user},
				Headers:       test.headers, Queries: []backend.DataQuery{queryFor("A")},
			})
			got := map[string]string{}
			for header := range test.want {
				got[header] = server.Requests()[0].Header.Get(header)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestQueryDataErrors(t *testing.T) {
	tests := map[string]struct {
		handler http.HandlerFunc
		want    map[string]string
	}{
		"gives every refId the error of the whole call": {
			handler: proxytest.Failure(503, "unavailable", "The database can't be reached.", "q-1"),
			want: map[string]string{
				"A": "503 downstream: The database can't be reached. (request_id q-1)",
				"B": "503 downstream: The database can't be reached. (request_id q-1)",
			},
		},
		"passes on that the viewer may not": {
			handler: proxytest.Failure(403, "forbidden", "Alert rules may not ask.", "q-2"),
			want: map[string]string{
				"A": "403 downstream: Alert rules may not ask. (request_id q-2)",
				"B": "403 downstream: Alert rules may not ask. (request_id q-2)",
			},
		},
		"passes on that the body is too large": {
			handler: proxytest.Failure(413, "too_large", "The body is larger than 256 KiB.", "q-3"),
			want: map[string]string{
				"A": "413 downstream: The body is larger than 256 KiB. (request_id q-3)",
				"B": "413 downstream: The body is larger than 256 KiB. (request_id q-3)",
			},
		},
		"keeps one query's error to itself": {
			handler: proxytest.Answer(200, `{"results":{"A":{"error":"interval: write 1m.","status":400,"errorSource":"downstream"},"B":{"status":200,"frames":[]}}}`),
			want:    map[string]string{"A": "400 downstream: interval: write 1m.", "B": "ok"},
		},
		"completes an error without status and source": {
			handler: proxytest.Answer(200, `{"results":{"A":{"error":"Something."},"B":{"error":"Else.","status":200,"errorSource":"x"}}}`),
			want:    map[string]string{"A": "500 downstream: Something.", "B": "500 downstream: Else."},
		},
		"reports a query without an answer, and drops answers nobody asked for": {
			handler: proxytest.Answer(200, `{"results":{"B":{"status":200,"frames":[]},"C":{"status":200,"frames":[]}}}`),
			want:    map[string]string{"A": unreadable("A"), "B": "ok"},
		},
		"reports a frame that can't be read, and reads the others": {
			handler: proxytest.Answer(200, `{"results":{"A":{"frames":[{"schema":{"fields":[{"name":"x"}]},"data":{"values":[[1]]}}]},"B":{"status":200,"frames":[]}}}`),
			want:    map[string]string{"A": unreadable("A"), "B": "ok"},
		},
		"reports an answer that is no JSON": {
			handler: proxytest.Answer(200, `<html>`),
			want:    map[string]string{"A": unreadable("A"), "B": unreadable("B")},
		},
		"reports an empty answer": {
			handler: proxytest.Answer(200, ``),
			want:    map[string]string{"A": unreadable("A"), "B": unreadable("B")},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := proxytest.New(t)
			server.Handle("POST /api/v1/query", test.handler)
			responses := queryData(t, datasourceFor(t, server),
				&backend.QueryDataRequest{Queries: []backend.DataQuery{queryFor("A"), queryFor("B")}})
			if diff := cmp.Diff(test.want, failures(responses)); diff != "" {
				t.Error(diff)
			}
		})
	}

	t.Run("reports a query that is no object, and asks the others", func(t *testing.T) {
		server := proxytest.New(t)
		server.Handle("POST /api/v1/query", proxytest.Answer(200, okayForAB))
		queries := []backend.DataQuery{queryFor("A"), {RefID: "N", JSON: []byte(`null`)}, {RefID: "E"}, {RefID: "L", JSON: []byte(`[1]`)}}
		responses := queryData(t, datasourceFor(t, server), &backend.QueryDataRequest{Queries: queries})
		want := map[string]string{
			"A": "ok",
			"N": "400 downstream: Query N is not a JSON object: build it again in the query editor.",
			"E": "400 downstream: Query E is not a JSON object: build it again in the query editor.",
			"L": "400 downstream: Query L is not a JSON object: build it again in the query editor.",
		}
		if diff := cmp.Diff(want, failures(responses)); diff != "" {
			t.Error(diff)
		}
	})

	t.Run("asks nobody when there is nothing to ask", func(t *testing.T) {
		server := proxytest.New(t)
		queryData(t, datasourceFor(t, server), &backend.QueryDataRequest{Queries: []backend.DataQuery{{RefID: "E"}}})
		if routes := server.Routes(); len(routes) != 0 {
			t.Errorf("the proxy was asked %v", routes)
		}
	})

	t.Run("says what is missing in the settings", func(t *testing.T) {
		datasource := newDatasource(t, map[string]any{"proxyUrl": "proxy:5000"}, secrets)
		responses := queryData(t, datasource, &backend.QueryDataRequest{Queries: []backend.DataQuery{queryFor("A")}})
		want := map[string]string{"A": "400 downstream: The data source's settings are incomplete or wrong. " +
			"Address must start with http:// or https://, for example http://127.0.0.1:5000."}
		if diff := cmp.Diff(want, failures(responses)); diff != "" {
			t.Error(diff)
		}
	})

	t.Run("says that the proxy can't be reached", func(t *testing.T) {
		address := closedAddress(t)
		datasource := newDatasource(t, map[string]any{"proxyUrl": "http://" + address + "/"}, secrets)
		responses := queryData(t, datasource, &backend.QueryDataRequest{Queries: []backend.DataQuery{queryFor("A")}})
		want := map[string]string{"A": "502 downstream: The AI Metrics proxy at http://" + address + " can't be reached: " +
			"the connection was refused. Check Address in the data source's settings, and that the proxy is running."}
		if diff := cmp.Diff(want, failures(responses)); diff != "" {
			t.Error(diff)
		}
	})
}

func unreadable(refID string) string {
	return strings.ReplaceAll("502 plugin: The AI Metrics proxy's answer to query % can't be read. "+
		"Plugin and proxy may be of different versions: update the older one.", "%", refID)
}

// closedAddress is an address where nothing listens.
func closedAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return listener.Addr().String()
}
