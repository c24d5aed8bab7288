package plugin

import (
	"context"
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/aitoys/ai-metrics/pkg/proxy"
)

// CheckHealth answers "Save & test". It asks in the order in which things go wrong, and stops at the first that does.
func (d *Datasource) CheckHealth(ctx context.Context, _ *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	if d.problem != nil {
		return unhealthy(d.problem.Error()), nil
	}
	readiness, err := d.client.Readiness(ctx)
	if err != nil {
		return unhealthy(proxy.AsError(err).Error()), nil
	}
	if readiness.APIVersion != proxy.APIVersion {
		return unhealthy(describeVersions(readiness, d.client.BaseURL())), nil
	}
	if !readiness.Ready {
		return unhealthy(describeFailingChecks(readiness, d.client.BaseURL())), nil
	}
	user, err := d.client.SignedInUser(ctx)
	if err != nil {
		return unhealthy(proxy.AsError(err).Error()), nil
	}
	return &backend.CheckHealthResult{
		Status:  backend.HealthStatusOk,
		Message: describeConnection(readiness, user, d.settings.AllowAlerts),
	}, nil
}

func unhealthy(message string) *backend.CheckHealthResult {
	return &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: message}
}

func describeVersions(readiness proxy.Readiness, baseURL string) string {
	outdated := "the plugin"
	if readiness.APIVersion < proxy.APIVersion {
		outdated = "the proxy"
	}
	return fmt.Sprintf("The plugin speaks API %d, the proxy %s at %s speaks API %d: update %s.",
		proxy.APIVersion, readiness.Version, baseURL, readiness.APIVersion, outdated)
}

func describeFailingChecks(readiness proxy.Readiness, baseURL string) string {
	var failing []string
	for _, check := range readiness.Checks {
		if !check.OK {
			failing = append(failing, fmt.Sprintf("%s (%s)", check.Name, check.Message))
		}
	}
	if len(failing) == 0 {
		failing = []string{"it does not say why"}
	}
	return fmt.Sprintf("The AI Metrics proxy %s at %s answers, but is not ready: %s. "+
		"Correct this at the proxy; its log says more.", readiness.Version, baseURL, strings.Join(failing, ", "))
}

func describeConnection(readiness proxy.Readiness, user proxy.User, allowAlerts bool) string {
	parts := []string{fmt.Sprintf("Connected to AI Metrics proxy %s as %s", readiness.Version, user.LoginName)}
	for _, check := range readiness.Checks {
		if check.Name == "metrics_database" && check.Message != "" {
			parts = append(parts, check.Message)
		}
	}
	if allowAlerts {
		parts = append(parts, "alerts allowed")
	} else {
		parts = append(parts, "alerts not allowed")
	}
	return strings.Join(append(parts, readiness.Notices...), "; ")
}
