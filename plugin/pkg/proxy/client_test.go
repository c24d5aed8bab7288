package proxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"

	"github.com/aitoys/ai-metrics/pkg/models"
	"github.com/aitoys/ai-metrics/pkg/proxytest"
)

var viewer = Identity{Caller: Viewer, GrafanaID: "id-token"}

func settingsFor(address string) models.Settings {
	return models.Settings{ProxyURL: address, Timeout: 20 * time.Second, Login: "grafana", Password: "s3cret"}
}

func newClient(t *testing.T, settings models.Settings, options httpclient.Options) *Client {
	t.Helper()
	client, err := New(settings, options, func() time.Time { return startOfDay })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.transport.CloseIdleConnections)
	return client
}

func wantFailure(t *testing.T, err error, want Error) {
	t.Helper()
	got, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got %v, want an *Error", err)
	}
	if got.Kind != want.Kind || got.Status != want.Status || got.Error() != want.Message {
		t.Errorf("got kind %d, status %d, %q\nwant kind %d, status %d, %q",
			got.Kind, got.Status, got.Error(), want.Kind, want.Status, want.Message)
	}
}

func TestClientSignIn(t *testing.T) {
	server := proxytest.New(t)
	server.Handle("POST /api/v1/query", proxytest.Answer(http.StatusOK, `{"results":{}}`))
	client := newClient(t, settingsFor(server.URL), httpclient.Options{})
	for range 2 {
		if _, err := client.Query(t.Context(), viewer, []byte(`{}`)); err != nil {
			t.Fatal(err)
		}
	}
	client.Close(t.Context())

	want := []string{"POST /api/v1/login", "POST /api/v1/query", "POST /api/v1/query", "POST /api/v1/logout"}
	if diff := cmp.Diff(want, server.Routes()); diff != "" {
		t.Fatal(diff)
	}
	login, logout := server.All()[0], server.All()[3]
	if want := `{"login_name":"grafana","password":"s3cret","client":"grafana"}`; login.Body != want {
		t.Errorf("got body %s, want %s", login.Body, want)
	}
	if got := login.Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("got Content-Type %q", got)
	}
	if diff := cmp.Diff(map[string]string{}, identityHeaders(login.Header)); diff != "" {
		t.Error("sign-in:", diff)
	}
	if diff := cmp.Diff(map[string]string{"Authorization": "Bearer token-1"}, identityHeaders(logout.Header)); diff != "" {
		t.Error("sign-out:", diff)
	}
}

// identityHeaders are all headers that could say who asks.
func identityHeaders(header http.Header) map[string]string {
	result := map[string]string{}
	for name, values := range header {
		switch name {
		case "Accept", "Accept-Encoding", "Content-Type", "Content-Length", "User-Agent":
		default:
			result[name] = strings.Join(values, ", ")
		}
	}
	return result
}

