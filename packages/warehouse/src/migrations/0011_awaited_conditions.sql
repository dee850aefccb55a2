-- What an awaited event has to be like, as JSON of a condition; empty when any event of the name will do.
ALTER TABLE waiting_users ADD COLUMN IF NOT EXISTS condition LowCardinality(String) AFTER event;
