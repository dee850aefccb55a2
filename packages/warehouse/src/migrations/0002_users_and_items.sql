-- Every value that a trait of a user ever had by its latest time; the view `users` has one row per user.
CREATE TABLE IF NOT EXISTS user_traits (
    user_id String,
    trait LowCardinality(String),
    value String,
    updated_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (user_id, trait);

CREATE VIEW IF NOT EXISTS users AS
SELECT
    user_id,
    CAST((groupArray(toString(trait)), groupArray(value)), 'Map(String, String)') AS traits,
    max(updated_at) AS updated_at
FROM user_traits FINAL
GROUP BY user_id;

-- Business entities: products, prices, orders, accounts.
CREATE TABLE IF NOT EXISTS items (
    type LowCardinality(String),
    item_id String,
    properties JSON,
    updated_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (type, item_id);
