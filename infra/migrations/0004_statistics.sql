-- Statistics ask for the jobs of the last while: those made, those finished, those still open.

CREATE INDEX jobs_by_creation ON jobs (created_at);
CREATE INDEX jobs_by_finish ON jobs (finished_at);
