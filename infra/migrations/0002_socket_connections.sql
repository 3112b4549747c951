-- API Gateway holds the sockets; functions hold nothing. A connection is a row, and so is what it
-- wants to hear of.

CREATE TABLE socket_connections (
    id            text PRIMARY KEY,
    owner_id      text NOT NULL REFERENCES sessions ON DELETE CASCADE,
    connected_at  timestamptz NOT NULL,
    last_seen_at  timestamptz NOT NULL
);
CREATE INDEX socket_connections_by_owner ON socket_connections (owner_id);
CREATE INDEX socket_connections_by_last_seen ON socket_connections (last_seen_at);

CREATE TABLE socket_subscriptions (
    connection_id  text NOT NULL REFERENCES socket_connections ON DELETE CASCADE,
    job_id         text NOT NULL REFERENCES jobs ON DELETE CASCADE,
    PRIMARY KEY (job_id, connection_id)
);
CREATE INDEX socket_subscriptions_by_connection ON socket_subscriptions (connection_id);

-- Who is playing what, and how much more may be sent: chunks are pulled by credit.
CREATE TABLE socket_plays (
    connection_id  text NOT NULL REFERENCES socket_connections ON DELETE CASCADE,
    simulation_id  text NOT NULL REFERENCES simulations ON DELETE CASCADE,
    next_index     integer NOT NULL CHECK (next_index >= 0),
    credit         integer NOT NULL CHECK (credit >= 0),
    fps            integer NOT NULL CHECK (fps > 0),
    paused         boolean NOT NULL DEFAULT false,
    PRIMARY KEY (connection_id, simulation_id)
);
CREATE INDEX socket_plays_by_simulation ON socket_plays (simulation_id);
