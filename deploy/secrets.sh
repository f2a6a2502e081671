#!/bin/sh
# Makes the secrets of docker-compose.yml, each once. Keep a copy of master_key elsewhere: without it no
# token can be made again and nothing in the vault can be opened.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets
make() {
  [ -s "secrets/$1" ] || od -An -N32 -tx1 /dev/urandom | tr -d ' \n' > "secrets/$1"
}
for name in master_key clickhouse_admin clickhouse_ingest clickhouse_detect clickhouse_reference clickhouse_review \
  clickhouse_boards oidc_client keycloak_admin grafana_admin; do
  make "$name"
done
# The same secret for both sides of the sign-in, each readable by its own account.
cp secrets/oidc_client secrets/keycloak_client
# For trying it on one machine. Elsewhere the provider gets a certificate that browsers know.
if [ ! -s secrets/keycloak_certificate ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 397 \
    -subj '/CN=id.localhost' -addext 'subjectAltName=DNS:id.localhost' \
    -keyout secrets/keycloak_key -out secrets/keycloak_certificate 2> /dev/null
fi
chmod 0644 secrets/keycloak_certificate
# Each program reads its secrets itself; compose mounts them with these owners (ours, Keycloak, Grafana).
if [ "$(id -u)" = 0 ]; then
  chown 10001 secrets/master_key secrets/clickhouse_* secrets/oidc_client
  chown 1000 secrets/keycloak_*
  chown 472 secrets/grafana_admin secrets/clickhouse_boards
fi
