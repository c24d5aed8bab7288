package models

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

var credentials = map[string]string{"login": "grafana", "password": "s3cret pass "}

func TestLoadSettings(t *testing.T) {
	tests := map[string]struct {
		jsonData string
		want     Settings
	}{
		"takes the defaults": {
			jsonData: `{"proxyUrl":"http://127.0.0.1:5000"}`,
			want: Settings{
				ProxyURL: "http://127.0.0.1:5000", Timeout: 27 * time.Second, Login: "grafana", Password: "s3cret pass ",
			},
		},
		"takes every setting": {
			jsonData: `{"proxyUrl":" https://ai.example:8443/metrics/ ","timezone":" Europe/Berlin ","timeoutSeconds":5,"allowAlerts":true}`,
			want: Settings{
				ProxyURL: "https://ai.example:8443/metrics", Timezone: "Europe/Berlin", Timeout: 5 * time.Second,
				AllowAlerts: true, Login: "grafana", Password: "s3cret pass ",
			},
		},
		"ignores what other parts of Grafana store": {
			jsonData: `{"proxyUrl":"http://proxy","timeoutSeconds":null,"tlsSkipVerify":true,"enableSecureSocksProxy":false}`,
			want: Settings{
				ProxyURL: "http://proxy", Timeout: 27 * time.Second, Login: "grafana", Password: "s3cret pass ",
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := LoadSettings(backend.DataSourceInstanceSettings{
				JSONData: []byte(test.jsonData), DecryptedSecureJSONData: credentials,
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLoadSettingsProblems(t *testing.T) {
	tests := map[string]struct {
		jsonData string
		secure   map[string]string
		want     []string
	}{
		"lists everything that is missing": {
			want: []string{
				"Address is missing: enter where the AI Metrics proxy answers, for example http://127.0.0.1:5000.",
				"Login is missing: enter the login name of a system user.",
				"Password is missing: enter the password of that user.",
			},
		},
		"refuses a timeout above 27 s": {
			jsonData: `{"proxyUrl":"http://proxy","timeoutSeconds":28}`, secure: credentials,
			want: []string{"Timeout is 28: enter whole seconds from 1 to 27."},
		},
		"refuses a timeout of 0": {
			jsonData: `{"proxyUrl":"http://proxy","timeoutSeconds":0}`, secure: credentials,
			want: []string{"Timeout is 0: enter whole seconds from 1 to 27."},
		},
		"refuses parts of seconds": {
			jsonData: `{"proxyUrl":"http://proxy","timeoutSeconds":1.5}`, secure: credentials,
			want: []string{"Timeout is 1.5: enter whole seconds from 1 to 27."},
		},
		"refuses an unknown zone beside what else is wrong": {
			jsonData: `{"proxyUrl":"http://proxy","timezone":"Foo/Bar","timeoutSeconds":28}`, secure: credentials,
			want: []string{
				`Default time zone in the data source's settings is "Foo/Bar", which is no known zone: ` +
					"choose an IANA name from its list, for example Europe/Berlin, or clear it for UTC.",
				"Timeout is 28: enter whole seconds from 1 to 27.",
			},
		},
		"names a field of the wrong type": {
			jsonData: `{"proxyUrl":"http://proxy","allowAlerts":"true"}`, secure: credentials,
			want: []string{"jsonData.allowAlerts must be true or false, not a string: correct it where the data source is provisioned."},
		},
		"names a timeout that is a text": {
			jsonData: `{"proxyUrl":"http://proxy","timeoutSeconds":"27"}`, secure: credentials,
			want: []string{"jsonData.timeoutSeconds must be a number, not a string: correct it where the data source is provisioned."},
		},
		"refuses jsonData that is no object": {
			jsonData: `[]`, secure: credentials,
			want: []string{"jsonData is not a JSON object: enter the settings again and save them."},
		},
		"refuses jsonData that is no JSON": {
			jsonData: `{`, secure: credentials,
			want: []string{"jsonData is not a JSON object: enter the settings again and save them."},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := LoadSettings(backend.DataSourceInstanceSettings{
				JSONData: []byte(test.jsonData), DecryptedSecureJSONData: test.secure,
			})
			problems, ok := errors.AsType[*SettingsError](err)
			if !ok {
				t.Fatalf("got %v, want a *SettingsError", err)
			}
			if diff := cmp.Diff(test.want, problems.Problems); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseProxyURL(t *testing.T) {
	const (
		scheme   = "Address must start with http:// or https://, for example http://127.0.0.1:5000."
		notURL   = "Address is not a URL: write scheme, host and port, for example http://127.0.0.1:5000."
		userInfo = "Address must not contain a user name or password: enter them as Login and Password."
		noHost   = "Address has no host: write scheme, host and port, for example http://127.0.0.1:5000."
		port     = "Address has a port that is not between 1 and 65535: correct it, for example http://127.0.0.1:5000."
		tail     = "Address must not contain ? or #: leave out everything from there on."
		apiPath  = "Address must not end in /api/v1 or /admin: leave that out, the plugin adds the path itself."
	)
	tests := []struct{ text, address, problem string }{
		{text: "http://127.0.0.1:5000", address: "http://127.0.0.1:5000"},
		{text: "HTTPS://Proxy.example/", address: "https://Proxy.example"},
		{text: "http://[::1]:5000", address: "http://[::1]:5000"},
		{text: "http://proxy/a/b//", address: "http://proxy/a/b"},
		{text: "http://proxy/a%2Fb/", address: "http://proxy/a%2Fb"},
		{text: "proxy:5000", problem: scheme},
		{text: "127.0.0.1:5000", problem: scheme},
		{text: "ftp://proxy", problem: scheme},
		{text: "javascript:alert(1)", problem: scheme},
		{text: "file:///etc/passwd", problem: scheme},
		{text: "http://", problem: noHost},
		{text: "http://:5000", problem: noHost},
		{text: "http://proxy:abc", problem: notURL},
		{text: "http://pro xy", problem: notURL},
		{text: "http://proxy\x00", problem: notURL},
		{text: "http://proxy:0", problem: port},
		{text: "http://proxy:65536", problem: port},
		{text: "http://admin:secret@proxy", problem: userInfo},
		{text: "http://admin@proxy", problem: userInfo},
		{text: "http://proxy?x=1", problem: tail},
		{text: "http://proxy/?", problem: tail},
		{text: "http://proxy/#x", problem: tail},
		{text: "http://proxy/#", problem: tail},
		{text: "http://proxy/api/v1", problem: apiPath},
		{text: "http://proxy/prefix/api/v1/", problem: apiPath},
		{text: "http://proxy/admin/", problem: apiPath},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			address, problem := parseProxyURL(test.text)
			if address != test.address || problem != test.problem {
				t.Errorf("got %q, %q", address, problem)
			}
		})
	}
}
