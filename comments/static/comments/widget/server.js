// Talks to Otklik: by its cookie on its own origin, by a token of its own on any other.

import { keep, kept } from "./storage.js";

const TOKEN = "otklik:token:";
const WAITS = 20_000;

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || "");
    this.status = status;
    this.code = problem.code ?? "";
    this.problem = problem;
    this.sentences = Object.values(problem.errors ?? {}).flat();
  }

  // Why, and what to change.
  said(words) {
    if (this.sentences.length) return this.sentences;
    return [this.status >= 500 ? words.failed : this.message || words.failed];
  }
}

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Server {
  #token;

  constructor({ base, site, key, language, page }) {
    this.base = base.replace(/\/$/, "");
    this.origin = new URL(this.base).origin;
    Object.assign(this, { site, key, language, hostPage: page });
    this.isHere = this.origin === location.origin;
    this.#token = this.isHere ? null : kept(TOKEN + this.base);
  }

  get thread() {
    return `sites/${this.site}/threads/${this.key.split("/").map(encodeURIComponent).join("/")}`;
  }

  get hasToken() {
    return Boolean(this.#token);
  }

  signIn(token) {
    this.#token = token;
    keep(TOKEN + this.base, token);
  }

  forgetToken() {
    this.signIn(null);
  }

  // Here and at Otklik: whoever comes to this computer next is a stranger.
  async signOut() {
    await this.#write("DELETE", `sites/${this.site}/sign-in/`);
    this.forgetToken();
  }

  // What everybody sees: the browser keeps it and asks again with its ETag; 304 costs nothing.
  async page(query) {
    const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
    const answer = await this.#send("GET", `${this.thread}/comments/?${asked}`, { signed: this.hasToken });
    const isPublic = !answer.headers.get("Cache-Control")?.includes("private");
    return { etag: answer.headers.get("ETag"), isPublic, ...(await answer.json()) };
  }

  replies(rootId, cursor) {
    const asked = new URLSearchParams({ cursor });
    return this.#read(`${this.thread}/comments/${rootId}/replies/?${asked}`, { signed: this.hasToken });
  }

  about() {
    return this.#read(`sites/${this.site}/`, { signed: false });
  }

  rules() {
    return this.#read(`sites/${this.site}/rules/`, { signed: false });
  }

  viewer() {
    return this.#read(`${this.thread}/viewer/`);
  }

  // As its author typed it.
  own(id) {
    return this.#read(`comments/${id}/own/`);
  }

  comment(id) {
    return this.#read(`comments/${id}/`);
  }

  post(text, parent, key) {
    const body = { text, parent, ...this.hostPage };
    return this.#write("POST", `${this.thread}/comments/`, body, { "Idempotency-Key": key });
  }

  edit(id, text) {
    return this.#write("PATCH", `comments/${id}/`, { text });
  }

  withdraw(id) {
    return this.#write("DELETE", `comments/${id}/`);
  }

  react(id, kind) {
    const path = `comments/${id}/reaction/`;
    return kind ? this.#write("PUT", path, { kind }) : this.#write("DELETE", path);
  }

  people(beginning) {
    return this.#read(`${this.thread}/people/?${new URLSearchParams({ q: beginning })}`);
  }

  notices(cursor = "") {
    return this.#read(`notices/?${new URLSearchParams(cursor && { cursor })}`);
  }

  readNotices(upTo) {
    return this.#write("POST", "notices/read/", { up_to: upTo });
  }

  mute(id, isMuted) {
    return this.#write(isMuted ? "PUT" : "DELETE", `mutes/${id}/`);
  }

  // Whether it is about the publication's own work. Nothing is kept of it.
  async readsAsComplaint(text) {
    const checked = await this.#write("POST", `sites/${this.site}/complaints/check/`, { text });
    return checked.reads_as_complaint;
  }

  complain(said, key) {
    const body = { thread: this.key, ...this.hostPage, ...said };
    return this.#write("POST", `sites/${this.site}/complaints/`, body, { "Idempotency-Key": key });
  }

  appeal(id, text) {
    return this.#write("POST", `comments/${id}/appeals/`, { text });
  }

  report(id, rule, note) {
    return this.#write("POST", `comments/${id}/reports/`, { rule, note });
  }

  get feed() {
    const asked = new URLSearchParams({ site: this.site, key: this.key, lang: this.language });
    return `${this.base}/threads/feed/?${asked}`;
  }

  get popup() {
    const asked = new URLSearchParams({ site: this.site, origin: location.origin });
    return `${this.base}/threads/sign-in/?${asked}`;
  }

  entrance(page, anchor) {
    const next = location.pathname + location.search + anchor;
    return `${this.base}/accounts/${page}/?next=${encodeURIComponent(next)}`;
  }

  async #read(path, { signed = true } = {}) {
    return (await this.#send("GET", path, { signed })).json();
  }

  async #write(method, path, body, headers = {}) {
    const answer = await this.#send(method, path, { signed: true, body, headers });
    return answer.status === 204 ? null : answer.json();
  }

  async #send(method, path, { signed, body, headers = {} }) {
    const answer = await fetch(`${this.base}/api/v1/${path}`, {
      method,
      body: body && JSON.stringify(body),
      credentials: this.isHere && signed ? "same-origin" : "omit",
      cache: method === "GET" ? "no-cache" : "default",
      signal: AbortSignal.timeout(WAITS),
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
