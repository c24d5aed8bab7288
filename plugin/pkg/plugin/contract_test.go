package plugin

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/dataplane/sdata/numeric"
	"github.com/grafana/dataplane/sdata/timeseries"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/aitoys/ai-metrics/pkg/proxy"
)

// goldenFrames are whole answers of POST /api/v1/query, which the proxy's own tests compare with what it really says.
const goldenFrames = "../../../proxy/test/golden/frames"

// TestGoldenFrames reads the proxy's answers as Grafana does: decoded by the plugin, sent on as Arrow, and read by the
// reader that alerting uses.
func TestGoldenFrames(t *testing.T) {
	files := jsonFiles(t, goldenFrames)
	if len(files) == 0 {
		t.Fatalf("there are no golden frames in %s: the contract between proxy and plugin is not tested", goldenFrames)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			for refID, read := range readAnswer(t, file) {
				for _, problem := range read.problems {
					t.Errorf("%s: %s", refID, problem)
				}
			}
		})
	}
}

// TestReadAnswer holds what the contract test reads against answers read by hand.
func TestReadAnswer(t *testing.T) {
	tests := map[string]map[string][]string{
		"timeseries-multi.json": {"A": {
			`latency_p95{model_name=claude, provider=anthropic} 1767225600000=1204`,
			`latency_p95{model_name=gpt-4o, provider=openai} 1767225600000=812.5 1767229200000=null`,
		}},
		"numeric-long.json": {"B": {
			`cost{provider=(none)} null`, `cost{provider=anthropic} 12.25`, `cost{provider=openai} 1e-08`,
		}},
		"numeric-multi.json": {"C": {
			`requests{metric=requests, provider=openai} 200000`, `tokens{metric=tokens, provider=openai} 9.007199254740991e+15`,
		}},
		"no-data-and-error.json": {
			"A": {"no data"},
			"B": {`400 downstream: metrics: "costs" is not a metric; allowed are requests, cost, tokens.`},
		},
	}
	for file, want := range tests {
		t.Run(file, func(t *testing.T) {
			got := map[string][]string{}
			for refID, read := range readAnswer(t, filepath.Join("testdata", file)) {
				for _, problem := range read.problems {
					t.Errorf("%s: %s", refID, problem)
				}
				got[refID] = read.values
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// reading is what Grafana makes of one refId's answer, sorted, and what is wrong with it.
type reading struct {
	values   []string
	problems []string
}

func readAnswer(t *testing.T, file string) map[string]reading {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Results map[string]struct {
			Error string `json:"error"`
		} `json:"results"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Results) == 0 {
		t.Fatal("no results")
	}

	readings := map[string]reading{}
	for refID, response := range decodeAnswer(t.Context(), &proxy.Answer{Body: body}, keys(answer.Results)) {
		var read reading
		if response.Error == nil {
			read = readFrames(response.Frames)
		} else {
			read.values = []string{fmt.Sprintf("%d %s: %s", response.Status, response.ErrorSource, response.Error)}
			if response.Error.Error() != answer.Results[refID].Error {
				read.problems = []string{"can't be read: " + response.Error.Error()}
			}
		}
		readings[refID] = read
	}
	return readings
}

func readFrames(frames data.Frames) reading {
	if len(frames) == 0 {
		return reading{problems: []string{"no frames: no data is one frame without fields"}}
	}
	var read reading
	note := func(format string, values ...any) {
		read.problems = append(read.problems, fmt.Sprintf(format, values...))
	}

	encoded, err := frames.MarshalArrow()
	if err != nil {
		note("can't be sent to Grafana: %v", err)
		return read
	}
	if frames, err = data.UnmarshalArrowFrames(encoded); err != nil {
		note("can't be received by Grafana: %v", err)
		return read
	}
	for index, frame := range frames {
		checkFrame(index, frame, note)
	}
	if len(read.problems) > 0 {
		return read
	}

	switch frameType := frames[0].Meta.Type; {
	case frameType.IsTimeSeries():
		read.values, err = readTimeSeries(frames)
	case frameType.IsNumeric():
		read.values, err = readNumbers(frames)
	default: // a table, for panels only
	}
	if err != nil {
		note("alerting can't read it: %v", err)
	}
	slices.Sort(read.values)
	for index := range len(read.values) - 1 {
		name, _, _ := strings.Cut(read.values[index], "} ")
		if next, _, _ := strings.Cut(read.values[index+1], "} "); name == next {
			note("two values are called %s}", name)
		}
	}
	return read
}

func checkFrame(index int, frame *data.Frame, note func(format string, values ...any)) {
	if frame.Meta == nil || frame.Meta.Type == "" || frame.Meta.TypeVersion != (data.FrameTypeVersion{0, 1}) {
		note("frame %d has no meta.type with typeVersion [0,1]", index)
		return
	}
	if index == 0 && frame.Meta.ExecutedQueryString == "" {
		note("frame 0 has no executedQueryString")
	}
	for _, field := range frame.Fields {
		names := append(keys(field.Labels), field.Name)
		for _, reserved := range []string{"alertname", "grafana_folder", "datasource_uid", "ref_id"} {
			if slices.Contains(names, reserved) {
				note("frame %d uses the name %s, which alerting keeps for itself", index, reserved)
			}
		}
		if field.Type().Numeric() && (field.Config == nil || field.Config.Unit == "") {
			note("frame %d: %s has no unit", index, field.Name)
		}
	}
}

func readTimeSeries(frames data.Frames) ([]string, error) {
	reader, err := timeseries.CollectionReaderFromFrames(frames)
	if err != nil {
		return nil, err
	}
	collection, err := reader.GetCollection(true)
	if err != nil {
		return nil, err
	}
	if collection.Warning != nil || len(collection.RemainderIndices) > 0 {
		return nil, fmt.Errorf("left over: %v, %v", collection.Warning, collection.RemainderIndices)
	}
	if collection.NoData() {
		return []string{"no data"}, nil
	}
	var values []string
	for _, series := range collection.Refs {
		length, err := series.Len()
		if err != nil {
			return nil, err
		}
		// Such a series is NaN to Reduce, which a threshold takes for Normal.
		if length == 0 {
			return nil, fmt.Errorf("series %s{%s} has no points", series.GetMetricName(), series.GetLabels())
		}
		text := fmt.Sprintf("%s{%s}", series.GetMetricName(), series.GetLabels())
		for index := range length {
			at, value, err := series.NullableFloat64Point(index)
			if err != nil {
				return nil, err
			}
			text += fmt.Sprintf(" %d=%s", at.UnixMilli(), number(value))
		}
		values = append(values, text)
	}
	return values, nil
}

func readNumbers(frames data.Frames) ([]string, error) {
	reader, err := numeric.CollectionReaderFromFrames(frames)
	if err != nil {
		return nil, err
	}
	collection, err := reader.GetCollection(false) // numeric.LongFrame can't validate
	if err != nil {
		return nil, err
	}
	if collection.Warning != nil {
		return nil, collection.Warning
	}
	if collection.NoData() {
		return []string{"no data"}, nil
	}
	var values []string
	for _, ref := range collection.Refs {
		value, empty, err := ref.NullableFloat64Value()
		if err != nil || empty {
			return nil, fmt.Errorf("%s{%s} has no value: %w", ref.GetMetricName(), ref.GetLabels(), err)
		}
		values = append(values, fmt.Sprintf("%s{%s} %s", ref.GetMetricName(), ref.GetLabels(), number(value)))
	}
	return values, nil
}

func number(value *float64) string {
	if value == nil {
		return "null"
	}
	return fmt.Sprint(*value)
}

func keys[V any](values map[string]V) []string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	return names
}

func jsonFiles(t testing.TB, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}
