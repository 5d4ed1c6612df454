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
        "mongosh app --eval 'db.posts.updateMany({}, {$set: {draft: true}})'",
        "mongosh app --eval 'db.posts.aggregate([{$match: {}}, {$out: \"archive\"}])'",
        "redis-cli -u $REDIS_PROD_URL set maintenance 1",
        "ssh cache1 'redis-cli set maintenance 1'",
    ),
    allows=(
        "redis-cli GET session:1",
        "redis-cli INFO memory",
        "redis-cli SET a 1",
        "redis-cli DEL cache:1",
        "docker exec cache redis-cli SET a 1",
        "mongosh app --eval 'db.posts.updateMany({draft: true}, {$set: {a: 1}})'",
    ),
    misses=('redis-cli EVAL "return 1" 0',),
)
def check(change: ChangeStore, context: Context) -> Opinions:
    if change.verb == "flush" or (change.verb == "delete" and change.everything):
        yield Ask(f"`{change.source}` empties {change.what or 'the whole store'}")
    elif change.verb == "write" and change.everything:
        yield Ask(f"`{change.source}` changes everything in {change.what or 'the store'}")
    elif change.what.upper().startswith(SERVER):
        yield Ask(f"`{change.source}` changes the server itself")
    elif change.verb in ("write", "delete") and change.database.stage == "production":
        yield Ask(f"`{change.source}` changes what looks like production")
    elif change.verb in ("write", "delete") and change.elsewhere:
        yield Ask(f"`{change.source}` changes a store on {change.place}")
