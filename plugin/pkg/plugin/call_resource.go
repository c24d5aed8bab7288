package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/aitoys/ai-metrics/pkg/proxy"
)

// resource is a path that the front end may ask, and what of its query string is passed on.
type resource struct {
	path       string
	parameters []string
}

var valueParameters = []string{"from", "to", "search", "limit", "filter"}

// resources is the whole list: any viewer may call any path, so nothing else reaches the proxy. Paths are the same
// there, under /api/v1.
var resources = []resource{
	{path: "catalog"},
	{path: "dimensions/provider/values", parameters: valueParameters},
	{path: "dimensions/model_name/values", parameters: valueParameters},
	{path: "dimensions/monitor_id/values", parameters: valueParameters},
}

// CallResource answers what editors and variables ask, with the proxy's status and body.
func (d *Datasource) CallResource(
	ctx context.Context, req *backend.CallResourceRequest, sender backend.CallResourceResponseSender,
) error {
	wanted, found := findResource(req.Path)
	if !found {
		return sender.Send(resourceError(&proxy.Error{
			Status: http.StatusNotFound, Code: "not_found", Message: "The AI Metrics data source has no such resource.",
		}))
	}
	if req.Method != http.MethodGet {
		response := resourceError(&proxy.Error{
			Status: http.StatusMethodNotAllowed, Code: "method_not_allowed", Message: "Only GET is allowed here.",
		})
		response.Headers["Allow"] = []string{http.MethodGet}
		return sender.Send(response)
	}
	if d.problem != nil {
		return sender.Send(resourceError(proxy.AsError(d.problem)))
	}

	query, err := allowedParameters(req.URL, wanted.parameters)
	if err != nil {
		return sender.Send(resourceError(&proxy.Error{
			Status: http.StatusBadRequest, Code: "invalid_request", Message: "The query string can't be read.",
		}))
	}
	answer, err := d.client.Get(ctx, resourceIdentity(req), wanted.path, query)
	if err != nil {
		return sender.Send(resourceError(proxy.AsError(err)))
	}
	if !json.Valid(answer.Body) {
		return sender.Send(resourceError(&proxy.Error{
			Status: http.StatusBadGateway, Code: "unavailable", RequestID: answer.RequestID,
			Message: fmt.Sprintf("%s does not answer as an AI Metrics proxy does (status %d). "+
				"Check Address in the data source's settings.", d.client.BaseURL(), answer.Status),
		}))
	}
	return sender.Send(&backend.CallResourceResponse{
		Status: answer.Status, Headers: jsonHeaders(), Body: answer.Body,
	})
}

func findResource(path string) (resource, bool) {
	path = strings.TrimPrefix(path, "/")
	for _, known := range resources {
		if known.path == path {
			return known, true
		}
	}
	return resource{}, false
}

func allowedParameters(rawURL string, names []string) (url.Values, error) {
	parsed, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("parse URL: %w", err)
	}
	given, err := url.ParseQuery(parsed.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("parse query string: %w", err)
	}
	allowed := url.Values{}
	for _, name := range names {
		if values, ok := given[name]; ok {
			allowed[name] = values
		}
	}
	return allowed, nil
}

// resourceError has the form of the proxy's own errors, so that the front end reads one form only.
func resourceError(failed *proxy.Error) *backend.CallResourceResponse {
	status := failed.Status
	if failed.Kind == proxy.SignInRefused {
		// It is the data source that the proxy does not know. A 401 would make Grafana doubt the viewer's own session.
		status = http.StatusBadGateway
	}
	// A struct of strings always encodes.
	body, _ := json.Marshal(map[string]any{"error": map[string]string{
		"code": failed.Code, "message": failed.Message, "request_id": failed.RequestID,
	}})
	return &backend.CallResourceResponse{Status: status, Headers: jsonHeaders(), Body: body}
}

func jsonHeaders() map[string][]string {
	return map[string][]string{"Content-Type": {"application/json"}}
}
