-- What definitions came to. A definition's rows are one partition, so that a new evaluation replaces the old one at once.
CREATE TABLE IF NOT EXISTS metric_values (
    metric_id String,
    grain LowCardinality(String),
    period DateTime64(3, 'UTC'),
    dimension String,
    value Nullable(Float64),
    numerator Nullable(Float64),
    denominator Nullable(Float64),
    users UInt64,
    as_of DateTime64(3, 'UTC')
)
ENGINE = MergeTree
PARTITION BY metric_id
ORDER BY (grain, dimension, period);

CREATE TABLE IF NOT EXISTS tag_members (
    tag_id String,
    user_id String,
    value String,
    score Nullable(Float64),
    evidence String,
    entered_at DateTime64(3, 'UTC'),
    expires_at Nullable(DateTime64(3, 'UTC')),
    left_at Nullable(DateTime64(3, 'UTC'))
)
ENGINE = MergeTree
PARTITION BY tag_id
ORDER BY user_id;

-- The first assignment of a user stays: of two rows the earlier one wins.
CREATE TABLE IF NOT EXISTS assignments (
    experiment_id String,
    user_id String,
    variation LowCardinality(String),
    at DateTime64(3, 'UTC'),
    priority Int64 MATERIALIZED -toUnixTimestamp64Milli(at)
)
ENGINE = ReplacingMergeTree(priority)
ORDER BY (experiment_id, user_id);

-- How each message to each user ended.
CREATE TABLE IF NOT EXISTS deliveries (
    delivery_id String,
    message_id String,
    user_id String,
    channel LowCardinality(String),
    state LowCardinality(String),
    reason String,
    run_id String,
    at DateTime64(3, 'UTC'),
    updated_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (message_id, user_id, delivery_id);
