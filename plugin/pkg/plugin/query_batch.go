package plugin

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/aitoys/ai-metrics/pkg/proxy"
)

// grafanaKeys stand beside the query model's fields in a saved query, but belong to Grafana.
var grafanaKeys = []string{
	"refId", "datasource", "datasourceId", "hide", "key", "queryType", "intervalMs", "maxDataPoints",
	// Never saved: the first is added where Grafana caches queries, the second where a query has its own time range.
	"queryCachingTTL", "timeRange",
}

// batch is the body of POST /api/v1/query.
type batch struct {
	Queries []batchQuery `json:"queries"`
	Context batchContext `json:"context"`
}

type batchQuery struct {
	RefID string `json:"refId"`
	// From and To are milliseconds since 1970.
	From          int64                      `json:"from"`
	To            int64                      `json:"to"`
	IntervalMs    int64                      `json:"intervalMs"`
	MaxDataPoints int64                      `json:"maxDataPoints"`
	Query         map[string]json.RawMessage `json:"query"`
}

// batchContext is for the proxy's log and its default time zone. It grants nothing.
type batchContext struct {
	Source       string `json:"source"`
	DashboardUID string `json:"dashboardUid,omitempty"`
	PanelID      string `json:"panelId,omitempty"`
	RuleUID      string `json:"ruleUid,omitempty"`
	Timezone     string `json:"timezone,omitempty"`
}

func newBatchQuery(query backend.DataQuery) (batchQuery, error) {
	var model map[string]json.RawMessage
	if err := json.Unmarshal(query.JSON, &model); err != nil || model == nil {
		return batchQuery{}, &proxy.Error{
			Status: http.StatusBadRequest, Code: "invalid_request",
			Message: fmt.Sprintf("Query %s is not a JSON object: build it again in the query editor.", query.RefID),
		}
	}
	for _, key := range grafanaKeys {
		delete(model, key)
	}
	return batchQuery{
		RefID:         query.RefID,
		From:          query.TimeRange.From.UnixMilli(),
		To:            query.TimeRange.To.UnixMilli(),
		IntervalMs:    query.Interval.Milliseconds(),
		MaxDataPoints: query.MaxDataPoints,
		Query:         model,
	}, nil
}

func newBatchContext(req *backend.QueryDataRequest, timezone string) batchContext {
	headers := queryHeaders(req)
	result := batchContext{
		Source:       "unknown",
		DashboardUID: headers.Get("X-Dashboard-Uid"),
		PanelID:      headers.Get("X-Panel-Id"),
		RuleUID:      headers.Get("X-Rule-Uid"),
		Timezone:     timezone,
	}
	switch {
	case headers.Get("Fromalert") == "true" || result.RuleUID != "":
		result.Source = "alert"
	case result.DashboardUID != "" || headers.Get("X-Panel-Plugin-Id") != "":
		result.Source = "panel"
	case result.PanelID != "":
		// Explore has panel ids too, made from its panes, but neither a dashboard nor a panel plugin.
		result.Source = "explore"
	}
	return result
}
