-- Events that a pipeline's trigger looked at, one row per message, so that none is taken twice, and who entered with them.
CREATE TABLE IF NOT EXISTS trigger_entries (
    pipeline String,
    message_id String,
    key String,
    entered UInt8,
    received_at DateTime64(3, 'UTC'),
    run_id String,
    INDEX by_key key TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree
ORDER BY (pipeline, message_id)
SETTINGS non_replicated_deduplication_window = 1000;

-- What arrived lately is looked for every few seconds.
ALTER TABLE events ADD INDEX IF NOT EXISTS by_arrival received_at TYPE minmax GRANULARITY 1;
