"""Redis, MongoDB, Elasticsearch and the like: everything flushed or deleted at large.

Why
    One word empties a store that caches, queues or holds sessions of real people.
Instead
    Delete named keys or documents.
Blind spots
    Scripts that run inside the store.
"""

from enactd.policy import Ask, ChangeStore, Context, Opinions, policy

SERVER = ("CONFIG SET", "ACL SETUSER", "SLAVEOF", "REPLICAOF", "MODULE LOAD", "CLUSTER")


@policy(
    watches=ChangeStore,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("PI-14",),
    asks=(
        "redis-cli FLUSHALL",
        "redis-cli CONFIG SET dir /tmp",
        "redis-cli keys 'a*' | xargs redis-cli del",
        "mongosh app --eval 'db.users.deleteMany({})'",
        "mongosh app --eval 'db.users.drop()'",
    ),
    allows=("redis-cli GET session:1", "redis-cli INFO memory", "redis-cli SET a 1", "redis-cli DEL cache:1"),
    misses=('redis-cli EVAL "return 1" 0',),
)
def check(change: ChangeStore, context: Context) -> Opinions:
    if change.verb == "flush" or (change.verb == "delete" and change.everything):
        yield Ask(f"`{change.source}` empties {change.what or 'the whole store'}")
    elif change.what.upper().startswith(SERVER):
        yield Ask(f"`{change.source}` changes the server itself")
    elif change.verb in ("write", "delete") and change.database.stage == "production":
        yield Ask(f"`{change.source}` changes what looks like production")
