-- What was assumed or not understood of a drawing or a sentence, for whoever looks at the motion.

ALTER TABLE simulations ADD COLUMN warnings jsonb NOT NULL DEFAULT '[]'
    CHECK (jsonb_typeof(warnings) = 'array');
