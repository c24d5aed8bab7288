// Package proxytest stands in for the AI Metrics proxy in tests, over a real socket. It answers as the proxy's contract
// says and remembers what it was asked.
package proxytest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// ReadyBody is what a proxy that is ready says about itself.
const ReadyBody = `{"data":{"status":"ready","version":"0.1.0","api_version":1,` +
	`"checks":[{"name":"metrics_database","ok":true,"message":"MySQL 9.7.0"},{"name":"state_database","ok":true,"message":"ok"}],` +
	`"notices":["viewers are not checked"]},"meta":{"request_id":"ready-1"}}`

// Request is a request as it arrived.
type Request struct {
	Method string
	Path   string
	Query  string
	Header http.Header
	Body   string
}

// Route is "METHOD /path".
func (r Request) Route() string { return r.Method + " " + r.Path }

// Server is a proxy whose answers a test may change.
type Server struct {
	*httptest.Server
	mu       sync.Mutex
	handlers map[string]http.HandlerFunc
	requests []Request
	signIns  int
}

// New starts a proxy that accepts every sign-in, with the tokens token-1, token-2 and so on, and ends with the test.
func New(t *testing.T) *Server {
	t.Helper()
	server := &Server{handlers: map[string]http.HandlerFunc{}}
	server.Handle("POST /api/v1/login", server.signIn)
	server.Handle("POST /api/v1/logout", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	server.Handle("GET /ready", Answer(http.StatusOK, ReadyBody))
	server.Handle("GET /api/v1/user/info", Answer(http.StatusOK,
		`{"data":{"id":"7","login_name":"grafana","user_name":"Grafana","user_type":1,"status":1},"meta":{"request_id":"user-1"}}`))
	server.Server = httptest.NewServer(http.HandlerFunc(server.serve))
	t.Cleanup(server.Close)
	return server
}

// Handle sets the answer of a route, "METHOD /path".
func (s *Server) Handle(route string, handler http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[route] = handler
}

// Requests returns what was asked so far, without sign-ins and sign-outs.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.requests), func(request Request) bool {
		return strings.Contains(request.Path, "/api/v1/log")
	})
}

// Routes returns the routes asked so far, in order, sign-ins and sign-outs included.
func (s *Server) Routes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	routes := make([]string, 0, len(s.requests))
	for _, request := range s.requests {
		routes = append(routes, request.Route())
	}
	return routes
}

// All returns every request so far.
func (s *Server) All() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Answer is a handler with a fixed answer.
func Answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// Failure is a handler that answers with the unified error.
func Failure(status int, code, message, requestID string) http.HandlerFunc {
	return Answer(status, fmt.Sprintf(`{"error":{"code":%q,"message":%q,"request_id":%q}}`, code, message, requestID))
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away
	}
	request := Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: string(body)}

	s.mu.Lock()
	s.requests = append(s.requests, request)
	handler, found := s.handlers[request.Route()]
	s.mu.Unlock()
	if !found {
		handler = Failure(http.StatusNotFound, "not_found", "There is no such route.", "none-1")
	}
	handler(w, r)
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.signIns++
	number := s.signIns
	s.mu.Unlock()
	Answer(http.StatusOK, fmt.Sprintf(
		`{"data":{"token":"token-%d","token_type":"Bearer","expires_at":"2026-01-01T08:00:00.000Z","user":{}},"meta":{}}`, number))(w, r)
}
