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
for name in master_key clickhouse_admin clickhouse_detect clickhouse_reference clickhouse_review \
  clickhouse_boards keycloak_admin grafana_admin; do
  make "$name"
done
# The program runs as 10001 and reads its secrets itself; compose mounts them with these owners.
if [ "$(id -u)" = 0 ]; then chown 10001 secrets/master_key secrets/clickhouse_*; fi
