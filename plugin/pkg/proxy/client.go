// Package proxy talks with the AI Metrics proxy: it keeps a session and carries questions and answers, and understands
// neither.
package proxy

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"

	"github.com/aitoys/ai-metrics/pkg/models"
)

// retryDelay lets a proxy that is just restarting open its port.
const retryDelay = 250 * time.Millisecond

// Client is one data source's connection to its proxy. It is safe for concurrent use.
type Client struct {
	baseURL     string
	timeout     time.Duration
	allowAlerts bool
	http        *http.Client
	transport   *http.Transport
	session     *session
}

// New makes a client; it contacts nobody. options are the SDK's for this data source.
func New(settings models.Settings, options httpclient.Options, now func() time.Time) (*Client, error) {
	client := &Client{baseURL: settings.ProxyURL, timeout: settings.Timeout, allowAlerts: settings.AllowAlerts}
	var err error
	if client.http, client.transport, err = newHTTPClient(options, settings.Timeout); err != nil {
		return nil, err
	}
	credentials := credentials{LoginName: settings.Login, Password: settings.Password, Client: "grafana"}
	client.session = newSession(
		func(ctx context.Context) (grant, error) { return client.signIn(ctx, credentials) },
		client.signOut,
		now,
	)
	return client, nil
}

// BaseURL is the proxy's address as it was entered.
func (c *Client) BaseURL() string { return c.baseURL }

// Query sends a batch of queries. The answer's status is 200, anything else is an *Error.
func (c *Client) Query(ctx context.Context, identity Identity, batch []byte) (*Answer, error) {
	answer, err := c.call(ctx, identity, outgoing{
		method: http.MethodPost, path: "api/v1/query", body: batch,
		whenSlow: " Ask for a shorter time range or fewer groups.",
	})
	if err != nil {
		return nil, err
	}
	if answer.Status != http.StatusOK {
		return nil, c.answeredError(answer)
	}
	return answer, nil
}

// Get asks a route under /api/v1. The answer has whatever status the proxy gave.
func (c *Client) Get(ctx context.Context, identity Identity, path string, query url.Values) (*Answer, error) {
	return c.call(ctx, identity, outgoing{method: http.MethodGet, path: "api/v1/" + path, query: query})
}

// Close ends the session at the proxy and every connection. Later calls fail.
func (c *Client) Close(ctx context.Context) {
	c.session.close(ctx)
	c.transport.CloseIdleConnections()
}

// call is one call within the data source's time limit. It is tried once more if the connection was refused, unless it
// is an alert rule's: those come again by themselves, all of them, and must not hit a starting proxy twice as hard.
func (c *Client) call(ctx context.Context, identity Identity, request outgoing) (*Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()

	answer, err := c.authenticated(ctx, identity, request)
	if err == nil || identity.Caller == Scheduler || !errors.Is(err, syscall.ECONNREFUSED) {
		return answer, err
	}
	select {
	case <-time.After(retryDelay):
		return c.authenticated(ctx, identity, request)
	case <-ctx.Done():
		return nil, err
	}
}

// authenticated sends request with the session's token, and once more with a new one if the proxy doesn't accept it.
func (c *Client) authenticated(ctx context.Context, identity Identity, request outgoing) (*Answer, error) {
	token, err := c.session.get(ctx)
	if err != nil {
		return nil, c.sessionError(ctx, err)
	}
	answer, err := c.sendAs(ctx, identity, token, request)
	if err != nil || answer.Status != http.StatusUnauthorized || !c.session.reject(token) {
		return answer, err
	}

	if token, err = c.session.get(ctx); err != nil {
		return nil, c.sessionError(ctx, err)
	}
	answer, err = c.sendAs(ctx, identity, token, request)
	if err == nil && answer.Status == http.StatusUnauthorized {
		c.session.rejectedFresh()
	}
	return answer, err
}

func (c *Client) sendAs(ctx context.Context, identity Identity, token string, request outgoing) (*Answer, error) {
	request.header = http.Header{}
	setIdentity(request.header, identity, token, c.allowAlerts)
	return c.send(ctx, request, c.timeout)
}

// sessionError is err, unless it was the caller's own context that ended while he waited for a sign-in.
func (c *Client) sessionError(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return c.transportError(ctx, err, c.timeout)
	}
	return err
}