func TestClientIdentity(t *testing.T) {
	tests := map[string]struct {
		identity    Identity
		allowAlerts bool
		want        map[string]string
	}{
		"a viewer with an identity": {
			identity: Identity{Caller: Viewer, GrafanaID: "id-token", SkipCache: true},
			want: map[string]string{
				"Authorization": "Bearer token-1", "X-Aimetrics-Caller": "viewer",
				"X-Aimetrics-Allow-Alerts": "false", "X-Grafana-Id": "id-token",
			},
		},
		"a viewer without one": {
			identity: Identity{Caller: Viewer}, allowAlerts: true,
			want: map[string]string{
				"Authorization": "Bearer token-1", "X-Aimetrics-Caller": "viewer", "X-Aimetrics-Allow-Alerts": "true",
			},
		},
		"the scheduler": {
			identity: Identity{Caller: Scheduler, SkipCache: true}, allowAlerts: true,
			want: map[string]string{
				"Authorization": "Bearer token-1", "X-Aimetrics-Caller": "scheduler",
				"X-Aimetrics-Allow-Alerts": "true", "X-Cache-Skip": "true",
			},
		},
		"a health check": {
			identity: Identity{Caller: Health},
			want: map[string]string{
				"Authorization": "Bearer token-1", "X-Aimetrics-Caller": "health", "X-Aimetrics-Allow-Alerts": "false",
			},
		},
	}
	for name, test := range tests {
		t.Run("says "+name, func(t *testing.T) {
			server := proxytest.New(t)
			server.Handle("POST /api/v1/query", proxytest.Answer(http.StatusOK, `{"results":{}}`))
			settings := settingsFor(server.URL)
			settings.AllowAlerts = test.allowAlerts
			// Whatever else a data source may have been configured with must not get in the way.
			client := newClient(t, settings, httpclient.Options{
				BasicAuth:          &httpclient.BasicAuthOptions{User: "someone", Password: "else"},
				Header:             http.Header{"Authorization": {"Bearer other"}, "X-Aimetrics-Caller": {"scheduler"}, "X-Tenant": {"1"}},
				ForwardHTTPHeaders: true,
			})
			ctx := httpclient.WithContextualMiddleware(t.Context(), httpclient.MiddlewareFunc(
				func(_ httpclient.Options, next http.RoundTripper) http.RoundTripper {
					return httpclient.RoundTripperFunc(func(request *http.Request) (*http.Response, error) {
						request.Header.Set("Fromalert", "true")
						return next.RoundTrip(request)
					})
				}))
			if _, err := client.Query(ctx, test.identity, []byte(`{}`)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, identityHeaders(server.Requests()[0].Header)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestClientPathPrefix(t *testing.T) {
	server := proxytest.New(t)
	server.Handle("GET /behind/nginx/api/v1/catalog", proxytest.Answer(http.StatusOK, `{"data":{}}`))
	server.Handle("POST /behind/nginx/api/v1/login", proxytest.Answer(http.StatusOK, `{"data":{"token":"t","expires_at":"2026-01-01T08:00:00Z"}}`))
	client := newClient(t, settingsFor(server.URL+"/behind/nginx"), httpclient.Options{})
	answer, err := client.Get(t.Context(), viewer, "catalog", url.Values{"filter": {"provider:=:a&b", "cost:>:1"}})
	if err != nil || answer.Status != http.StatusOK {
		t.Fatalf("got %+v, %v", answer, err)
	}
	if got := server.Requests()[0].Query; got != "filter=provider%3A%3D%3Aa%26b&filter=cost%3A%3E%3A1" {
		t.Errorf("got query string %q", got)
	}
}

func TestClientUnauthorized(t *testing.T) {
	unauthorized := proxytest.Failure(http.StatusUnauthorized, "unauthenticated", "The session has ended.", "q-1")

	t.Run("signs in again once", func(t *testing.T) {
		server := proxytest.New(t)
		server.Handle("POST /api/v1/query", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "Bearer token-1" {
				unauthorized(w, r)
				return
			}
			proxytest.Answer(http.StatusOK, `{"results":{}}`)(w, r)
		})
		client := newClient(t, settingsFor(server.URL), httpclient.Options{})
		if _, err := client.Query(t.Context(), viewer, []byte(`{"queries":[]}`)); err != nil {
			t.Fatal(err)
		}
		want := []string{"POST /api/v1/login", "POST /api/v1/query", "POST /api/v1/login", "POST /api/v1/query"}
		if diff := cmp.Diff(want, server.Routes()); diff != "" {
			t.Error(diff)
		}
		if got := server.Requests()[1].Body; got != `{"queries":[]}` {
			t.Errorf("the second request has body %q", got)
		}
	})

	t.Run("does not sign in again and again for one whom the proxy refuses", func(t *testing.T) {
		server := proxytest.New(t)
		server.Handle("POST /api/v1/query", unauthorized)
		client := newClient(t, settingsFor(server.URL), httpclient.Options{})
		for range 3 {
			_, err := client.Query(t.Context(), viewer, []byte(`{}`))
			wantFailure(t, err, Error{Kind: Answered, Status: 401, Message: "The session has ended. (request_id q-1)"})
		}
		want := []string{
			"POST /api/v1/login", "POST /api/v1/query", "POST /api/v1/login", "POST /api/v1/query",
			"POST /api/v1/query", "POST /api/v1/query",
		}
		if diff := cmp.Diff(want, server.Routes()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestClientSignInErrors(t *testing.T) {
	tests := map[string]struct {
		login http.HandlerFunc
		want  Error
	}{
		"a wrong password": {
			login: proxytest.Failure(401, "unauthenticated", "Login name or password is wrong.", "l-1"),
			want: Error{Kind: SignInRefused, Status: 401, Message: "The AI Metrics proxy refused the sign-in of the data source: " +
				"Login name or password is wrong. Check Login and Password in the data source's settings. " +
				"Next attempt in 60 s. (request_id l-1)"},
		},
		"a normal user": {
			login: proxytest.Failure(403, "forbidden", "Only system users may sign in", "l-2"),
			want: Error{Kind: SignInRefused, Status: 403, Message: "The AI Metrics proxy refused the sign-in of the data source: " +
				"Only system users may sign in. Enter Login and Password of a system user (user_type 1, status 1) in the data " +
				"source's settings. Next attempt in 60 s. (request_id l-2)"},
		},
		"too many attempts": {
			login: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Retry-After", "600")
				proxytest.Failure(429, "rate_limited", "Too many attempts to sign in: the next one is possible in 600 s", "l-3")(w, r)
			},
			want: Error{Kind: SignInRefused, Status: 429, Message: "The AI Metrics proxy refused the sign-in of the data source: " +
				"Too many attempts to sign in came from Grafana's address. Check Login and Password in the data source's settings " +
				"before the next one. Next attempt in 600 s. (request_id l-3)"},
		},
		"a database that is down": {
			login: proxytest.Failure(503, "unavailable", "The database can't be reached.", "l-4"),
			want: Error{Kind: Answered, Status: 503, Message: "The data source can't sign in to the AI Metrics proxy: " +
				"The database can't be reached. Next attempt in 5 s. (request_id l-4)"},
		},
		"a database that is down, for longer": {
			login: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Retry-After", "12")
				proxytest.Failure(503, "unavailable", "The database can't be reached.", "l-5")(w, r)
			},
			want: Error{Kind: Answered, Status: 503, Message: "The data source can't sign in to the AI Metrics proxy: " +
				"The database can't be reached. Next attempt in 12 s. (request_id l-5)"},
		},
	}
	for name, test := range tests {
		t.Run("explains "+name, func(t *testing.T) {
			server := proxytest.New(t)
			server.Handle("POST /api/v1/login", test.login)
			client := newClient(t, settingsFor(server.URL), httpclient.Options{})
			_, err := client.Query(t.Context(), viewer, []byte(`{}`))
			wantFailure(t, err, test.want)

			// That is remembered, and the proxy left alone.
			_, err = client.Query(t.Context(), viewer, []byte(`{}`))
			wantFailure(t, err, test.want)
			if got := len(server.Routes()); got != 1 {
				t.Errorf("the proxy was asked %d times, want 1", got)
			}
		})
	}

	t.Run("explains an answer without a token", func(t *testing.T) {
		server := proxytest.New(t)
		server.Handle("POST /api/v1/login", proxytest.Answer(200, `<html>`))
		client := newClient(t, settingsFor(server.URL), httpclient.Options{})
		_, err := client.Query(t.Context(), viewer, []byte(`{}`))
		wantFailure(t, err, Error{Kind: Unreadable, Status: 502, Message: server.URL +
			" does not answer a sign-in as an AI Metrics proxy does. Check Address in the data source's settings."})
	})
}

func TestClientQueryErrors(t *testing.T) {
	tests := map[string]struct {
		handler http.HandlerFunc
		want    Error // its %s is the proxy's address
	}{
		"passes on the proxy's message and request id": {
			handler: proxytest.Failure(422, "query_too_large", "The range is longer than 400 days.", "q-9"),
			want:    Error{Kind: Answered, Status: 422, Message: "The range is longer than 400 days. (request_id q-9)"},
		},
		"takes the request id from the header where the body has none": {
			handler: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Request-Id", "h-1")
				proxytest.Answer(500, `{"error":{"code":"internal","message":"Something failed."}}`)(w, r)
			},
			want: Error{Kind: Answered, Status: 500, Message: "Something failed. (request_id h-1)"},
		},
		"explains a server in front of the proxy": {
			handler: proxytest.Answer(502, `<html>Bad Gateway</html>`),
			want: Error{Kind: Unreadable, Status: 502, Message: "%s answered 502 Bad Gateway, and not as an AI Metrics proxy does. " +
				"Check that the proxy behind it is running, and Address in the data source's settings."},
		},
		"explains another server": {
			handler: proxytest.Answer(404, `{"message":"Not found"}`),
			want: Error{Kind: Unreadable, Status: 404, Message: "%s answered 404 Not Found, and not as an AI Metrics proxy does. " +
				"Check Address in the data source's settings."},
		},
		"explains a redirect": {
			handler: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "https://elsewhere.example/api/v1/query?token=x")
				w.WriteHeader(http.StatusPermanentRedirect)
			},
			want: Error{Kind: Unreadable, Status: 502, Message: "%s redirects to \"https://elsewhere.example/api/v1/query\" " +
				"(308 Permanent Redirect), which an AI Metrics proxy never does and the plugin does not follow. " +
				"Check Address in the data source's settings."},
		},
		"explains an answer that breaks off": {
			handler: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "100")
				_, _ = io.WriteString(w, `{"results":`)
			},
			want: Error{Kind: Unreachable, Status: 502, Message: "The AI Metrics proxy at %s can't be reached: the connection was " +
				"closed before the answer was complete. Check Address in the data source's settings, and that the proxy is running."},
		},
		"explains an answer that is too large": {
			handler: func(w http.ResponseWriter, _ *http.Request) {
				chunk := make([]byte, 1<<20)
				for range 65 {
					if _, err := w.Write(chunk); err != nil {
						return
					}
				}
			},
			want: Error{Kind: TooLarge, Status: 422, Message: "The answer is larger than the plugin reads (64 MiB, or Grafana's " +
				"response_limit). Ask for a shorter time range, a longer interval or fewer groups."},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := proxytest.New(t)
			server.Handle("POST /api/v1/query", test.handler)
			client := newClient(t, settingsFor(server.URL), httpclient.Options{})
			_, err := client.Query(t.Context(), viewer, []byte(`{}`))
			test.want.Message = strings.ReplaceAll(test.want.Message, "%s", server.URL)
			wantFailure(t, err, test.want)
		})
	}
}

