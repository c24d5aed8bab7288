package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
)

// transportError says why no answer came. ctx is the context of the call, whose own end explains most errors.
func (c *Client) transportError(ctx context.Context, err error, limit time.Duration) *Error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		// 499 is nginx's status for a client that closed the request.
		return &Error{Kind: Cancelled, Status: 499, Code: "query_timeout", Message: "The query was cancelled.", Cause: err}
	case errors.Is(err, httpclient.ErrResponseBodyTooLarge):
		return tooLarge(err)
	}

	if reason := unreachableReason(err); reason != "" {
		return &Error{
			Kind: Unreachable, Status: http.StatusBadGateway, Code: "unavailable", Cause: err,
			Message: fmt.Sprintf("The AI Metrics proxy at %s can't be reached: %s. "+
				"Check Address in the data source's settings, and that the proxy is running.", c.baseURL, reason),
		}
	}
	return &Error{
		Kind: TimedOut, Status: http.StatusGatewayTimeout, Code: "query_timeout", Cause: err,
		Message: fmt.Sprintf("The AI Metrics proxy at %s did not answer within %.0f s.", c.baseURL, limit.Seconds()),
	}
}

// unreachableReason is empty for the one failure that is none of the connection's: the time ran out while the proxy
// was working.
func unreachableReason(err error) string {
	// *url.Error repeats method and URL, with the filters that a viewer typed.
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	dialError, _ := errors.AsType[*net.OpError](err)
	dialling := dialError != nil && dialError.Op == "dial"

	if notFound, ok := errors.AsType[*net.DNSError](err); ok {
		return fmt.Sprintf("the host name %q can't be resolved", notFound.Name)
	}
	if untrusted, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "its TLS certificate was refused (" + untrusted.Err.Error() + ")"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || strings.Contains(err.Error(), "gave HTTP response to HTTPS") {
		return "it does not speak TLS (write http:// instead of https://)"
	}
	if alert, ok := errors.AsType[tls.AlertError](err); ok {
		return "the TLS handshake failed (" + alert.Error() + ")"
	}

	timeout, _ := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "there is no route to it"
	case timeout != nil && timeout.Timeout() && dialling:
		return "nothing answered in time"
	case strings.Contains(err.Error(), "TLS handshake timeout"):
		return "the TLS handshake took too long"
	case timeout != nil && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return ""
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection was closed before the answer was complete"
	case dialling:
		return dialError.Err.Error()
	default:
		return err.Error()
	}
}
