-- One append-only table for everything that happens: behaviour, exposures, sends, opens, clicks.
-- One row per message_id: a message that is written twice is counted once, because queries read FINAL.
CREATE TABLE IF NOT EXISTS events (
    message_id String,
    type LowCardinality(String),
    event LowCardinality(String),
    user_id String,
    anonymous_id String,
    timestamp DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    properties JSON,
    context JSON,
    source LowCardinality(String)
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (event, user_id, message_id)
SETTINGS non_replicated_deduplication_window = 1000;

-- Which person an anonymous visitor turned out to be.
CREATE TABLE IF NOT EXISTS identities (
    anonymous_id String,
    user_id String,
    at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(at)
ORDER BY anonymous_id;
