-- What Talkdesk would send, for one tenant after the other.
local tenant = 0

request = function()
   tenant = (tenant + 1) % 200
   local body = string.format('{"auth":{"username":"t%d","password":"pw-%d"}}', tenant, tenant)
   return wrk.format("POST", "/bench/authorization", { ["Content-Type"] = "application/json" }, body)
end


-- One line that a program can read: times are in microseconds.
done = function(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      'RESULT {"requests":%d,"seconds":%.3f,"p50":%.2f,"p99":%.2f,"refused":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}\n',
      summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
      errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
