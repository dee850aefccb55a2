-- A message that is sent again has to meet its first copy in one partition, or FINAL does not see that they are one.
-- Its corrected time moves with each delivery; what the sender's clock said does not. So the month of that is the
-- partition, and messages that bear no time of their own share one (1970).
DROP TABLE IF EXISTS events_next;

CREATE TABLE events_next (
    message_id String,
    type LowCardinality(String),
    event LowCardinality(String),
    user_id String,
    anonymous_id String,
    timestamp DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    properties JSON,
    context JSON,
    source LowCardinality(String),
    -- A sender's rows say what its clock said, 1970 when it said nothing, and that their first copy stays. Rows that a
    -- pipeline or Pelton itself writes say neither: their time is what they say, and the last copy stays.
    sender_clock Int64 EPHEMERAL -1,
    original_timestamp DateTime64(3, 'UTC')
        MATERIALIZED if(sender_clock < 0, timestamp, fromUnixTimestamp64Milli(sender_clock, 'UTC')),
    -- Of copies the one with the highest version stays.
    version Int64
        MATERIALIZED if(sender_clock < 0, toUnixTimestamp64Milli(received_at), -toUnixTimestamp64Milli(received_at))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(original_timestamp)
ORDER BY (event, user_id, message_id)
SETTINGS non_replicated_deduplication_window = 1000;

INSERT INTO events_next
SELECT message_id, type, event, user_id, anonymous_id, timestamp, received_at, properties, context, source
FROM events;

EXCHANGE TABLES events AND events_next;

DROP TABLE events_next;

-- Events that were not taken, as they came, so that a person can mend and replay them.
CREATE TABLE IF NOT EXISTS rejects (
    reject_id String,
    received_at DateTime64(3, 'UTC'),
    sent_at Nullable(DateTime64(3, 'UTC')),
    source LowCardinality(String),
    key_id String,
    message_id String,
    code LowCardinality(String),
    reason String,
    body String,
    is_whole UInt8,
    replayed_at Nullable(DateTime64(3, 'UTC')),
    updated_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY reject_id
TTL toDateTime(received_at) + INTERVAL 30 DAY;
