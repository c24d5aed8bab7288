package proxy

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var startOfDay = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// door is what a session signs in to and out of; the clock is the test's.
type door struct {
	mu        sync.Mutex
	now       time.Time
	lifetime  time.Duration
	err       error
	signIns   int
	signedOut []string
	// wait, if set, holds every sign-in until it is closed.
	wait chan struct{}
}

func newDoor() *door { return &door{now: startOfDay, lifetime: 8 * time.Hour} }

func (d *door) session() *session {
	return newSession(
		func(context.Context) (grant, error) {
			if d.wait != nil {
				<-d.wait
			}
			d.mu.Lock()
			defer d.mu.Unlock()
			d.signIns++
			if d.err != nil {
				return grant{}, d.err
			}
			return grant{token: fmt.Sprintf("token-%d", d.signIns), expiresAt: d.now.Add(d.lifetime)}, nil
		},
		func(_ context.Context, token string) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.signedOut = append(d.signedOut, token)
		},
		func() time.Time {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.now
		},
	)
}

func (d *door) at(sinceStart time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = startOfDay.Add(sinceStart)
}

func (d *door) answer(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

func wantToken(t *testing.T, session *session, want string) {
	t.Helper()
	got, err := session.get(t.Context())
	if err != nil || got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func wantError(t *testing.T, session *session, want string) {
	t.Helper()
	if token, err := session.get(t.Context()); err == nil || err.Error() != want {
		t.Errorf("got %q, %v; want error %q", token, err, want)
	}
}

func refusedWith(status int, retryAfter time.Duration) *Error {
	return &Error{Kind: SignInRefused, Status: status, Message: "Refused", RequestID: "r-1", retryAfter: retryAfter}
}

func TestSessionRenewal(t *testing.T) {
	tests := map[string]struct {
		lifetime time.Duration
		at       time.Duration
		want     string
	}{
		"keeps a session until 15 min are left":         {lifetime: 8 * time.Hour, at: 7*time.Hour + 44*time.Minute + 59*time.Second, want: "token-1"},
		"begins another when 15 min are left":           {lifetime: 8 * time.Hour, at: 7*time.Hour + 45*time.Minute, want: "token-2"},
		"keeps half of a session shorter than 30 min":   {lifetime: 10 * time.Minute, at: 4*time.Minute + 59*time.Second, want: "token-1"},
		"renews a session shorter than 30 min at half":  {lifetime: 10 * time.Minute, at: 5 * time.Minute, want: "token-2"},
		"leaves a session ended by this clock to a 401": {lifetime: -time.Hour, at: 24 * time.Hour, want: "token-1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			door := newDoor()
			door.lifetime = test.lifetime
			session := door.session()
			wantToken(t, session, "token-1")
			door.at(test.at)
			wantToken(t, session, test.want)
		})
	}
}

func TestSessionFailedRenewal(t *testing.T) {
	failures := map[string]error{
		"refused":    refusedWith(429, 0),
		"impossible": &Error{Kind: Unreachable, Status: http.StatusBadGateway, Message: "Unreachable."},
	}
	for name, failure := range failures {
		t.Run("uses the old session while a renewal is "+name+", and tries again after 60 s", func(t *testing.T) {
			door := newDoor()
			session := door.session()
			wantToken(t, session, "token-1")

			door.answer(failure)
			door.at(7*time.Hour + 50*time.Minute)
			wantToken(t, session, "token-1")
			door.at(7*time.Hour + 50*time.Minute + 59*time.Second)
			wantToken(t, session, "token-1")
			if door.signIns != 2 {
				t.Errorf("signed in %d times, want 2", door.signIns)
			}

			door.answer(nil)
			door.at(7*time.Hour + 51*time.Minute)
			wantToken(t, session, "token-3")
		})
	}
}

func TestSessionRefusal(t *testing.T) {
	tests := map[string]struct {
		refused *Error
		pause   time.Duration
		first   string
		last    string
	}{
		"waits 60 s":                        {refusedWith(401, 0), 60 * time.Second, "Refused. Next attempt in 60 s. (request_id r-1)", "Refused. Next attempt in 1 s. (request_id r-1)"},
		"waits 60 s at least":               {refusedWith(429, 10*time.Second), 60 * time.Second, "Refused. Next attempt in 60 s. (request_id r-1)", "Refused. Next attempt in 1 s. (request_id r-1)"},
		"waits as long as Retry-After says": {refusedWith(429, 90*time.Second), 90 * time.Second, "Refused. Next attempt in 90 s. (request_id r-1)", "Refused. Next attempt in 1 s. (request_id r-1)"},
		"waits 15 min at most":              {refusedWith(403, 2*time.Hour), 15 * time.Minute, "Refused. Next attempt in 900 s. (request_id r-1)", "Refused. Next attempt in 1 s. (request_id r-1)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			door := newDoor()
			door.answer(test.refused)
			session := door.session()
			wantError(t, session, test.first)
			door.at(test.pause - time.Second)
			wantError(t, session, test.last)
			if door.signIns != 1 {
				t.Errorf("signed in %d times during the pause", door.signIns)
			}
			door.answer(nil)
			door.at(test.pause)
			wantToken(t, session, "token-2")
		})
	}

	t.Run("begins no sign-in for each panel while the proxy can't let anybody in", func(t *testing.T) {
		tests := map[string]struct{ retryAfter, pause time.Duration }{
			"waits 5 s":                         {0, 5 * time.Second},
			"waits 5 s at least":                {time.Second, 5 * time.Second},
			"waits as long as Retry-After says": {12 * time.Second, 12 * time.Second},
			"waits 15 s at most":                {time.Hour, 15 * time.Second},
		}
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				door := newDoor()
				door.answer(&Error{Kind: Answered, Status: 503, Message: "Away", RequestID: "r-1", retryAfter: test.retryAfter})
				session := door.session()
				for range 12 {
					wantError(t, session, fmt.Sprintf("Away. Next attempt in %.0f s. (request_id r-1)", test.pause.Seconds()))
				}
				door.at(test.pause - time.Second)
				wantError(t, session, "Away. Next attempt in 1 s. (request_id r-1)")
				if door.signIns != 1 {
					t.Errorf("signed in %d times during the pause", door.signIns)
				}
				door.answer(nil)
				door.at(test.pause)
				wantToken(t, session, "token-2")
			})
		}
	})

	t.Run("does not remember that the proxy was unreachable", func(t *testing.T) {
		door := newDoor()
		door.answer(&Error{Kind: Unreachable, Status: http.StatusBadGateway, Message: "Unreachable."})
		session := door.session()
		wantError(t, session, "Unreachable.")
		door.answer(nil)
		wantToken(t, session, "token-2")
	})
}

