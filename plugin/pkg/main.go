// The back end of the AI Metrics data source: Grafana starts it as a process of its own and talks gRPC with it.
package main

import (
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/aitoys/ai-metrics/pkg/plugin"
)

func main() {
	if err := datasource.Manage("aitoys-aimetrics-datasource", plugin.NewDatasource, datasource.ManageOpts{}); err != nil {
		log.DefaultLogger.Error("The AI Metrics plugin ended", "error", err)
		os.Exit(1)
	}
}
