-- Which corrections a sketch's analysis has: jobs that compile it side by side end in any order, and
-- an older one must not put its analysis in the place of a newer one's.
ALTER TABLE sketches
    ADD COLUMN corrections_version integer NOT NULL DEFAULT 0 CHECK (corrections_version >= 0),
    ADD COLUMN analysis_version integer NOT NULL DEFAULT 0 CHECK (analysis_version >= 0);