func TestSessionSingleFlight(t *testing.T) {
	t.Run("signs in once for everybody", func(t *testing.T) {
		door := newDoor()
		door.wait = make(chan struct{})
		session := door.session()
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() { wantToken(t, session, "token-1") })
		}
		close(door.wait)
		group.Wait()
		if door.signIns != 1 {
			t.Errorf("signed in %d times", door.signIns)
		}
	})

	t.Run("goes on when the one who began it leaves", func(t *testing.T) {
		door := newDoor()
		door.wait = make(chan struct{})
		session := door.session()
		ctx, leave := context.WithCancel(t.Context())
		leave()
		if _, err := session.get(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
		close(door.wait)
		wantToken(t, session, "token-1")
	})
}

func TestSessionReject(t *testing.T) {
	t.Run("signs in again after a 401", func(t *testing.T) {
		door := newDoor()
		session := door.session()
		wantToken(t, session, "token-1")
		if !session.reject("token-1") {
			t.Error("a first 401 must be worth a sign-in")
		}
		wantToken(t, session, "token-2")
	})

	t.Run("keeps a session that another call has renewed", func(t *testing.T) {
		door := newDoor()
		session := door.session()
		wantToken(t, session, "token-1")
		session.reject("token-1")
		wantToken(t, session, "token-2")
		if !session.reject("token-1") {
			t.Error("the new session must be worth a try")
		}
		wantToken(t, session, "token-2")
	})

	t.Run("does not sign in for a viewer whom the proxy does not know", func(t *testing.T) {
		door := newDoor()
		session := door.session()
		wantToken(t, session, "token-1")
		session.rejectedFresh()
		door.at(59 * time.Second)
		if session.reject("token-1") {
			t.Error("another sign-in within 60 s of a fruitless one")
		}
		wantToken(t, session, "token-1")
		door.at(60 * time.Second)
		if !session.reject("token-1") {
			t.Error("no sign-in 60 s after a fruitless one")
		}
	})
}

func TestSessionClose(t *testing.T) {
	const closed = "The data source's settings have just been changed: try again."

	t.Run("signs out once and hands out nothing more", func(t *testing.T) {
		door := newDoor()
		session := door.session()
		wantToken(t, session, "token-1")
		session.close(t.Context())
		session.close(t.Context())
		if diff := cmp.Diff([]string{"token-1"}, door.signedOut); diff != "" {
			t.Error(diff)
		}
		wantError(t, session, closed)
	})

	t.Run("signs out of nothing without a session", func(t *testing.T) {
		door := newDoor()
		door.session().close(t.Context())
		if len(door.signedOut) != 0 {
			t.Errorf("signed out %v", door.signedOut)
		}
	})

	t.Run("signs out a session that begins too late", func(t *testing.T) {
		door := newDoor()
		session := door.session()
		began := make(chan struct{})
		release := make(chan struct{})
		signIn := session.signIn
		session.signIn = func(ctx context.Context) (grant, error) {
			close(began)
			<-release
			return signIn(ctx)
		}
		var group sync.WaitGroup
		group.Go(func() { wantError(t, session, closed) })
		<-began
		session.close(t.Context())
		close(release)
		group.Wait()
		if diff := cmp.Diff([]string{"token-1"}, door.signedOut); diff != "" {
			t.Error(diff)
		}
	})
}
