#!/bin/sh
# Accounts of the processes, each with its role of accounts.sql. Runs after `migrate`; safe to repeat.
set -eu
secret() { cat "/run/secrets/$1"; }
ask() { clickhouse client --host clickhouse --user admin --password "$(secret clickhouse_admin)" "$@"; }
ask --queries-file "$(dirname "$0")/accounts.sql"
for name in ingest detect reference review boards; do
  # Passwords are hexadecimal (deploy/secrets.sh), so they need no escape.
  ask --query "CREATE USER IF NOT EXISTS inzagewacht_$name IDENTIFIED WITH sha256_password BY '$(secret "clickhouse_$name")' DEFAULT ROLE inzagewacht_${name}_role SETTINGS PROFILE 'inzagewacht_$name'"
  ask --query "GRANT inzagewacht_${name}_role TO inzagewacht_$name"
done
