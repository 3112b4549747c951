-- Sessions and all that hangs on them: deleting a row deletes what was made from it.
--
-- Ids are text made by the program (shared.clock.new_id), which sort by time. An owner is a session;
-- every query of a client names it. Times are given by the program, not by now(), so that tests and
-- replays can set them. Statuses are text with a check, which a later migration can widen without
-- rewriting the table.

CREATE TABLE sessions (
    id          text PRIMARY KEY,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE uploads (
    id            text PRIMARY KEY,
    owner_id      text NOT NULL REFERENCES sessions ON DELETE CASCADE,
    object_key    text NOT NULL,
    content_type  text NOT NULL,
    size          bigint CHECK (size > 0),
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX uploads_by_owner ON uploads (owner_id);
CREATE INDEX uploads_by_expiry ON uploads (expires_at);
CREATE INDEX uploads_by_object ON uploads (object_key);

CREATE TABLE sketches (
    id            text PRIMARY KEY,
    owner_id      text NOT NULL REFERENCES sessions ON DELETE CASCADE,
    image_sha256  text NOT NULL CHECK (image_sha256 ~ '^[0-9a-f]{64}$'),
    image_key     text NOT NULL,
    content_type  text NOT NULL,
    width         integer NOT NULL CHECK (width > 0),
    height        integer NOT NULL CHECK (height > 0),
    size          integer NOT NULL CHECK (size > 0),
    prompt        text NOT NULL DEFAULT '',
    analysis_key  text,
    corrections   jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(corrections) = 'object'),
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);
CREATE INDEX sketches_by_owner ON sketches (owner_id, created_at DESC, id DESC);
CREATE INDEX sketches_by_image ON sketches (image_key);
CREATE INDEX sketches_by_analysis ON sketches (analysis_key) WHERE analysis_key IS NOT NULL;

CREATE TABLE simulations (
    id                 text PRIMARY KEY,
    owner_id           text NOT NULL REFERENCES sessions ON DELETE CASCADE,
    sketch_id          text REFERENCES sketches ON DELETE CASCADE,
    source             text NOT NULL CHECK (source IN ('sketch', 'mjcf', 'prompt')),
    status             text NOT NULL DEFAULT 'queued'
                       CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    title              text NOT NULL DEFAULT '',
    prompt             text NOT NULL DEFAULT '',
    -- 'english' finds "swing" in "swinging"; 'simple' finds names and words of other languages.
    search             tsvector NOT NULL GENERATED ALWAYS AS (
                           to_tsvector('english', title || ' ' || prompt)
                           || to_tsvector('simple', title || ' ' || prompt)
                       ) STORED,
    duration_s         double precision CHECK (duration_s > 0),
    fps                integer CHECK (fps > 0),
    gravity            double precision,
    frames             integer CHECK (frames >= 0),
    bodies             jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(bodies) = 'array'),
    energy             jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(energy) = 'object'),
    analysis_key       text,
    model_key          text,
    trajectory_prefix  text CHECK (trajectory_prefix LIKE '%/'),
    preview_png_key    text,
    preview_gif_key    text,
    share_token        text UNIQUE,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    -- What succeeded can be shown.
    CHECK (status <> 'succeeded' OR (model_key IS NOT NULL AND trajectory_prefix IS NOT NULL))
);
CREATE INDEX simulations_by_owner ON simulations (owner_id, created_at DESC, id DESC);
CREATE INDEX simulations_by_owner_and_status
    ON simulations (owner_id, status, created_at DESC, id DESC);
CREATE INDEX simulations_by_sketch ON simulations (sketch_id) WHERE sketch_id IS NOT NULL;
CREATE INDEX simulations_by_search ON simulations USING gin (search);
CREATE INDEX simulations_by_analysis ON simulations (analysis_key) WHERE analysis_key IS NOT NULL;
CREATE INDEX simulations_by_model ON simulations (model_key) WHERE model_key IS NOT NULL;
CREATE INDEX simulations_by_trajectory
    ON simulations (trajectory_prefix) WHERE trajectory_prefix IS NOT NULL;
CREATE INDEX simulations_by_png ON simulations (preview_png_key) WHERE preview_png_key IS NOT NULL;
CREATE INDEX simulations_by_gif ON simulations (preview_gif_key) WHERE preview_gif_key IS NOT NULL;

CREATE TABLE jobs (
    id             text PRIMARY KEY,
    owner_id       text NOT NULL REFERENCES sessions ON DELETE CASCADE,
    sketch_id      text REFERENCES sketches ON DELETE CASCADE,
    simulation_id  text NOT NULL REFERENCES simulations ON DELETE CASCADE,
    status         text NOT NULL DEFAULT 'queued'
                   CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    stage          text,
    progress       double precision NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    -- Counts the state machine's executions of this job: 0 until the first is started.
    attempt        integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    -- Counts the writes to this row, for those who wait for a change.
    version        integer NOT NULL DEFAULT 1,
    request        jsonb NOT NULL CHECK (jsonb_typeof(request) = 'object'),
    result         jsonb CHECK (jsonb_typeof(result) = 'object'),
    error          jsonb CHECK (jsonb_typeof(error) = 'object'),
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    finished_at    timestamptz,
    CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK ((status = 'failed') = (error IS NOT NULL)),
    CHECK (status <> 'succeeded' OR progress = 1)
);
CREATE INDEX jobs_by_owner ON jobs (owner_id);
CREATE INDEX jobs_by_sketch ON jobs (sketch_id) WHERE sketch_id IS NOT NULL;
CREATE INDEX jobs_by_simulation ON jobs (simulation_id);
-- Few jobs are open at a time: the resume schedule reads this small index, not the table.
CREATE INDEX jobs_open ON jobs (updated_at) WHERE status IN ('queued', 'running');

-- The first answer to a request, kept for a day (as Stripe does), so that the same request again
-- has no second effect. A caller is a session, or an address where there is no session yet.
CREATE TABLE idempotency_keys (
    caller        text NOT NULL,
    key           text NOT NULL,
    request_hash  text NOT NULL,
    status        integer CHECK (status BETWEEN 200 AND 599),
    headers       jsonb CHECK (jsonb_typeof(headers) = 'object'),
    body          jsonb CHECK (jsonb_typeof(body) = 'object'),
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
