package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/aitoys/ai-metrics/pkg/proxy"
)

// decodeAnswer reads the frames of a whole answer and returns a response for each of refIDs and for no other. Where a
// part can't be read, only its refId gets the error.
func decodeAnswer(ctx context.Context, answer *proxy.Answer, refIDs []string) backend.Responses {
	decode := decodeWhole(answer.Body)
	responses := make(backend.Responses, len(refIDs))
	for _, refID := range refIDs {
		decoded, err := decode(refID)
		if err == nil {
			decoded, err = checkResponse(decoded)
		}
		if err != nil {
			backend.Logger.FromContext(ctx).Error("The answer of the AI Metrics proxy can't be read",
				"refId", refID, "requestId", answer.RequestID, "error", err)
			decoded = unreadableResponse(refID, answer.RequestID)
		}
		responses[refID] = decoded
	}
	return responses
}

func unreadableResponse(refID, requestID string) backend.DataResponse {
	unreadable := &proxy.Error{
		Message: fmt.Sprintf("The AI Metrics proxy's answer to query %s can't be read. "+
			"Plugin and proxy may be of different versions: update the older one.", refID),
		RequestID: requestID,
	}
	return backend.ErrDataResponseWithSource(backend.StatusBadGateway, backend.ErrorSourcePlugin, unreadable.Error())
}

var errNoAnswer = errors.New("no answer for this refId")

// decodeWhole decodes body in one go, and query by query only if that fails.
func decodeWhole(body []byte) func(refID string) (backend.DataResponse, error) {
	whole, err := decodeResults(body)
	if err == nil {
		return func(refID string) (backend.DataResponse, error) {
			return pick(whole, refID)
		}
	}

	var parts struct {
		Results map[string]json.RawMessage `json:"results"`
	}
	if notJSON := json.Unmarshal(body, &parts); notJSON != nil {
		err = notJSON
	}
	return func(refID string) (backend.DataResponse, error) {
		part, found := parts.Results[refID]
		if !found {
			return backend.DataResponse{}, errors.Join(errNoAnswer, err)
		}
		wrapped, err := json.Marshal(map[string]any{"results": map[string]json.RawMessage{refID: part}})
		if err != nil {
			return backend.DataResponse{}, fmt.Errorf("take out results of %s: %w", refID, err)
		}
		results, err := decodeResults(wrapped)
		if err != nil {
			return backend.DataResponse{}, err
		}
		return pick(results, refID)
	}
}

func pick(responses backend.Responses, refID string) (backend.DataResponse, error) {
	response, found := responses[refID]
	if !found {
		return backend.DataResponse{}, errNoAnswer
	}
	return response, nil
}

// decodeResults is the SDK's decoder, which panics on some frames (such as values without a field).
func decodeResults(body []byte) (responses backend.Responses, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			responses, err = nil, fmt.Errorf("the frame decoder panicked: %v", reason)
		}
	}()
	var decoded backend.QueryDataResponse
	if err := json.Unmarshal(body, &decoded); err != nil {
		return nil, fmt.Errorf("decode frames: %w", err)
	}
	return decoded.Responses, nil
}

// checkResponse completes an error of the proxy's, and finds frames that the decoder lets through but the SDK could
// not pass on to Grafana.
func checkResponse(response backend.DataResponse) (backend.DataResponse, error) {
	if response.Error != nil {
		if !response.Status.IsValid() || response.Status < 400 {
			response.Status = backend.StatusInternal
		}
		if !response.ErrorSource.IsValid() {
			response.ErrorSource = backend.ErrorSourceDownstream
		}
		return response, nil
	}
	for index, frame := range response.Frames {
		if _, err := frame.RowLen(); err != nil {
			return response, fmt.Errorf("frame %d: %w", index, err)
		}
	}
	return response, nil
}
