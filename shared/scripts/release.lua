-- Gives a lock back, unless it has passed to another meanwhile.
--
-- KEYS[1]  the lock
-- ARGV[1]  the token of whoever took it

if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
