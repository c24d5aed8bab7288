// Package plugin holds the entry points that Grafana's plugin SDK calls, one in each file.
package plugin

import (
	"context"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"

	"github.com/aitoys/ai-metrics/pkg/models"
	"github.com/aitoys/ai-metrics/pkg/proxy"
)

// The SDK looks for these by type assertion, so a changed signature would go unnoticed.
var (
	_ backend.QueryDataHandler      = (*Datasource)(nil)
	_ backend.CallResourceHandler   = (*Datasource)(nil)
	_ backend.CheckHealthHandler    = (*Datasource)(nil)
	_ instancemgmt.InstanceDisposer = (*Datasource)(nil)
)

// signOutTimeout is short: an old session that stays behind ends by itself.
const signOutTimeout = 3 * time.Second

// Datasource is one configured data source. The SDK makes a new one whenever its settings change.
type Datasource struct {
	settings models.Settings
	client   *proxy.Client
	// problem is set instead of client where the settings are incomplete.
	problem error
}

// NewDatasource makes a data source. Incomplete settings are not an error here: Grafana would then show a general
// message, where "Save & test" and every panel can say what is missing.
func NewDatasource(ctx context.Context, source backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	settings, err := models.LoadSettings(source)
	if err != nil {
		return &Datasource{problem: settingsProblem(err.Error())}, nil
	}
	options, err := source.HTTPClientOptions(ctx)
	if err != nil {
		return &Datasource{problem: settingsProblem("The data source's connection settings are wrong: " + err.Error())}, nil
	}
	client, err := proxy.New(settings, options, time.Now)
	if err != nil {
		return &Datasource{problem: settingsProblem("The data source's TLS settings are wrong: " + err.Error())}, nil
	}
	return &Datasource{settings: settings, client: client}, nil
}

// Dispose is called some seconds after the settings changed.
func (d *Datasource) Dispose() {
	if d.client == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), signOutTimeout)
	defer cancel()
	d.client.Close(ctx)
}

func settingsProblem(message string) error {
	return &proxy.Error{Kind: proxy.Answered, Status: http.StatusBadRequest, Code: "invalid_request", Message: message}
}
