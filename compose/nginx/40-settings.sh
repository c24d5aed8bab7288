#!/bin/sh
# Run by the image before nginx starts. Makes a certificate where there is none, and writes what the environment decides
# to a file that nginx.conf includes.
set -eu

tls=${TLS_FOLDER:-/etc/nginx/tls}
settings=${SETTINGS_FILE:-/run/settings.conf}

fail() {
  echo "$0: $*" >&2
  exit 1
}

# Without a slash at its end: docker-compose.yml and nginx.conf put a path behind it.
public_url=$PUBLIC_URL
printf '%s' "$public_url" | grep -qE '^https://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]+)?$' ||
  fail "the public address must be like https://metrics.example or https://localhost:8443, not $public_url"

make_certificate() {
  host=$(printf '%s' "$public_url" | sed -E 's#^https://##; s#:[0-9]+$##; s#[][]##g')
  names=DNS:localhost,IP:127.0.0.1
  case $host in
    localhost | 127.0.0.1) ;;
    *:*) names=$names,IP:$host ;;
    *[!0-9.]*) names=$names,DNS:$host ;;
    *) names=$names,IP:$host ;;
  esac
  # 825 days are what browsers of today accept at most.
  (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 \
    -subj "/CN=$host" -addext "subjectAltName=$names" -keyout "$tls/key.pem" -out "$tls/new.pem" 2> /dev/null) ||
    fail 'the certificate could not be made'
  # Last, so that a start that was interrupted begins anew.
  mv "$tls/new.pem" "$tls/certificate.pem"
  echo "$0: made a self-signed certificate for $names"
}
[ -e "$tls/certificate.pem" ] || make_certificate

{
  printf 'map "" $public_url { default "%s"; }\n' "$public_url"
  IFS=', '
  for network in ${TRUSTED_PROXIES:-}; do
    printf '%s' "$network" | grep -qE '^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$' ||
      fail "TRUSTED_PROXIES must be a comma list of addresses and networks such as 10.0.0.0/8, not $network"
    printf 'set_real_ip_from %s;\n' "$network"
  done
} > "$settings"
