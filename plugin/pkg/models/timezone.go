package models

import (
	"fmt"
	"strings"
	"time"
	// Grafana's machine need not have a zone database of its own.
	_ "time/tzdata"
)

// parseTimezone checks the default zone here: the proxy would refuse a wrong one only with the first query, after
// "Save & test" was green. An empty zone is the proxy's default, UTC.
func parseTimezone(text string) (zone, problem string) {
	zone = strings.TrimSpace(text)
	if zone == "" || isTimezone(zone) {
		return zone, ""
	}
	return "", fmt.Sprintf("Default time zone in the data source's settings is %q, which is no known zone: "+
		"choose an IANA name from its list, for example Europe/Berlin, or clear it for UTC.", zone)
}

func isTimezone(name string) bool {
	switch {
	case name == "Local":
		// To Go that is the zone of Grafana's machine; the proxy's machine may have another.
		return false
	case name == "localtime", name == "Factory", name == "posixrules",
		strings.HasPrefix(name, "posix/"), strings.HasPrefix(name, "right/"):
		// Files beside the zones in a system's zone database, which Go reads, but no IANA names to the proxy.
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
