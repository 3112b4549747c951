-- One step of a circuit breaker that all instances share: see shared/breaker.py.
--
-- KEYS[1]  a hash: failures in a row; the time until which it is open; the time until which a probe
--          is out. Times are Redis's own, in milliseconds. No hash: closed.
-- ARGV     what happened (look, ask, failed, succeeded), whether to the probe (1 or 0), failures that
--          open it, milliseconds open, milliseconds that a probe may take
-- returns  {state, milliseconds to wait}

local key, event, probe = KEYS[1], ARGV[1], ARGV[2] == '1'
local failures_to_open, open_ms, probe_ms = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local kept = redis.call('HMGET', key, 'failures', 'open_until', 'probe_until')
local failures = tonumber(kept[1]) or 0
local opened = kept[2] ~= false

-- A clock that was set back must not keep it open for longer than it was meant to be.
local open_until = math.min(tonumber(kept[2]) or 0, now + open_ms)
local until_ms = math.max(open_until, math.min(tonumber(kept[3]) or 0, now + probe_ms))

if event == 'look' then
  if not opened then return {'closed', 0} end
  if now < open_until then return {'open', open_until - now} end
  return {'half_open', 0}
end

if event == 'ask' then
  if not opened then return {'closed', 0} end
  if now < until_ms then return {'open', until_ms - now} end
  redis.call('HSET', key, 'probe_until', now + probe_ms)
  redis.call('PEXPIRE', key, open_ms * 10)
  return {'half_open', 0}
end

if event == 'succeeded' then
  if probe or not opened then redis.call('DEL', key) end
  return {'closed', 0}
end

if opened and not probe then return {'open', math.max(0, until_ms - now)} end
failures = failures + 1
if not probe and failures < failures_to_open then
  redis.call('HSET', key, 'failures', failures)
  redis.call('PEXPIRE', key, open_ms)
  return {'closed', 0}
end
redis.call('DEL', key)
redis.call('HSET', key, 'open_until', now + open_ms)
-- Past its time it is remembered, so that the next call is a probe and not one of a crowd.
redis.call('PEXPIRE', key, open_ms * 10)
return {'open', open_ms}