func TestClientTimeout(t *testing.T) {
	server := proxytest.New(t)
	server.Handle("POST /api/v1/query", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	settings := settingsFor(server.URL)
	settings.Timeout = time.Second
	client := newClient(t, settings, httpclient.Options{})
	_, err := client.Query(t.Context(), viewer, []byte(`{}`))
	wantFailure(t, err, Error{Kind: TimedOut, Status: 504, Message: fmt.Sprintf(
		"The AI Metrics proxy at %s did not answer within 1 s. Ask for a shorter time range or fewer groups.", server.URL)})
}

func TestClientCancel(t *testing.T) {
	t.Run("cancels the call to the proxy", func(t *testing.T) {
		server := proxytest.New(t)
		arrived, ended := make(chan struct{}), make(chan struct{})
		server.Handle("POST /api/v1/query", func(_ http.ResponseWriter, r *http.Request) {
			close(arrived)
			<-r.Context().Done()
			close(ended)
		})
		client := newClient(t, settingsFor(server.URL), httpclient.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() {
			_, err := client.Query(ctx, viewer, []byte(`{}`))
			wantFailure(t, err, Error{Kind: Cancelled, Status: 499, Message: "The query was cancelled."})
		})
		<-arrived
		cancel()
		group.Wait()
		<-ended
	})

	t.Run("leaves a sign-in that others wait for", func(t *testing.T) {
		server := proxytest.New(t)
		arrived, release := make(chan struct{}), make(chan struct{})
		server.Handle("POST /api/v1/login", func(w http.ResponseWriter, r *http.Request) {
			close(arrived)
			<-release
			proxytest.Answer(http.StatusOK, `{"data":{"token":"late","expires_at":"2026-01-01T08:00:00Z"}}`)(w, r)
		})
		server.Handle("POST /api/v1/query", proxytest.Answer(http.StatusOK, `{"results":{}}`))
		client := newClient(t, settingsFor(server.URL), httpclient.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() {
			_, err := client.Query(ctx, viewer, []byte(`{}`))
			wantFailure(t, err, Error{Kind: Cancelled, Status: 499, Message: "The query was cancelled."})
		})
		<-arrived
		cancel()
		group.Wait()
		close(release)
		if _, err := client.Query(t.Context(), viewer, []byte(`{}`)); err != nil {
			t.Fatal(err)
		}
		if got := server.Requests()[0].Header.Get("Authorization"); got != "Bearer late" {
			t.Errorf("got %q", got)
		}
	})
}

func TestClientRefusedConnection(t *testing.T) {
	tests := map[string]struct {
		caller   Caller
		attempts int32
	}{
		"tries once more for a viewer":      {Viewer, 2},
		"tries once only for an alert rule": {Scheduler, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			address := closedAddress(t)
			client := newClient(t, settingsFor("http://"+address), httpclient.Options{})
			var attempts atomic.Int32
			dial := client.transport.DialContext
			client.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				attempts.Add(1)
				return dial(ctx, network, address)
			}
			_, err := client.Query(t.Context(), Identity{Caller: test.caller}, []byte(`{}`))
			wantFailure(t, err, Error{Kind: Unreachable, Status: 502, Message: "The AI Metrics proxy at http://" + address +
				" can't be reached: the connection was refused. Check Address in the data source's settings, and that the proxy is running."})
			if got := attempts.Load(); got != test.attempts {
				t.Errorf("connected %d times, want %d", got, test.attempts)
			}
		})
	}
}

