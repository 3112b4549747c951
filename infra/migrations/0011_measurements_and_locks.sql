-- When a job came to its stage, so that each stage's time is known when it leaves it.
ALTER TABLE jobs ADD COLUMN stage_at timestamptz;

-- How often things happened, by the hour: processes add to it in batches.
CREATE TABLE counters (
    name   text NOT NULL,
    hour   timestamptz NOT NULL,
    value  bigint NOT NULL,
    PRIMARY KEY (name, hour)
);
CREATE INDEX counters_by_hour ON counters (hour);

-- Locks by name. Whoever takes one gets a number that is larger than any before it; whoever writes
-- under a lock checks that number in the same transaction, so that a holder who slept past the end
-- of its lock can't write any more (M. Kleppmann, "How to do distributed locking", 2016).
CREATE TABLE locks (
    name         text PRIMARY KEY,
    holder       text NOT NULL,
    fence        bigint NOT NULL CHECK (fence > 0),
    acquired_at  timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX locks_by_expiry ON locks (expires_at);
