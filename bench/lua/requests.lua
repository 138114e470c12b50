-- wrk … -s requests.lua BASE -- PATHS SESSIONS POSTS_IN
-- Each request is for a path of the file PATHS, drawn at random. One in POSTS_IN is a post by a
-- reader whose session is a line of the file SESSIONS; 0 posts nothing, 1 posts always.
local paths, sessions, posts_in, number = {}, {}, 0, 0
local syllables = {"ва", "ке", "ли", "но", "ру", "ты", "во", "ка", "ле", "ни", "ро", "ту"}
local token = string.rep("a", 32)
local reading = {}

function init(arguments)
  for line in io.lines(arguments[1]) do paths[#paths + 1] = line end
  for line in io.lines(arguments[2]) do sessions[#sessions + 1] = line end
  posts_in = tonumber(arguments[3])
  math.randomseed(os.time())
  for index, path in ipairs(paths) do reading[index] = wrk.format("GET", path) end
end

-- About three hundred characters that no other post has.
local function text()
  local words = {}
  for word = 1, 30 do
    local parts = {}
    for part = 1, math.random(4, 6) do parts[part] = syllables[math.random(#syllables)] end
    words[word] = table.concat(parts)
  end
  return table.concat(words, " ")
end

local function post(path)
  local headers = {
    ["Content-Type"] = "application/json",
    ["Cookie"] = "sessionid=" .. sessions[number % #sessions + 1] .. "; csrftoken=" .. token,
    ["X-CSRFToken"] = token,
    -- As many networks as readers: posts are limited by network, too.
    ["X-Forwarded-For"] = string.format("10.%d.%d.%d", math.random(0, 255), math.random(0, 255), math.random(0, 255)),
    ["Idempotency-Key"] = string.format("%x-%x", math.random(2 ^ 30), math.random(2 ^ 30)),
  }
  return wrk.format("POST", path, headers, '{"text": "' .. text() .. '."}')
end

function request()
  number = number + 1
  local index = math.random(#paths)
  if posts_in > 0 and number % posts_in == 0 then return post(paths[index]) end
  return reading[index]
end
