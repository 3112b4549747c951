-- Motion is played while it is computed, so what is stored of it so far is a row: where its chunks
-- lie, and how many frames there are up to the end of each. Chunks of many bodies hold fewer.
CREATE TABLE recordings (
    simulation_id  text PRIMARY KEY REFERENCES simulations ON DELETE CASCADE,
    prefix         text NOT NULL CHECK (prefix LIKE '%/'),
    fps            integer NOT NULL CHECK (fps > 0),
    frames         integer NOT NULL CHECK (frames > 0),
    ends           integer[] NOT NULL DEFAULT '{}',
    complete       boolean NOT NULL DEFAULT false
);
INSERT INTO recordings (simulation_id, prefix, fps, frames, ends, complete)
SELECT id, trajectory_prefix, fps, frames,
       ARRAY(SELECT least(first + 32, frames) FROM generate_series(0, frames - 1, 32) first), true
FROM simulations
WHERE trajectory_prefix IS NOT NULL AND fps IS NOT NULL AND frames > 0;

-- Who looks without a session came by the link of one simulation, and may play that one only.
ALTER TABLE socket_connections
    ALTER COLUMN owner_id DROP NOT NULL,
    ADD COLUMN simulation_id text REFERENCES simulations ON DELETE CASCADE,
    ADD CHECK (num_nonnulls(owner_id, simulation_id) = 1);
CREATE INDEX socket_connections_by_simulation
    ON socket_connections (simulation_id) WHERE simulation_id IS NOT NULL;

-- Plays live as long as a socket: nothing is lost with the old table.
DROP TABLE socket_plays;
CREATE TABLE socket_plays (
    connection_id  text NOT NULL REFERENCES socket_connections ON DELETE CASCADE,
    simulation_id  text NOT NULL REFERENCES simulations ON DELETE CASCADE,
    -- By whose leave: null for the owner's own.
    share_token    text,
    start_s        double precision NOT NULL CHECK (start_s >= 0),
    -- Null until the chunk that holds the start is there.
    next_index     integer CHECK (next_index >= 0),
    credit         integer NOT NULL CHECK (credit >= 0),
    -- The chunks that have bought credit: each does once.
    acked          integer[] NOT NULL DEFAULT '{}',
    -- The most frames a second that are wanted: null for all.
    fps            integer CHECK (fps > 0),
    paused         boolean NOT NULL DEFAULT false,
    header_sent    boolean NOT NULL DEFAULT false,
    end_sent       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (connection_id, simulation_id)
);
CREATE INDEX socket_plays_by_simulation ON socket_plays (simulation_id);
