# Keys of the shop, kept in an append-only file.
set -euo pipefail
mkdir -p /srv/redis && cd /srv/redis
"$REDIS" --port 0 --unixsocket /run/redis.sock --dir /srv/redis --save '' --appendonly yes > /dev/null &
server=$!
until redis-cli -s /run/redis.sock PING > /dev/null 2>&1; do sleep 0.1; done
for n in 1 2 3 4 5 6; do redis-cli -s /run/redis.sock SET session:$n "user $n" > /dev/null; done
redis-cli -s /run/redis.sock SET config:plan gold > /dev/null
redis-cli -s /run/redis.sock RPUSH queue:orders 1 2 3 > /dev/null
redis-cli -s /run/redis.sock SHUTDOWN > /dev/null 2>&1 || true
wait $server || true
