package proxy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

type credentials struct {
	LoginName string `json:"login_name"`
	Password  string `json:"password"`
	Client    string `json:"client"`
}

type signInBody struct {
	Data struct {
		Token     string    `json:"token"`
		ExpiresAt time.Time `json:"expires_at"`
	} `json:"data"`
}

// signIn begins a session of kind datasource. Errors are of type *Error.
func (c *Client) signIn(ctx context.Context, credentials credentials) (grant, error) {
	body, err := json.Marshal(credentials)
	if err != nil {
		return grant{}, fmt.Errorf("encode credentials: %w", err)
	}
	answer, err := c.send(ctx, outgoing{method: http.MethodPost, path: "api/v1/login", body: body}, signInTimeout)
	if err != nil {
		return grant{}, err
	}
	logger := backend.Logger.FromContext(ctx)
	if answer.Status != http.StatusOK {
		refused := c.signInError(answer)
		logger.Warn("Sign-in to the AI Metrics proxy failed", "status", answer.Status, "error", refused.Error())
		return grant{}, refused
	}

	var signedIn signInBody
	if err := json.Unmarshal(answer.Body, &signedIn); err != nil || signedIn.Data.Token == "" {
		return grant{}, &Error{
			Kind: Unreadable, Status: http.StatusBadGateway, Code: "unavailable", Cause: err,
			Message: fmt.Sprintf("%s does not answer a sign-in as an AI Metrics proxy does. "+
				"Check Address in the data source's settings.", c.baseURL),
		}
	}
	logger.Info("Signed in to the AI Metrics proxy", "expiresAt", signedIn.Data.ExpiresAt)
	return grant{token: signedIn.Data.Token, expiresAt: signedIn.Data.ExpiresAt}, nil
}

// signInError adds what to do about it to the proxy's own words.
func (c *Client) signInError(answer *Answer) *Error {
	failed := c.answeredError(answer)
	failed.retryAfter = retryAfter(answer.header)
	if failed.Kind != Answered {
		return failed
	}

	reason := sentence(failed.Message)
	var advice string
	switch answer.Status {
	case http.StatusUnauthorized:
		advice = "Check Login and Password in the data source's settings."
	case http.StatusForbidden:
		advice = "Enter Login and Password of a system user (user_type 1, status 1) in the data source's settings."
	case http.StatusTooManyRequests:
		// The proxy's own words hold the seconds that were left when it said them.
		reason = "Too many attempts to sign in came from Grafana's address."
		advice = "Check Login and Password in the data source's settings before the next one."
	default:
		failed.Message = "The data source can't sign in to the AI Metrics proxy: " + failed.Message
		return failed
	}
	failed.Kind = SignInRefused
	failed.Message = fmt.Sprintf("The AI Metrics proxy refused the sign-in of the data source: %s %s", reason, advice)
	return failed
}

// retryAfter reads the header's seconds; the proxy sends no dates.
func retryAfter(header http.Header) time.Duration {
	seconds, err := strconv.ParseUint(header.Get("Retry-After"), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// signOut ends a session. That it may fail does no harm: the session then ends at its absolute limit.
func (c *Client) signOut(ctx context.Context, token string) {
	header := http.Header{"Authorization": {"Bearer " + token}}
	if _, err := c.send(ctx, outgoing{method: http.MethodPost, path: "api/v1/logout", header: header}, signInTimeout); err != nil {
		backend.Logger.FromContext(ctx).Debug("Sign-out from the AI Metrics proxy failed", "error", err.Error())
	}
}
