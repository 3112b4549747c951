-- What a language model answered to a prompt: the third cache tier of sentences. Nothing in it names
-- its owner: the key is a hash of the prompt and of all that the answer depends on besides.

CREATE TABLE llm_response_cache (
    prompt_hash    text NOT NULL CHECK (prompt_hash ~ '^[0-9a-f]{64}$'),
    model_version  text NOT NULL,
    -- None: it was asked and could not tell, which is remembered for a short time.
    response       text,
    confidence     double precision CHECK (confidence BETWEEN 0 AND 1),
    hit_count      bigint NOT NULL DEFAULT 0,
    created_at     timestamptz NOT NULL,
    last_hit_at    timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    PRIMARY KEY (prompt_hash, model_version)
);
CREATE INDEX llm_response_cache_by_expiry ON llm_response_cache (expires_at);
