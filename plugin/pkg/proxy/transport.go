package proxy

import (
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
)

// maxDialTime leaves time for an answer after a slow connection, and tells "no connection" from "slow query".
const maxDialTime = 5 * time.Second

// newHTTPClient takes TLS, secure SOCKS proxy and connection limits from the SDK's options. The transport is returned
// too, because the SDK's wrapping of it hides CloseIdleConnections.
func newHTTPClient(options httpclient.Options, timeout time.Duration) (*http.Client, *http.Transport, error) {
	timeouts := httpclient.DefaultTimeoutOptions
	if options.Timeouts != nil {
		timeouts = *options.Timeouts
	}
	timeouts.Timeout = timeout
	timeouts.DialTimeout = min(maxDialTime, timeout/2)
	options.Timeouts = &timeouts

	// Who asks is said by this package alone. Left out of the SDK's own list are basic auth and custom headers, which
	// could replace Authorization, and the contextual ones, which forward headers and record whole calls.
	options.ForwardHTTPHeaders = false
	options.Middlewares = []httpclient.Middleware{
		httpclient.TracingMiddleware(nil),
		httpclient.DataSourceMetricsMiddleware(),
		httpclient.UserAgentMiddleware(),
		httpclient.ErrorSourceMiddleware(),
		httpclient.ResponseLimitMiddleware(0),
	}

	var transport *http.Transport
	options.ConfigureTransport = func(_ httpclient.Options, made *http.Transport) { transport = made }
	options.ConfigureClient = func(_ httpclient.Options, client *http.Client) {
		// A redirect would carry X-Grafana-Id to another host, and make a GET of a POST.
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}

	client, err := httpclient.New(options)
	return client, transport, err
}
