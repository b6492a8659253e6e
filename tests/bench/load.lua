-- SPDX-License-Identifier: EUPL-1.2
-- Requests of a file for wrk: one a line, "METHOD TAB path TAB cookie TAB
-- body".  wrk -s load.lua URL -- FILE once|again; what is asked for "once" and
-- used up becomes a request that fails, so that the run does.
local lines, at, again = {}, 0, true
local used_up = "GET /bench-file-used-up HTTP/1.1\r\nHost: localhost\r\n\r\n"

function init(args)
	again = args[2] == "again"
	for line in io.lines(args[1]) do
		local method, path, cookie, body =
		    line:match("^(%S+)\t(%S+)\t([^\t]*)\t(.*)$")
		local text = method .. " " .. path ..
		    " HTTP/1.1\r\nHost: localhost\r\nAccept-Language: fr\r\n"
		if cookie ~= "" then
			text = text .. "Cookie: " .. cookie .. "\r\n"
		end
		if method == "POST" then
			text = text .. "Content-Type: " ..
			    "application/x-www-form-urlencoded\r\n" ..
			    "Content-Length: " .. #body .. "\r\n"
		end
		lines[#lines + 1] = text .. "\r\n" .. body
	end
end

function request()
	at = at + 1
	if at > #lines then
		if not again then
			return used_up
		end
		at = 1
	end
	return lines[at]
end

function done(summary, latency, requests)
	local e = summary.errors

	print(string.format('JSON {"requests": %d, "seconds": %.6f, ' ..
	    '"p50_us": %d, "p99_us": %d, "max_us": %d, "refused": %d, ' ..
	    '"broken": %d}', summary.requests, summary.duration / 1e6,
	    latency:percentile(50), latency:percentile(99), latency.max,
	    e.status, e.connect + e.read + e.write + e.timeout))
end
