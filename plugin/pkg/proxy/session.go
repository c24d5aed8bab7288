package proxy

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	// renewalMargin is how much of the session's absolute limit may be left before a new one is begun.
	renewalMargin = 15 * time.Minute
	// refusalPause keeps a wrong password from using up the sign-in attempts that the proxy allows.
	refusalPause = 60 * time.Second
	// maxRefusalPause bounds a Retry-After, so that a corrected account works without a restart of Grafana.
	maxRefusalPause = 15 * time.Minute
	// outagePause keeps the panels of a dashboard from signing in one after the other while the proxy can't let anybody in.
	outagePause    = 5 * time.Second
	maxOutagePause = 15 * time.Second
	signInTimeout  = 10 * time.Second
)

// grant is a session as the proxy gave it.
type grant struct {
	token     string
	expiresAt time.Time
}

// session is the data source's session at the proxy. The token lives in memory only.
type session struct {
	signIn  func(ctx context.Context) (grant, error)
	signOut func(ctx context.Context, token string)
	now     func() time.Time
	flight  singleflight.Group

	mu    sync.Mutex
	token string
	// renewAt is zero where the expiry is unknown or in the past by this machine's clock: then a 401 tells.
	renewAt time.Time
	// refused is answered until refusedUntil without asking the proxy.
	refused      *Error
	refusedUntil time.Time
	// steadyUntil is how long a 401 is not answered with another sign-in, after one that did not help.
	steadyUntil time.Time
	closed      bool
}

func newSession(
	signIn func(ctx context.Context) (grant, error),
	signOut func(ctx context.Context, token string),
	now func() time.Time,
) *session {
	return &session{signIn: signIn, signOut: signOut, now: now}
}

// get returns a token, signing in first if there is none or the one there is ends soon. Everybody who waits, waits for
// the same sign-in.
func (s *session) get(ctx context.Context) (string, error) {
	if token, err, known := s.current(); known {
		return token, err
	}

	// The sign-in is not the caller's alone: it goes on when he leaves.
	shared := context.WithoutCancel(ctx)
	result := s.flight.DoChan("", func() (any, error) {
		if token, err, known := s.current(); known {
			return token, err
		}
		shared, cancel := context.WithTimeout(shared, signInTimeout)
		defer cancel()
		granted, err := s.signIn(shared)
		if err != nil {
			return s.refuse(err)
		}
		return s.accept(shared, granted)
	})
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case signedIn := <-result:
		token, _ := signedIn.Val.(string)
		return token, signedIn.Err
	}
}

// current answers from memory; known is false when a sign-in is due.
func (s *session) current() (token string, err error, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()

	now := s.now()
	switch {
	case s.closed:
		return "", errClosed(), true
	case s.token != "" && (s.renewAt.IsZero() || now.Before(s.renewAt)):
		return s.token, nil, true
	case s.refused != nil && now.Before(s.refusedUntil):
		return "", remembered(s.refused, s.refusedUntil.Sub(now)), true
	default:
		return "", nil, false
	}
}

// accept keeps the session that a sign-in brought.
func (s *session) accept(ctx context.Context, granted grant) (string, error) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		s.signOut(ctx, granted.token)
		return "", errClosed()
	}
	defer s.mu.Unlock()

	s.token, s.renewAt = granted.token, time.Time{}
	// The margin is never more than half: a proxy with short sessions must not be signed in to at every call.
	if lifetime := granted.expiresAt.Sub(s.now()); lifetime > 0 {
		s.renewAt = granted.expiresAt.Add(-min(renewalMargin, lifetime/2))
	}
	s.refused, s.refusedUntil = nil, time.Time{}
	return s.token, nil
}

// refuse remembers a sign-in that was refused or met an outage. A failed renewal is not the caller's business while the old token may still be
// good: that is used on, and the renewal tried again later.
func (s *session) refuse(err error) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	now := s.now()
	if s.token != "" {
		s.renewAt = now.Add(refusalPause)
		return s.token, nil
	}
	refused, ok := errors.AsType[*Error](err)
	var pause time.Duration
	switch {
	case ok && refused.Kind == SignInRefused:
		pause = min(max(refusalPause, refused.retryAfter), maxRefusalPause)
	case ok && refused.Status == http.StatusServiceUnavailable:
		pause = min(max(outagePause, refused.retryAfter), maxOutagePause)
	default:
		return "", err
	}
	s.refused, s.refusedUntil = refused, now.Add(pause)
	return "", remembered(refused, pause)
}

// reject forgets a token that the proxy answered with 401, and says whether a new sign-in is worth trying.
func (s *session) reject(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()

	if s.token != token {
		return true // another call has already seen to it
	}
	if s.now().Before(s.steadyUntil) {
		return false
	}
	s.token = ""
	return true
}

// rejectedFresh notes that a token just obtained was answered with 401 as well: it is the viewer that the proxy does
// not know, and such viewers must not be able to make the data source sign in again and again.
func (s *session) rejectedFresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steadyUntil = s.now().Add(refusalPause)
}

// close signs out; a sign-in under way is signed out when it comes back.
func (s *session) close(ctx context.Context) {
	s.mu.Lock()
	token := s.token
	s.closed, s.token = true, ""
	s.mu.Unlock()
	if token != "" {
		s.signOut(ctx, token)
	}
}

func remembered(refused *Error, left time.Duration) *Error {
	again := *refused
	again.Message = fmt.Sprintf("%s Next attempt in %d s.", sentence(refused.Message), int(math.Ceil(left.Seconds())))
	return &again
}

func errClosed() *Error {
	return &Error{
		Kind: Cancelled, Status: http.StatusServiceUnavailable, Code: "unavailable",
		Message: "The data source's settings have just been changed: try again.",
	}
}
