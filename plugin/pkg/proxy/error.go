package proxy

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Kind is where a call failed.
type Kind int

const (
	// Answered: the proxy, or something in front of it, answered with an error.
	Answered Kind = iota
	// SignInRefused: the proxy did not let the data source itself in.
	SignInRefused
	// Unreachable: no answer came because no connection was made or it broke.
	Unreachable
	// TimedOut: connected, but no whole answer in time.
	TimedOut
	// Cancelled: whoever asked went away.
	Cancelled
	// TooLarge: the answer is larger than the plugin reads.
	TooLarge
	// Unreadable: something answered that is not what an AI Metrics proxy says.
	Unreadable
	// Internal: the plugin itself is at fault.
	Internal
)

// Error is a call that failed, said so that the person who reads it knows what to do.
type Error struct {
	Kind Kind
	// Status is the HTTP status for Grafana.
	Status int
	// Code is the proxy's error code, or the one it would have used.
	Code string
	// Message is a sentence without secrets; viewers see it.
	Message string
	// RequestID finds the call in the proxy's log; empty when the proxy was not reached.
	RequestID string
	// Cause is for the log only.
	Cause error
	// retryAfter is how long the proxy wants to be left alone, of a sign-in only.
	retryAfter time.Duration
}

func (e *Error) Error() string {
	if e.RequestID == "" {
		return e.Message
	}
	return fmt.Sprintf("%s (request_id %s)", e.Message, e.RequestID)
}

func (e *Error) Unwrap() error { return e.Cause }

// AsError returns err as an *Error. Whatever else went wrong is the plugin's own fault.
func AsError(err error) *Error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	return &Error{
		Kind: Internal, Status: http.StatusInternalServerError, Code: "internal",
		Message: "The AI Metrics plugin failed: see Grafana's log.", Cause: err,
	}
}

type errorBody struct {
	Error *struct {
		Code      string `json:"code"`
		Message   string `json:"message"`
		RequestID string `json:"request_id"`
	} `json:"error"`
}

// answeredError reads the unified error. An answer in another form comes from something else than the proxy: a server
// in front of it, or a wrong address.
func (c *Client) answeredError(answer *Answer) *Error {
	var body errorBody
	if err := json.Unmarshal(answer.Body, &body); err == nil && body.Error != nil && body.Error.Message != "" {
		return &Error{
			Kind: Answered, Status: answer.Status, Code: body.Error.Code,
			Message: body.Error.Message, RequestID: cmp.Or(body.Error.RequestID, answer.RequestID),
		}
	}

	status := strings.TrimSpace(fmt.Sprintf("%d %s", answer.Status, http.StatusText(answer.Status)))
	unreadable := &Error{Kind: Unreadable, Status: answer.Status, Code: "unavailable"}
	switch {
	case answer.Status >= 300 && answer.Status < 400:
		unreadable.Status = http.StatusBadGateway
		unreadable.Message = fmt.Sprintf("%s redirects to %q (%s), which an AI Metrics proxy never does and the plugin "+
			"does not follow. Check Address in the data source's settings.", c.baseURL, redirectTarget(answer.header), status)
	case answer.Status >= 500:
		unreadable.Message = fmt.Sprintf("%s answered %s, and not as an AI Metrics proxy does. "+
			"Check that the proxy behind it is running, and Address in the data source's settings.", c.baseURL, status)
	default:
		unreadable.Message = fmt.Sprintf("%s answered %s, and not as an AI Metrics proxy does. "+
			"Check Address in the data source's settings.", c.baseURL, status)
	}
	return unreadable
}

// redirectTarget is the Location without its query string, where tokens are.
func redirectTarget(header http.Header) string {
	target, _, _ := strings.Cut(header.Get("Location"), "?")
	return target
}

// sentence ends text with a full stop, so that another sentence can follow.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}
