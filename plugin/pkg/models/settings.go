// Package models holds what Grafana stores for this data source.
package models

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

const (
	minTimeoutSeconds = 1
	// Grafana gives up after 30 s, the proxy after 25 s: in between, the proxy's own error still gets through.
	maxTimeoutSeconds     = 27
	defaultTimeoutSeconds = maxTimeoutSeconds
)

// Settings are the data source's settings, checked. The fields url, user and basicAuth that every data source has are
// not among them: Grafana's own data-source proxy would hand them to any viewer, so they stay empty and are ignored.
type Settings struct {
	// ProxyURL is the proxy's address without a slash at the end.
	ProxyURL string
	// Timezone is the IANA zone of queries that name none; empty means the proxy's default, UTC.
	Timezone string
	// Timeout is the time a call may take altogether, sign-in and retry included.
	Timeout time.Duration
	// AllowAlerts says whether scheduled alert rules, which have no viewer, may ask.
	AllowAlerts bool
	Login       string
	Password    string
}

// SettingsError lists everything that is wrong with the settings, each with what to do about it.
type SettingsError struct {
	Problems []string
}

func (e *SettingsError) Error() string {
	return "The data source's settings are incomplete or wrong. " + strings.Join(e.Problems, " ")
}

type settingsJSON struct {
	ProxyURL       string   `json:"proxyUrl"`
	Timezone       string   `json:"timezone"`
	TimeoutSeconds *float64 `json:"timeoutSeconds"`
	AllowAlerts    bool     `json:"allowAlerts"`
}

// LoadSettings reads jsonData and secureJsonData. The error is a *SettingsError.
func LoadSettings(source backend.DataSourceInstanceSettings) (Settings, error) {
	stored, problem := parseJSONData(source.JSONData)
	if problem != "" {
		return Settings{}, &SettingsError{Problems: []string{problem}}
	}

	var problems []string
	note := func(problem string) {
		if problem != "" {
			problems = append(problems, problem)
		}
	}

	settings := Settings{
		AllowAlerts: stored.AllowAlerts,
		Login:       source.DecryptedSecureJSONData["login"],
		Password:    source.DecryptedSecureJSONData["password"],
	}
	settings.ProxyURL, problem = parseProxyURL(stored.ProxyURL)
	note(problem)
	if settings.Login == "" {
		note("Login is missing: enter the login name of a system user.")
	}
	if settings.Password == "" {
		note("Password is missing: enter the password of that user.")
	}
	settings.Timezone, problem = parseTimezone(stored.Timezone)
	note(problem)
	settings.Timeout, problem = parseTimeout(stored.TimeoutSeconds)
	note(problem)

	if len(problems) > 0 {
		return Settings{}, &SettingsError{Problems: problems}
	}
	return settings, nil
}

func parseJSONData(raw json.RawMessage) (stored settingsJSON, problem string) {
	if len(raw) == 0 {
		return stored, ""
	}
	err := json.Unmarshal(raw, &stored)
	if err == nil {
		return stored, ""
	}
	if wrongType, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrongType.Field != "" {
		return stored, fmt.Sprintf("jsonData.%s must be %s, not a %s: correct it where the data source is provisioned.",
			wrongType.Field, describeKind(wrongType.Type.Kind()), wrongType.Value)
	}
	return stored, "jsonData is not a JSON object: enter the settings again and save them."
}

func describeKind(kind reflect.Kind) string {
	switch kind {
	case reflect.Bool:
		return "true or false"
	case reflect.Float64:
		return "a number"
	default:
		return "a text"
	}
}

func parseTimeout(seconds *float64) (time.Duration, string) {
	if seconds == nil {
		return defaultTimeoutSeconds * time.Second, ""
	}
	if *seconds != math.Trunc(*seconds) || *seconds < minTimeoutSeconds || *seconds > maxTimeoutSeconds {
		return 0, fmt.Sprintf("Timeout is %v: enter whole seconds from %d to %d.",
			*seconds, minTimeoutSeconds, maxTimeoutSeconds)
	}
	return time.Duration(*seconds) * time.Second, ""
}
