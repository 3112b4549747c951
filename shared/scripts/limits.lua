-- Takes one from each of several buckets, or from none of them: see shared/limits.py.
--
-- The generic cell rate algorithm (ITU-T I.371): of each bucket only the time is kept at which it
-- will be full again.
--
-- KEYS     one a bucket
-- ARGV     for each bucket: microseconds in which one flows back, and how many it holds
-- returns  whole numbers with spaces between them, which a client reads faster than a list:
--          microseconds to wait (0: taken), then for each bucket how many are left and microseconds
--          until it is full
--
-- Time is Redis's own, so that callers' clocks don't matter.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local kept = redis.call('MGET', unpack(KEYS))

local full_at, wait = {}, 0
for i = 1, #KEYS do
  local interval, capacity = ARGV[2 * i - 1], ARGV[2 * i]
  -- Not in the past, and, should the clock have been set back, not farther than from empty to full.
  full_at[i] = math.min(math.max(tonumber(kept[i] or now), now), now + interval * capacity)
  wait = math.max(wait, full_at[i] + interval - interval * capacity - now)
end

local answer = string.format('%.0f', wait)
for i = 1, #KEYS do
  local interval, capacity = ARGV[2 * i - 1], ARGV[2 * i]
  if wait == 0 then
    full_at[i] = full_at[i] + interval
    redis.call('SET', KEYS[i], string.format('%.0f', full_at[i]), 'PX', math.ceil((full_at[i] - now) / 1000))
  end
  local left = math.floor((now + interval * capacity - full_at[i]) / interval)
  answer = answer .. string.format(' %.0f %.0f', left, full_at[i] - now)
end
return answer
