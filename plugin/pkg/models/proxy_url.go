package models

import (
	"net/url"
	"strconv"
	"strings"
)

const addressExample = "for example http://127.0.0.1:5000"

// parseProxyURL returns the address without a slash at the end, or what is wrong with it and what to enter instead.
// Problems never repeat the address: someone may have typed a password into it, and viewers see the message.
func parseProxyURL(text string) (address string, problem string) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", "Address is missing: enter where the AI Metrics proxy answers, " + addressExample + "."
	}
	if !hasHTTPScheme(text) {
		return "", "Address must start with http:// or https://, " + addressExample + "."
	}
	parsed, err := url.Parse(text)
	if err != nil || parsed.Opaque != "" {
		return "", "Address is not a URL: write scheme, host and port, " + addressExample + "."
	}
	if parsed.User != nil {
		return "", "Address must not contain a user name or password: enter them as Login and Password."
	}
	if parsed.Hostname() == "" {
		return "", "Address has no host: write scheme, host and port, " + addressExample + "."
	}
	if !validPort(parsed.Port()) {
		return "", "Address has a port that is not between 1 and 65535: correct it, " + addressExample + "."
	}
	if parsed.RawQuery != "" || parsed.ForceQuery || parsed.Fragment != "" || strings.HasSuffix(text, "#") {
		return "", "Address must not contain ? or #: leave out everything from there on."
	}

	path := strings.TrimRight(parsed.Path, "/")
	if path == "/admin" || strings.HasSuffix(path, "/api/v1") {
		return "", "Address must not end in /api/v1 or /admin: leave that out, the plugin adds the path itself."
	}
	parsed.Path = path
	parsed.RawPath = strings.TrimRight(parsed.RawPath, "/")
	return parsed.String(), ""
}

// url.Parse takes "localhost:5000" for an address with the scheme "localhost".
func hasHTTPScheme(text string) bool {
	scheme, _, found := strings.Cut(text, "://")
	return found && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

func validPort(port string) bool {
	if port == "" {
		return true
	}
	number, err := strconv.ParseUint(port, 10, 16)
	return err == nil && number > 0
}
