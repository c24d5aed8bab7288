package plugin

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/aitoys/ai-metrics/pkg/proxy"
)

const goodB = `"B":{"status":200,"frames":[{"schema":{"fields":[{"name":"x","typeInfo":{"frame":"float64"}}]},"data":{"values":[[1]]}}]}`

// malformed are answers for A that must give A an error and leave B alone.
var malformed = map[string]string{
	"a field without typeInfo":          `{"frames":[{"schema":{"fields":[{"name":"x"}]},"data":{"values":[[1]]}}]}`,
	"a field without typeInfo.frame":    `{"frames":[{"schema":{"fields":[{"name":"x","typeInfo":{"nullable":true}}]},"data":{"values":[[1]]}}]}`,
	"an unknown type":                   `{"frames":[{"schema":{"fields":[{"name":"x","typeInfo":{"frame":"decimal"}}]},"data":{"values":[[1]]}}]}`,
	"a surplus value array":             `{"frames":[{"schema":{"fields":[{"name":"x","typeInfo":{"frame":"float64"}}]},"data":{"values":[[1],[2]]}}]}`,
	"values without fields":             `{"frames":[{"schema":{"fields":[]},"data":{"values":[[1]]}}]}`,
	"data before the schema":            `{"frames":[{"data":{"values":[[1]]},"schema":{"fields":[{"name":"x","typeInfo":{"frame":"float64"}}]}}]}`,
	"a missing value array":             `{"frames":[{"schema":{"fields":[{"name":"x","typeInfo":{"frame":"float64"}},{"name":"y","typeInfo":{"frame":"float64"}}]},"data":{"values":[[1]]}}]}`,
	"value arrays of different lengths": `{"frames":[{"schema":{"fields":[{"name":"x","typeInfo":{"frame":"float64"}},{"name":"y","typeInfo":{"frame":"float64"}}]},"data":{"values":[[1,2],[1]]}}]}`,
	"a second array that is longer":     `{"frames":[{"schema":{"fields":[{"name":"x","typeInfo":{"frame":"float64"}},{"name":"y","typeInfo":{"frame":"float64"}}]},"data":{"values":[[1],[1,2]]}}]}`,
	"a time that is a text":             `{"frames":[{"schema":{"fields":[{"name":"t","typeInfo":{"frame":"time.Time"}}]},"data":{"values":[["2026-01-01T00:00:00Z"]]}}]}`,
	"a truth value that is a number":    `{"frames":[{"schema":{"fields":[{"name":"b","typeInfo":{"frame":"bool"}}]},"data":{"values":[[1]]}}]}`,
	"entities for a field that is not":  `{"frames":[{"schema":{"fields":[{"name":"x","typeInfo":{"frame":"float64"}}]},"data":{"values":[[1]],"entities":[null,{"NaN":[0]}]}}]}`,
	"entities for a row that is not":    `{"frames":[{"schema":{"fields":[{"name":"x","typeInfo":{"frame":"float64"}}]},"data":{"values":[[1]],"entities":[{"NaN":[5]}]}}]}`,
	"an unknown key of a frame":         `{"frames":[{"schema":{"fields":[]},"data":{"values":[]},"extra":1}]}`,
	"an unknown key of a response":      `{"frames":[],"refId":"A"}`,
	"frames that are no array":          `{"frames":{}}`,
	"a frame that is no object":         `{"frames":[1]}`,
	"a response that is no object":      `[]`,
	"a status that is no number":        `{"status":"ok"}`,
}

func TestDecodeAnswerMalformed(t *testing.T) {
	for name, part := range malformed {
		t.Run("gives an error of its own to "+name, func(t *testing.T) {
			answer := &proxy.Answer{Body: []byte(`{"results":{"A":` + part + `,` + goodB + `}}`), RequestID: "q-1"}
			want := map[string]string{
				"A": "502 plugin: The AI Metrics proxy's answer to query A can't be read. " +
					"Plugin and proxy may be of different versions: update the older one. (request_id q-1)",
				"B": "ok",
			}
			if diff := cmp.Diff(want, failures(decodeAnswer(t.Context(), answer, []string{"A", "B"}))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzDecodeAnswer: whatever comes, every refId asked gets a response that Grafana can be sent, and nothing panics.
func FuzzDecodeAnswer(f *testing.F) {
	for _, folder := range []string{goldenFrames, "testdata"} {
		for _, file := range jsonFiles(f, folder) {
			body, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(body)
		}
	}
	for _, part := range malformed {
		f.Add([]byte(`{"results":{"A":` + part + `,` + goodB + `}}`))
	}
	for _, body := range []string{``, `null`, `[]`, `{}`, `{"results":null}`, `{"results":{},"results":{}}`, `{"results":{"":{}}}`, `<html>`} {
		f.Add([]byte(body))
	}

	f.Fuzz(func(t *testing.T, body []byte) {
		responses := decodeAnswer(t.Context(), &proxy.Answer{Body: body}, []string{"A", "B"})
		if len(responses) != 2 {
			t.Fatalf("got %d responses, want 2", len(responses))
		}
		for refID, response := range responses {
			if response.Error != nil {
				if response.Status < 400 || response.Status > 599 || !response.ErrorSource.IsValid() {
					t.Errorf("%s: error with status %d and source %q", refID, response.Status, response.ErrorSource)
				}
			}
			if _, err := backend.ToProto().QueryDataResponse(backend.DataFrameFormat_ARROW, &backend.QueryDataResponse{Responses: backend.Responses{refID: response}}); err != nil {
				t.Errorf("%s: can't be sent to Grafana: %v", refID, err)
			}
		}
	})
}
