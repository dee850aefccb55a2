-- What said that two identifiers are one person: an identify call with an anonymous id, an alias, or a member. One row a
-- pair, however often it is said. A pair of a user with itself says that the id is that of a known person.
CREATE TABLE IF NOT EXISTS identity_claims (
    identifier String,
    user_id String,
    first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    said_by SimpleAggregateFunction(any, LowCardinality(String))
)
ENGINE = AggregatingMergeTree
ORDER BY (identifier, user_id);

-- What was said before there was this table. Said twice is said once.
INSERT INTO identity_claims
SELECT
    multiIf(type = 'alias', toString(properties.previous_id), anonymous_id = '', user_id, anonymous_id) AS identifier,
    user_id,
    timestamp,
    timestamp,
    type
FROM events
WHERE type IN ('identify', 'alias') AND user_id != '' AND identifier != '';

-- Pairs that a member parted. They stay parted, however often they are claimed, until a member joins them again.
CREATE TABLE IF NOT EXISTS identity_splits (
    identifier String,
    user_id String,
    is_split UInt8,
    at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(at)
ORDER BY (identifier, user_id);

-- Every claim with what became of it:
--   split    a member parted the two
--   junk     one side is no id of anybody, such as null or guest
--   known    the identifier was a known person before; one person is not swallowed by another
--   taken    the identifier belongs to somebody who claimed it earlier
--   too-many the user has a hundred others already, so that it is no person
--   joined   the events of the identifier are the user's
CREATE OR REPLACE VIEW identity_log AS
WITH
    claims AS (
        SELECT identifier, user_id, min(first_at) AS first_at, max(last_at) AS last_at, any(said_by) AS said_by
        FROM identity_claims
        GROUP BY identifier, user_id
    ),
    people AS (
        SELECT user_id AS person, min(first_at) AS known_at FROM claims WHERE said_by != 'alias' GROUP BY user_id
    ),
    judged AS (
        SELECT
            identifier, user_id, first_at, last_at, said_by,
            multiIf(
                (identifier, user_id) IN (SELECT identifier, user_id FROM identity_splits FINAL WHERE is_split), 'split',
                arrayExists(id -> match(lower(trimBoth(id)), '^(|0|-1|true|false|null|nil|none|nan|undefined|unknown|anonymous|anon|guest|user|visitor|id|email|distinct_id|[[]object object[]]|[0-]+)$'), [identifier, user_id]), 'junk',
                said_by != 'member' AND person != '' AND known_at <= first_at, 'known',
                'sound'
            ) AS judgement
        FROM claims
        LEFT JOIN people ON people.person = claims.identifier
        WHERE identifier != user_id
    )
SELECT
    identifier, user_id, first_at, last_at, said_by,
    multiIf(
        judgement != 'sound', judgement,
        row_number() OVER (PARTITION BY identifier, judgement ORDER BY said_by != 'member', first_at, user_id) > 1, 'taken',
        row_number() OVER (PARTITION BY user_id, judgement ORDER BY first_at, identifier) > 100, 'too-many',
        'joined'
    ) AS state
FROM judged;

-- Whose events and traits those of an identifier are. Claims are followed to their end, three steps at most.
CREATE OR REPLACE VIEW identity_map AS
WITH joined AS (SELECT identifier, user_id FROM identity_log WHERE state = 'joined')
SELECT
    first.identifier AS identifier,
    multiIf(third.user_id != '', third.user_id, second.user_id != '', second.user_id, first.user_id) AS user_id
FROM joined AS first
LEFT JOIN joined AS second ON second.identifier = first.user_id
LEFT JOIN joined AS third ON third.identifier = second.user_id
WHERE first.identifier != multiIf(third.user_id != '', third.user_id, second.user_id != '', second.user_id, first.user_id);

-- What identity_map said when it was asked last; its comment tells of which claims. See refreshIdentities.
DROP TABLE IF EXISTS identities;

CREATE TABLE identities (identifier String, user_id String) ENGINE = MergeTree ORDER BY identifier COMMENT 'none';