// closedAddress is an address where nothing listens.
func closedAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return listener.Addr().String()
}

func TestClientStaleConnection(t *testing.T) {
	server := proxytest.New(t)
	var queries atomic.Int32
	server.Handle("POST /api/v1/query", func(w http.ResponseWriter, r *http.Request) {
		if queries.Add(1) == 2 {
			// What a client sees when the proxy closes a kept connection just as a request arrives on it.
			panic(http.ErrAbortHandler)
		}
		proxytest.Answer(http.StatusOK, `{"results":{}}`)(w, r)
	})
	client := newClient(t, settingsFor(server.URL), httpclient.Options{})
	for range 2 {
		if _, err := client.Query(t.Context(), viewer, []byte(`{}`)); err != nil {
			t.Fatal(err)
		}
	}
	if got := queries.Load(); got != 3 {
		t.Errorf("the proxy got %d queries, want 3", got)
	}
}

func TestClientTLS(t *testing.T) {
	t.Run("explains a certificate that is not trusted", func(t *testing.T) {
		server := httptest.NewUnstartedServer(proxytest.Answer(http.StatusOK, proxytest.ReadyBody))
		server.Config.ErrorLog = nil
		server.StartTLS()
		defer server.Close()
		client := newClient(t, settingsFor(server.URL), httpclient.Options{})
		_, err := client.Readiness(t.Context())
		wantFailure(t, err, Error{Kind: Unreachable, Status: 502, Message: "The AI Metrics proxy at " + server.URL +
			" can't be reached: its TLS certificate was refused (x509: certificate signed by unknown authority). " +
			"Check Address in the data source's settings, and that the proxy is running."})
	})

	t.Run("explains https:// to a server without TLS", func(t *testing.T) {
		server := proxytest.New(t)
		address := strings.Replace(server.URL, "http://", "https://", 1)
		client := newClient(t, settingsFor(address), httpclient.Options{})
		_, err := client.Readiness(t.Context())
		wantFailure(t, err, Error{Kind: Unreachable, Status: 502, Message: "The AI Metrics proxy at " + address +
			" can't be reached: it does not speak TLS (write http:// instead of https://). " +
			"Check Address in the data source's settings, and that the proxy is running."})
	})

	t.Run("uses the data source's TLS settings", func(t *testing.T) {
		server := httptest.NewTLSServer(proxytest.Answer(http.StatusOK, proxytest.ReadyBody))
		defer server.Close()
		client := newClient(t, settingsFor(server.URL), httpclient.Options{TLS: &httpclient.TLSOptions{InsecureSkipVerify: true}})
		if _, err := client.Readiness(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestUnreachableReason(t *testing.T) {
	tests := map[string]struct {
		err  error
		want string
	}{
		"an unknown host": {
			err:  &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "proxy.example", IsNotFound: true}},
			want: `the host name "proxy.example" can't be resolved`,
		},
		"a connection that takes too long": {
			err:  &net.OpError{Op: "dial", Net: "tcp", Err: context.DeadlineExceeded},
			want: "nothing answered in time",
		},
		"an answer that takes too long": {
			err:  &url.Error{Op: "Post", URL: "http://proxy/api/v1/query", Err: context.DeadlineExceeded},
			want: "",
		},
		"a connection that was closed": {
			err:  &url.Error{Op: "Get", URL: "http://proxy/api/v1/catalog?filter=secret", Err: io.EOF},
			want: "the connection was closed before the answer was complete",
		},
		"anything else, without what was asked": {
			err:  &url.Error{Op: "Get", URL: "http://proxy/api/v1/catalog?filter=secret", Err: errors.New("malformed HTTP response")},
			want: "malformed HTTP response",
		},
	}
	for name, test := range tests {
		t.Run("names "+name, func(t *testing.T) {
			if got := unreachableReason(test.err); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
