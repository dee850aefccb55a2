-- Users who wait at a step of a pipeline, one row each. What becomes of a row is said by writing it again with a higher
-- fence: the number of the turn in which somebody might decide about waiting users, so that of two who decide the later
-- one is right. All that tells rows apart is known when a user enters, so an entry that is written twice is one.
CREATE TABLE IF NOT EXISTS waiting_users (
    pipeline LowCardinality(String),
    step_id LowCardinality(String),
    due_at DateTime64(3, 'UTC'),
    user_id String,
    key String,
    run_id LowCardinality(String),
    version UInt32,
    entered_at DateTime64(3, 'UTC'),
    -- What lets the user go on before the due time; empty when nothing does.
    event LowCardinality(String),
    -- The names and types of the row's columns, and the row; both JSON.
    columns LowCardinality(String),
    row String CODEC(ZSTD),
    -- waiting, released, or removed
    state LowCardinality(String),
    -- Where a released user goes on: the port of the step, and the run.
    port LowCardinality(String),
    released_by LowCardinality(String),
    fence UInt64
)
ENGINE = ReplacingMergeTree(fence)
-- Of a day that is over nobody waits any more, so that it can be dropped whole.
PARTITION BY toYYYYMMDD(due_at)
ORDER BY (pipeline, step_id, due_at, user_id, key, run_id);
