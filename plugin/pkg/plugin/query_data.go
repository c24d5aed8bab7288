package plugin

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/aitoys/ai-metrics/pkg/proxy"
)

// QueryData sends all queries in one call and gives every refId an answer or an error of its own.
func (d *Datasource) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	response := backend.NewQueryDataResponse()
	if d.problem != nil {
		for _, query := range req.Queries {
			response.Responses[query.RefID] = errorResponse(d.problem)
		}
		return response, nil
	}

	outgoing := batch{Context: newBatchContext(req, d.settings.Timezone)}
	for _, query := range req.Queries {
		item, err := newBatchQuery(query)
		if err != nil {
			response.Responses[query.RefID] = errorResponse(err)
			continue
		}
		outgoing.Queries = append(outgoing.Queries, item)
	}
	if len(outgoing.Queries) == 0 {
		return response, nil
	}

	for refID, answered := range d.ask(ctx, queryIdentity(req), outgoing) {
		response.Responses[refID] = answered
	}
	return response, nil
}

func (d *Datasource) ask(ctx context.Context, identity proxy.Identity, outgoing batch) backend.Responses {
	refIDs := make([]string, 0, len(outgoing.Queries))
	for _, query := range outgoing.Queries {
		refIDs = append(refIDs, query.RefID)
	}

	body, err := json.Marshal(outgoing)
	if err != nil {
		return sameForAll(refIDs, fmt.Errorf("encode queries: %w", err))
	}
	answer, err := d.client.Query(ctx, identity, body)
	if err != nil {
		failed := proxy.AsError(err)
		// The SDK logs the message; the cause is only here.
		if failed.Cause != nil && failed.Kind != proxy.Cancelled {
			backend.Logger.FromContext(ctx).Warn("No answer from the AI Metrics proxy", "cause", failed.Cause)
		}
		return sameForAll(refIDs, failed)
	}
	return decodeAnswer(ctx, answer, refIDs)
}

func sameForAll(refIDs []string, err error) backend.Responses {
	responses := make(backend.Responses, len(refIDs))
	for _, refID := range refIDs {
		responses[refID] = errorResponse(err)
	}
	return responses
}

// errorResponse always says the source of the error: left out, Grafana would count it as the plugin's own.
func errorResponse(err error) backend.DataResponse {
	failed := proxy.AsError(err)
	source := backend.ErrorSourceDownstream
	if failed.Kind == proxy.Internal {
		source = backend.ErrorSourcePlugin
	}
	return backend.ErrDataResponseWithSource(backend.Status(failed.Status), source, failed.Error())
}
