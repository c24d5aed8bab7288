package proxy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// APIVersion is the version of the proxy's API that this plugin speaks.
const APIVersion = 1

// Readiness is what the proxy says about itself at /ready.
type Readiness struct {
	Ready      bool     `json:"-"`
	Version    string   `json:"version"`
	APIVersion int      `json:"api_version"`
	Checks     []Check  `json:"checks"`
	Notices    []string `json:"notices"`
}

// Check is one thing that the proxy needs to be ready.
type Check struct {
	Name    string `json:"name"`
	OK      bool   `json:"ok"`
	Message string `json:"message"`
}

// User is whom the data source is signed in as.
type User struct {
	LoginName string `json:"login_name"`
}

// Readiness asks /ready, which needs no sign-in. A proxy that isn't ready is an answer, not an error.
func (c *Client) Readiness(ctx context.Context) (Readiness, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	answer, err := c.send(ctx, outgoing{method: http.MethodGet, path: "ready"}, c.timeout)
	if err != nil {
		return Readiness{}, err
	}

	var body struct {
		Data  *Readiness `json:"data"`
		Error *struct {
			Details *Readiness `json:"details"`
		} `json:"error"`
	}
	if err := json.Unmarshal(answer.Body, &body); err == nil {
		switch {
		case answer.Status == http.StatusOK && body.Data != nil && body.Data.APIVersion != 0:
			body.Data.Ready = true
			return *body.Data, nil
		case answer.Status == http.StatusServiceUnavailable && body.Error != nil &&
			body.Error.Details != nil && body.Error.Details.APIVersion != 0:
			return *body.Error.Details, nil
		}
	}
	return Readiness{}, c.notAProxy(answer)
}

// notAProxy says what answered instead. An error of the proxy itself, a redirect, or a server in front of the proxy
// that has lost it says more than "this is something else".
func (c *Client) notAProxy(answer *Answer) *Error {
	if answer.Status >= 300 && answer.Status != http.StatusNotFound {
		return c.answeredError(answer)
	}
	return &Error{
		Kind: Unreadable, Status: http.StatusBadGateway, Code: "unavailable",
		Message: fmt.Sprintf("%s is not an AI Metrics proxy: it does not answer /ready as one does (status %d). "+
			"Enter the proxy's own address as Address, without /api/v1 or /admin.", c.baseURL, answer.Status),
	}
}

// SignedInUser asks the proxy whom the data source is signed in as, signing in first if need be.
func (c *Client) SignedInUser(ctx context.Context) (User, error) {
	answer, err := c.Get(ctx, Identity{Caller: Health}, "user/info", nil)
	if err != nil {
		return User{}, err
	}
	if answer.Status != http.StatusOK {
		return User{}, c.answeredError(answer)
	}
	var body struct {
		Data User `json:"data"`
	}
	if err := json.Unmarshal(answer.Body, &body); err != nil || body.Data.LoginName == "" {
		return User{}, &Error{
			Kind: Unreadable, Status: http.StatusBadGateway, Code: "unavailable", Cause: err,
			Message: fmt.Sprintf("%s does not say who is signed in: update the proxy or the plugin.", c.baseURL),
		}
	}
	return body.Data, nil
}
