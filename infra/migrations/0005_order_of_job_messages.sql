-- Which version of its job each subscriber was told of last: tasks that end side by side could
-- otherwise post in the wrong order, and a client would see its job step back.
ALTER TABLE socket_subscriptions ADD COLUMN sent_version integer NOT NULL DEFAULT 0;
