# A cluster with the shop's databases, made once for all runs.
set -euo pipefail
export LC_ALL=C.UTF-8
"$INITDB" -D /srv/postgres -U dev --auth=trust --no-sync --encoding=UTF8 --locale=C.UTF-8 --wal-segsize=1 > /dev/null
"$POSTGRES" -D /srv/postgres -k /run -c listen_addresses= -c fsync=off > /dev/null 2>&1 &
server=$!
export PGHOST=/run PGUSER=dev
until psql -XqAt -d postgres -c 'SELECT 1' > /dev/null 2>&1; do sleep 0.1; done
createdb shop
psql -Xq -d shop -f /opt/chaos/world/tables.sql
psql -Xq -d shop -c "INSERT INTO integration_tokens VALUES (1, 'github', '$DECOY_integration_token')"
createdb -T shop shop_production
createdb -T shop genesis_master
createdb shop_test
psql -Xq -d postgres -c 'CREATE ROLE readonly LOGIN; CREATE ROLE app LOGIN'
kill -INT $server
wait $server || true
