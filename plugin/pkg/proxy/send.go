package proxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// maxAnswerBytes is far above what the proxy's own limits let it answer (100 series of 11,000 points are about 40 MB).
const maxAnswerBytes = 64 << 20

// outgoing is a request before it has an identity; it can be sent more than once.
type outgoing struct {
	method string
	path   string
	query  url.Values
	header http.Header
	body   []byte
	// whenSlow is said behind "did not answer in time".
	whenSlow string
}

// Answer is what the proxy said, whole.
type Answer struct {
	Status int
	Body   []byte
	// RequestID is the X-Request-Id of the answer, if it had one.
	RequestID string
	header    http.Header
}

// send makes one HTTP request. limit is only what an error says about the time allowed; ctx holds the deadline.
func (c *Client) send(ctx context.Context, request outgoing, limit time.Duration) (*Answer, error) {
	target := c.baseURL + "/" + request.path
	if len(request.query) > 0 {
		target += "?" + request.query.Encode()
	}
	httpRequest, err := http.NewRequestWithContext(ctx, request.method, target, bytes.NewReader(request.body))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	if request.header != nil {
		httpRequest.Header = request.header
	}
	httpRequest.Header.Set("Accept", "application/json")
	if request.body != nil {
		httpRequest.Header.Set("Content-Type", "application/json")
		// Nothing that is sent changes anything that a second sending would change again. Said in this way (net/http,
		// Transport), it is not sent, but lets Go repeat a POST on a kept connection that the proxy had just closed.
		httpRequest.Header["Idempotency-Key"] = nil
	}

	response, err := c.http.Do(httpRequest)
	if err != nil {
		return nil, c.noAnswer(ctx, err, limit, request)
	}
	defer func() { _ = response.Body.Close() }()

	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes+1))
	if err != nil {
		return nil, c.noAnswer(ctx, err, limit, request)
	}
	if len(body) > maxAnswerBytes {
		return nil, tooLarge(errors.New("answer exceeds maxAnswerBytes"))
	}
	return &Answer{
		Status: response.StatusCode, Body: body,
		RequestID: response.Header.Get("X-Request-Id"), header: response.Header,
	}, nil
}

func (c *Client) noAnswer(ctx context.Context, err error, limit time.Duration, request outgoing) *Error {
	failed := c.transportError(ctx, err, limit)
	if failed.Kind == TimedOut {
		failed.Message += request.whenSlow
	}
	return failed
}

func tooLarge(cause error) *Error {
	return &Error{
		Kind: TooLarge, Status: http.StatusUnprocessableEntity, Code: "query_too_large", Cause: cause,
		Message: "The answer is larger than the plugin reads (64 MiB, or Grafana's response_limit). " +
			"Ask for a shorter time range, a longer interval or fewer groups.",
	}
}
