// The API of Otklik. On Otklik's own origin requests carry the session cookie; on any other, a token that
// the sign-in window gave.

import { read, write } from "../../otklik/storage.js";

const TOKEN = "otklik:token:";
const TIMEOUT_MS = 20_000;
// Keys whose path would be resolved on the way, or would be one of another thread: docs/widget.md.
const RESERVED = /^~|(^|\/)(\.{0,2}|comments|people|replies|viewer)(\/|$)/;

/** The server refused a request. */
export class ApiError extends Error {
  /** @param {number} status @param {Api.Problem} problem */
  constructor(status, { title, detail, errors }) {
    super(detail || title || "");
    this.status = status;
    this.sentences = Object.values(errors ?? {}).flat();
  }

  /** What is wrong and what to change. @param {Strings} strings */
  explain({ serverFailed }) {
    if (this.sentences.length) return this.sentences;
    return [(this.status < 500 && this.message) || serverFailed];
  }
}

/** @param {string} name */
function cookie(name) {
  const pair = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

/**
 * On a page with a `<base>`, "#comment-5" alone would lead elsewhere.
 *
 * @param {string} anchor of this page
 */
export const onThisPage = (anchor) => location.href.replace(/#.*/, "") + anchor;

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Record<string, string | undefined>} parameters */
function query(parameters) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) search.set(name, value);
  return `?${search}`;
}

export class Server {
  /** @type {string | null} */
  #token = "";

  /** @param {Widget.ServerOptions} options */
  constructor({ base, site, key, language, page }) {
    this.base = base.replace(/\/$/, "");
    this.site = site;
    this.key = key;
    this.language = language;
    /** Describes the publication's page, for a thread that it has not set up. */
    this.page = page;
    /** Where a sign-in on another page leads back to: the form of this discussion. */
    this.formAnchor = `#otklik-form-${encodeURIComponent(`${site}/${key}`)}`;
    this.origin = new URL(this.base).origin;
    this.isHere = this.origin === location.origin;
    this.readToken();
  }

  readToken() {
    if (!this.isHere) this.#token = read(TOKEN + this.base);
  }

