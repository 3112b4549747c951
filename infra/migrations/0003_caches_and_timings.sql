-- The third cache tier, and what operations cost.

CREATE TABLE sketch_cache (
    image_sha256    text NOT NULL CHECK (image_sha256 ~ '^[0-9a-f]{64}$'),
    reader_version  text NOT NULL,
    analysis_key    text NOT NULL,
    confidence      double precision CHECK (confidence BETWEEN 0 AND 1),
    hit_count       bigint NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL,
    last_hit_at     timestamptz NOT NULL,
    PRIMARY KEY (image_sha256, reader_version)
);
CREATE INDEX sketch_cache_by_last_hit ON sketch_cache (last_hit_at);
CREATE INDEX sketch_cache_by_analysis ON sketch_cache (analysis_key);

CREATE TABLE performance_metrics (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    operation    text NOT NULL,
    duration_ms  double precision NOT NULL CHECK (duration_ms >= 0),
    bytes        bigint CHECK (bytes >= 0),
    succeeded    boolean NOT NULL,
    recorded_at  timestamptz NOT NULL
);
CREATE INDEX performance_metrics_by_operation ON performance_metrics (operation, recorded_at);
CREATE INDEX performance_metrics_by_age ON performance_metrics (recorded_at);
