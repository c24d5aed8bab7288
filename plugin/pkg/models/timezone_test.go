package models

import "testing"

func TestParseTimezone(t *testing.T) {
	unknown := func(quoted string) string {
		return "Default time zone in the data source's settings is " + quoted + ", which is no known zone: " +
			"choose an IANA name from its list, for example Europe/Berlin, or clear it for UTC."
	}
	tests := []struct{ text, zone, problem string }{
		{text: ""},
		{text: "  "},
		{text: "UTC", zone: "UTC"},
		{text: " Europe/Berlin ", zone: "Europe/Berlin"},
		{text: "Asia/Kolkata", zone: "Asia/Kolkata"},
		{text: "Asia/Calcutta", zone: "Asia/Calcutta"},
		{text: "America/Argentina/Buenos_Aires", zone: "America/Argentina/Buenos_Aires"},
		{text: "Etc/GMT+5", zone: "Etc/GMT+5"},
		{text: "Foo/Bar", problem: unknown(`"Foo/Bar"`)},
		{text: "Local", problem: unknown(`"Local"`)},
		{text: "localtime", problem: unknown(`"localtime"`)},
		{text: "Factory", problem: unknown(`"Factory"`)},
		{text: "posixrules", problem: unknown(`"posixrules"`)},
		{text: "posix/Europe/Berlin", problem: unknown(`"posix/Europe/Berlin"`)},
		{text: "right/UTC", problem: unknown(`"right/UTC"`)},
		{text: "browser", problem: unknown(`"browser"`)},
		{text: "+05:45", problem: unknown(`"+05:45"`)},
		{text: "$__timezone", problem: unknown(`"$__timezone"`)},
		{text: "../../etc/passwd", problem: unknown(`"../../etc/passwd"`)},
		{text: "/etc/localtime", problem: unknown(`"/etc/localtime"`)},
		{text: "UTC\x00", problem: unknown(`"UTC\x00"`)},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			zone, problem := parseTimezone(test.text)
			if zone != test.zone || problem != test.problem {
				t.Errorf("got %q, %q", zone, problem)
			}
		})
	}
}
