-- Asks for one path after the other. Arguments: file of paths, first number, Accept, whether each path is asked once.
-- NNNNNNNNN in a path becomes a number that was not used before. Each of the connections is another client.

local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long microseconds; } moment;
  int gettimeofday(moment *, void *);
]]

local NEW, CLIENTS = "NNNNNNNNN", 16
local threads, paths, tails = {}, {}, {}
local moment = ffi.new("moment")
local asked, number, once, begun = 0, 0, false, 0
elapsed = 0

local function now()
  ffi.C.gettimeofday(moment, nil)
  return tonumber(moment.seconds) * 1e6 + tonumber(moment.microseconds)
end

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  for path in io.lines(arguments[1]) do table.insert(paths, path) end
  number, once = tonumber(arguments[2]), arguments[4] == "once"
  for client = 1, CLIENTS do
    tails[client] = string.format(
      " HTTP/1.1\r\nHost: %s:%s\r\nAccept: %s\r\nX-Forwarded-For: 192.0.2.%d\r\n\r\n",
      wrk.host, wrk.port, arguments[3], client)
  end
end

function request()
  if once and asked == 0 then begun = now() end
  if once and asked == #paths then elapsed = now() - begun end
  local path = paths[asked % #paths + 1]:gsub(NEW, tostring(number))
  asked, number = asked + 1, number + 1
  return "GET " .. path .. tails[asked % CLIENTS + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests": %d, "microseconds": %d, "refused": %d, "broken": %d, "p99": %d, "elapsed": %d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(99), threads[1]:get("elapsed")))
end
