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

local call, floor, max, format = redis.call, math.floor, math.max, string.format
local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local kept = call('MGET', unpack(KEYS))

local intervals, whole, full_in, wait = {}, {}, {}, 0
for i = 1, #KEYS do
  local interval = tonumber(ARGV[2 * i - 1])
  local empty_to_full = interval * ARGV[2 * i]
  -- Not in the past, and, should the clock have been set back, not farther than from empty to full.
  local left = kept[i] and math.min(max(kept[i] - now, 0), empty_to_full) or 0
  intervals[i], whole[i], full_in[i] = interval, empty_to_full, left
  wait = max(wait, left + interval - empty_to_full)
end

local answer = format('%.0f', wait)
for i = 1, #KEYS do
  local interval, left = intervals[i], full_in[i]
  if wait == 0 then
    left = left + interval
    call('SET', KEYS[i], format('%.0f', now + left), 'PX', math.ceil(left / 1000))
  end
  answer = format('%s %.0f %.0f', answer, floor((whole[i] - left) / interval), left)
end
return answer
