// Talks to Otklik: by its cookie on its own origin, by a token of its own on any other.

const TOKEN = "otklik:token:";

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || "");
    this.status = status;
    this.code = problem.code ?? "";
    this.sentences = Object.values(problem.errors ?? {}).flat();
  }
}

function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is switched off
  }
}

export function keep(key, value) {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // it lasts for this page then
  }
}

export { stored as kept };

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Server {
  constructor({ base, site, key, language }) {
    this.base = base.replace(/\/$/, "");
    this.site = site;
    this.key = key;
    this.language = language;
    this.isHere = this.base === location.origin;
    this.#token = this.isHere ? null : stored(TOKEN + this.base);
  }

  #token;

  get thread() {
    return `sites/${this.site}/threads/${this.key.split("/").map(encodeURIComponent).join("/")}`;
  }

  signIn(token) {
    this.#token = token;
    keep(TOKEN + this.base, token);
  }

  signOut() {
    this.signIn(null);
  }

  get hasToken() {
    return Boolean(this.#token);
  }

  // The page of everybody: the browser keeps it and asks again with its ETag; 304 costs nothing.
  async page(query, { signed = false } = {}) {
    const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
    const answer = await this.#send("GET", `${this.thread}/comments/?${asked}`, { signed });
    return { etag: answer.headers.get("ETag"), ...(await answer.json()) };
  }

  async replies(rootId, cursor) {
    const path = `${this.thread}/comments/${rootId}/replies/?cursor=${encodeURIComponent(cursor)}`;
    return (await this.#send("GET", path, { signed: this.hasToken })).json();
  }

  async about() {
    return (await this.#send("GET", `sites/${this.site}/`)).json();
  }

  async rules() {
    return (await this.#send("GET", `sites/${this.site}/rules/`)).json();
  }

  async mine() {
    return (await this.#send("GET", `${this.thread}/me/`, { signed: true })).json();
  }

  // As its author typed it.
  async own(id) {
    return (await this.#send("GET", `comments/${id}/own/`, { signed: true })).json();
  }

  async comment(id) {
    return (await this.#send("GET", `comments/${id}/`, { signed: true })).json();
  }

  async post(text, parent, key) {
    const url = new URL(location.href);
    url.hash = "";
    const body = { text, parent, title: document.title.slice(0, 300), url: url.href };
    const headers = { "Idempotency-Key": key };
    const sent = await this.#send("POST", `${this.thread}/comments/`, { signed: true, body, headers });
    return sent.json();
  }

  async edit(id, text) {
    return (await this.#send("PATCH", `comments/${id}/`, { signed: true, body: { text } })).json();
  }

  async withdraw(id) {
    return (await this.#send("DELETE", `comments/${id}/`, { signed: true })).json();
  }

  async react(id, kind) {
    const path = `comments/${id}/reaction/`;
    const sent = kind
      ? await this.#send("PUT", path, { signed: true, body: { kind } })
      : await this.#send("DELETE", path, { signed: true });
    return sent.json();
  }

  get popup() {
    const asked = new URLSearchParams({ site: this.site, origin: location.origin });
    return `${this.base}/threads/sign-in/?${asked}`;
  }

  entrance(page, anchor) {
    const next = location.pathname + location.search + anchor;
    return `${this.base}/accounts/${page}/?next=${encodeURIComponent(next)}`;
  }

  async #send(method, path, { signed = false, body, headers = {} } = {}) {
    const answer = await fetch(`${this.base}/api/v1/${path}`, {
      method,
      body: body && JSON.stringify(body),
      credentials: this.isHere && signed ? "same-origin" : "omit",
      cache: method === "GET" ? "no-cache" : "default",
      headers: {
        Accept: "application/json",
        "Accept-Language": this.language,
        ...(body && { "Content-Type": "application/json" }),
        ...(signed && this.#token && { Authorization: `Widget ${this.#token}` }),
        ...(this.isHere && method !== "GET" && { "X-CSRFToken": cookie("csrftoken") }),
        ...headers,
      },
    });
    if (answer.ok) return answer;
    const isProblem = answer.headers.get("Content-Type")?.includes("json");
    throw new Refused(answer.status, isProblem ? await answer.json() : {});
  }
}