  get #thread() {
    const { key } = this;
    const path = RESERVED.test(key)
      ? `~${encodeURIComponent(encodeURIComponent(key))}`
      : key.split("/").map(encodeURIComponent).join("/");
    return `sites/${this.site}/threads/${path}`;
  }

  // Signing in

  get hasToken() {
    return Boolean(this.#token);
  }

  /** @param {string} token */
  signIn(token) {
    this.#token = token;
    write(TOKEN + this.base, token);
  }

  forgetToken() {
    this.signIn("");
  }

  /**
   * Another tab of this page's origin has signed in or out. Returns whether the token is another one.
   *
   * @param {string | null} name of what was written to the browser's storage
   * @param {string | null} value
   */
  takeOver(name, value) {
    if (this.isHere || name !== TOKEN + this.base || (value ?? "") === this.#token) return false;
    this.#token = value ?? "";
    return true;
  }

  /** The key under which the browser keeps what the latest sign-in window was opened with. */
  get stateKey() {
    return `otklik:sign-in:${this.base}`;
  }

  /** @param {string} code that the sign-in window has brought back to this page @param {string} state */
  async signInBy(code, state) {
    const { token } = await this.#write("POST", `sites/${this.site}/sign-in/`, { code, state });
    this.signIn(token);
  }

  /** Ends the sign-in at Otklik, too: the next person at this computer must not be signed in. */
  async signOut() {
    await this.#write("DELETE", `sites/${this.site}/sign-in/`);
    this.forgetToken();
  }

  /** The address of the sign-in window. A page that is cut off from its windows gets a code in its own address. */
  signInWindow() {
    const state = newKey();
    write(this.stateKey, state);
    const page = onThisPage("");
    return `${this.base}/threads/sign-in/${query({ site: this.site, origin: location.origin, page, state })}`;
  }

  /** @param {string} name of a page @param {string} anchor where it leads back to */
  accountsUrl(name, anchor) {
    return `${this.base}/accounts/${name}/${query({ next: location.pathname + location.search + anchor })}`;
  }

  // Reading

  /** @returns {Promise<Api.Site>} */
  publication() {
    return this.#read(`sites/${this.site}/`, false);
  }

  /** @returns {Promise<Api.Viewer>} */
  viewer() {
    return this.#read(`${this.#thread}/viewer/`);
  }

  /**
   * The browser stores it and asks again with its ETag; an unchanged page answers 304 without a body.
   *
   * @param {Widget.PageQuery} parameters
   * @returns {Promise<Widget.Page>}
   */
  async comments(parameters) {
    const response = await this.#send("GET", `${this.#thread}/comments/${query(parameters)}`, {
      isSigned: this.hasToken,
    });
    const { headers } = response;
    const isPublic = !headers.get("Cache-Control")?.includes("private");
    return { etag: headers.get("ETag"), isPublic, ...(await response.json()) };
  }

  /** @param {number} rootId @param {string} cursor @returns {Promise<Api.RepliesPage>} */
  replies(rootId, cursor) {
    return this.#read(`${this.#thread}/comments/${rootId}/replies/${query({ cursor })}`, this.hasToken);
  }

  /** @param {number} id @returns {Promise<Api.Comment>} */
  comment(id) {
    return this.#read(`comments/${id}/`);
  }

  /** With its text as the author typed it. @param {number} id @returns {Promise<Api.OwnComment>} */
  ownComment(id) {
    return this.#read(`comments/${id}/own/`);
  }

  /** Otklik's page that leads to the comment, in whatever discussion it is. @param {number} id */
  commentUrl(id) {
    return `${this.base}/threads/comments/${id}/`;
  }

  /** @returns {Promise<Api.Rulebook>} */
  rules() {
    return this.#read(`sites/${this.site}/rules/`, false);
  }

  /** @param {string} beginning @returns {Promise<Api.Person[]>} */
  people(beginning) {
    return this.#read(`${this.#thread}/people/${query({ q: beginning })}`);
  }

  /** @param {string} [cursor] @returns {Promise<Api.NotificationsPage>} */
  notifications(cursor) {
    return this.#read(`notifications/${query({ cursor })}`);
  }

  get feed() {
    return `${this.base}/threads/feed/${query({ site: this.site, key: this.key, lang: this.language })}`;
  }

  // Writing

  /**
   * @param {string} text
   * @param {number | null} parent
   * @param {string} key for idempotency
   * @returns {Promise<Api.OwnComment>}
   */
  post(text, parent, key) {
    return this.#write("POST", `${this.#thread}/comments/`, { text, parent, ...this.page() }, key);
  }

  /** The text as it will look; nothing is kept. @param {string} text @returns {Promise<{ html: string }>} */
  preview(text) {
    return this.#write("POST", `sites/${this.site}/comments/preview/`, { text, thread: this.key });
  }

  /** @param {number} id @param {string} text @returns {Promise<Api.OwnComment>} */
  edit(id, text) {
    return this.#write("PATCH", `comments/${id}/`, { text });
  }

  /** @param {number} id @returns {Promise<Api.OwnComment>} */
  withdraw(id) {
    return this.#write("DELETE", `comments/${id}/`);
  }

  /** @param {number} id @param {Api.ReactionKind | null} kind @returns {Promise<Api.ReactionCounts>} */
  react(id, kind) {
    const path = `comments/${id}/reaction/`;
    return kind ? this.#write("PUT", path, { kind }) : this.#write("DELETE", path);
  }

  /** @param {number} id @param {string} rule @param {string} note @returns {Promise<Api.OwnReport>} */
  report(id, rule, note) {
    return this.#write("POST", `comments/${id}/reports/`, { rule, note });
  }

  /** @param {number} id @param {string} text */
  appeal(id, text) {
    return this.#write("POST", `comments/${id}/appeals/`, { text });
  }

  /** About the publication's own work; the server keeps nothing of the text. @param {string} text */
  async readsAsComplaint(text) {
    const { reads_as_complaint } = await this.#write("POST", `sites/${this.site}/complaints/check/`, { text });
    return reads_as_complaint;
  }

  /** @param {Record<string, string>} values @param {string} key @returns {Promise<Api.SentComplaint>} */
  complain(values, key) {
    return this.#write("POST", `sites/${this.site}/complaints/`, { thread: this.key, ...this.page(), ...values }, key);
  }

  /** @param {number} newest notification that was seen @returns {Promise<{ unread: number }>} */
  markRead(newest) {
    return this.#write("POST", "notifications/read/", { up_to: newest });
  }

  /** @param {number} authorId @param {boolean} isMuted */
  mute(authorId, isMuted) {
    return this.#write(isMuted ? "PUT" : "DELETE", `mutes/${authorId}/`);
  }

  // Requests

  /** @param {string} path @param {boolean} [isSigned] */
  async #read(path, isSigned = true) {
    return (await this.#send("GET", path, { isSigned })).json();
  }

  /** @param {string} method @param {string} path @param {unknown} [body] @param {string} [key] */
  async #write(method, path, body, key) {
    const response = await this.#send(method, path, { isSigned: true, body, key });
    return response.status === 204 ? null : response.json();
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{ isSigned: boolean, body?: unknown, key?: string | undefined }} options
   */
  async #send(method, path, { isSigned, body, key }) {
    const response = await fetch(`${this.base}/api/v1/${path}`, {
      method,
      body: body ? JSON.stringify(body) : null,
      credentials: this.isHere && isSigned ? "same-origin" : "omit",
      cache: method === "GET" ? "no-cache" : "default",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        Accept: "application/json",
        "Accept-Language": this.language,
        ...(body ? { "Content-Type": "application/json" } : {}),
        ...(key ? { "Idempotency-Key": key } : {}),
        ...(isSigned ? this.#credentials(method) : {}),
      },
    });
    if (response.ok) return response;
    const isJson = response.headers.get("Content-Type")?.includes("json");
    throw new ApiError(response.status, isJson ? await response.json() : {});
  }

  /** @param {string} method @returns {Record<string, string>} */
  #credentials(method) {
    if (this.#token) return { Authorization: `Widget ${this.#token}` };
    return this.isHere && method !== "GET" ? { "X-CSRFToken": cookie("__Host-csrftoken") || cookie("csrftoken") } : {};
  }
}
