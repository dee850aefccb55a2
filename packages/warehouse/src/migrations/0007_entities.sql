-- Every value that a trait had, with its time. What said so is its change: a call that is sent again is the same change,
-- and its first copy stays, so that a late copy does not overwrite what was said in between.
DROP TABLE IF EXISTS user_traits_next;

CREATE TABLE user_traits_next (
    user_id String,
    trait LowCardinality(String),
    value String,
    updated_at DateTime64(3, 'UTC'),
    change_id String DEFAULT toString(updated_at),
    version Int64 MATERIALIZED -toUnixTimestamp64Milli(updated_at)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (user_id, trait, change_id);

INSERT INTO user_traits_next (user_id, trait, value, updated_at)
SELECT user_id, trait, value, updated_at FROM user_traits;

EXCHANGE TABLES user_traits AND user_traits_next;

DROP TABLE user_traits_next;

CREATE OR REPLACE VIEW users AS
SELECT
    user_id,
    CAST((groupArray(trait), groupArray(value)), 'Map(String, String)') AS traits,
    max(updated_at) AS updated_at
FROM (
    SELECT user_id, toString(user_traits.trait) AS trait, argMax(value, user_traits.updated_at) AS value, max(user_traits.updated_at) AS updated_at
    FROM user_traits FINAL
    GROUP BY user_id, trait
)
GROUP BY user_id;

-- Every value that a property of an item had, in the same way. Groups are items that have members.
CREATE TABLE IF NOT EXISTS item_properties (
    type LowCardinality(String),
    item_id String,
    property LowCardinality(String),
    value String,
    updated_at DateTime64(3, 'UTC'),
    change_id String DEFAULT toString(updated_at),
    version Int64 MATERIALIZED -toUnixTimestamp64Milli(updated_at)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (type, property, item_id, change_id);

-- The table before this one, which kept the latest properties only. Made if it is gone, so that this may run twice.
CREATE TABLE IF NOT EXISTS items (type LowCardinality(String), item_id String, properties JSON, updated_at DateTime64(3, 'UTC'))
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (type, item_id);

INSERT INTO item_properties (type, item_id, property, value, updated_at)
SELECT type, item_id, pair.1, if(startsWith(pair.2, '"'), JSONExtractString(pair.2), pair.2), updated_at
FROM items FINAL
ARRAY JOIN JSONExtractKeysAndValuesRaw(toJSONString(properties)) AS pair;

DROP TABLE items;

-- Who said to be in which group since when; of several groups of one type the last one counts.
CREATE TABLE IF NOT EXISTS memberships (
    type LowCardinality(String),
    item_id String,
    identifier String,
    at DateTime64(3, 'UTC'),
    change_id String,
    version Int64 MATERIALIZED -toUnixTimestamp64Milli(at)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (type, identifier, change_id);

-- A group that is told about by its own name, as some clients do, is no member of itself.
-- What was said before there were these tables. Said twice is said once.
INSERT INTO memberships (type, item_id, identifier, at, change_id)
SELECT
    if(toString(properties.group_type) = '', 'group', toString(properties.group_type)) AS group_type,
    toString(properties.group_id) AS group_id,
    if(user_id = '', anonymous_id, user_id) AS member,
    timestamp,
    message_id
FROM events FINAL
WHERE type = 'group' AND group_id != '' AND member != '' AND member != concat('$', group_type, '_', group_id);

INSERT INTO item_properties (type, item_id, property, value, updated_at, change_id)
SELECT
    if(toString(properties.group_type) = '', 'group', toString(properties.group_type)) AS group_type,
    toString(properties.group_id) AS group_id,
    pair.1 AS name,
    if(startsWith(pair.2, '"'), JSONExtractString(pair.2), pair.2),
    timestamp,
    message_id
FROM events FINAL
ARRAY JOIN JSONExtractKeysAndValuesRaw(toJSONString(properties)) AS pair
WHERE type = 'group' AND group_id != '' AND name NOT IN ('group_id', 'group_type');
