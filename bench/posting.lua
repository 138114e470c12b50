-- Each thread of wrk posts as its own readers, whose sessions stand in SESSIONS, one a line.
local sessions, number = {}, 0
for line in io.lines(os.getenv("SESSIONS")) do sessions[#sessions + 1] = line end
math.randomseed(os.time())
local syllables = {"ва", "ке", "ли", "но", "ру", "ты", "во", "ка", "ле", "ни", "ро", "ту"}

local function words()
  local said = {}
  for word = 1, 30 do
    local parts = {}
    for part = 1, math.random(4, 6) do parts[part] = syllables[math.random(#syllables)] end
    said[word] = table.concat(parts)
  end
  return table.concat(said, " ")
end

request = function()
  number = number + 1
  local session = sessions[number % #sessions + 1]
  return wrk.format("POST", nil, {
    ["Content-Type"] = "application/json",
    ["Cookie"] = "sessionid=" .. session .. "; csrftoken=" .. string.rep("a", 32),
    ["X-CSRFToken"] = string.rep("a", 32),
    -- As many networks as readers: posts are limited by network, too.
    ["X-Forwarded-For"] = string.format("10.%d.%d.%d", math.random(0, 255), math.random(0, 255), math.random(0, 255)),
    ["Idempotency-Key"] = string.format("%x-%x", math.random(2 ^ 30), math.random(2 ^ 30)),
  }, '{"text": "' .. words() .. '."}')
end

local refused = 0
response = function(status) if status ~= 201 then refused = refused + 1 end end
