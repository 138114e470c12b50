// The discussion: loads it, draws it, and brings together the organs that do the rest.

import { Bell } from "./bell.js";
import { CommentView } from "./comment.js";
import { el } from "./dom.js";
import { Entrance, FORM } from "./entrance.js";
import { Muting } from "./muting.js";
import { Own } from "./own.js";
import { Refused } from "./server.js";
import { Times } from "./times.js";
import { Watch } from "./watch.js";
import { Writing } from "./writing.js";

const SORTS = ["oldest", "newest", "best"];
const NOBODY = {
  id: null,
  name: "",
  may_post: false,
  is_closed: false,
  premoderated: false,
  restriction: "",
  hidden: [],
  editable: [],
  reactions: {},
  reports: {},
  muted: [],
  unread: 0,
};
const SAID_FOR = 12_000;

export class Thread {
  views = new Map(); // of the comments on the page, by id
  parts = []; // the queries that have brought them
  repliesParts = [];
  count = 0;
  sort = SORTS[0];
  newest = ""; // when the latest comment on the page was written
  etag = null;
  mine = NOBODY;
  #cursor = "";
  #ending = new AbortController();

  constructor({ root, words, server, every, tell }) {
    Object.assign(this, { root, words, server, tell });
    this.times = new Times(words.language);
    this.muting = new Muting(this);
    this.bell = new Bell(this);
    this.entrance = new Entrance({
      words,
      server,
      say: (...said) => this.say(...said),
      changed: (back) => this.#readerChanged(back),
    });
    this.writing = new Writing(this);
    this.own = new Own(this);
    this.watch = new Watch(this, every);
    this.#build();
  }

  #build() {
    const { words } = this;
    this.heading = el("h2", { id: "heading", tabindex: -1 }, words.comments);
    this.total = el("span", { class: "faint" });
    this.sorts = SORTS.map((sort) =>
      el("button", { type: "button", class: "plain", onclick: () => this.order(sort) }, words[sort]),
    );
    this.status = el("div", { class: "status", role: "status" });
    this.list = el("ol", { class: "thread", role: "list" });
    this.empty = el("p", { class: "faint", hidden: true }, words.empty);
    this.more = el("button", { type: "button", hidden: true, onclick: () => this.#loadMore() }, words.moreComments);
    this.whole = el("button", { type: "button", hidden: true, onclick: () => this.order(this.sort) }, words.all);
    this.section = el(
      "section",
      { "aria-labelledby": "heading", lang: words.language },
      el(
        "div",
        { class: "head" },
        el("div", { class: "row" }, this.heading, this.total, this.bell.element),
        el("div", { class: "sorts", role: "group", "aria-label": words.order }, ...this.sorts),
      ),
      this.writing.place,
      this.own.list,
      this.whole,
      this.watch.element,
      this.empty,
      this.list,
      this.more,
      this.status,
    );
  }

  async start() {
    const { signal } = this.#ending;
    const timer = setInterval(() => this.times.tellAll(this.section), 30_000);
    signal.addEventListener("abort", () => clearInterval(timer));
    document.addEventListener("visibilitychange", () => this.times.tellAll(this.section), { signal });
    addEventListener("hashchange", () => this.#follow(), { signal });
    this.watch.listen(signal);
    this.entrance.listen(signal);
    await this.#begin();
  }

  stop() {
    this.#ending.abort();
  }

  async #begin() {
    const { id } = this.#named();
    try {
      [this.about] = await Promise.all([this.server.about(), this.learnMine()]);
      await this.#load({ sort: this.sort, comment: id });
    } catch (error) {
      this.#couldNot(error);
      return;
    }
    this.root.replaceChildren(this.section);
    this.writing.draw();
    this.#takeOver();
    this.#nameFeed();
    for (const view of this.views.values()) this.writing.reopen(view);
    if (id) this.#reveal();
    else if (location.hash === FORM) this.writing.focus();
    this.tell("loaded", { count: this.count });
  }

  // In place of what the server rendered; what the reader has typed there already comes along.
  #takeOver() {
    const { host } = this.root;
    const before = host.querySelector("textarea[name=text]");
    const isTyping = before !== null && before === document.activeElement;
    if (before?.value) this.writing.main?.fill(before.value);
    host.replaceChildren();
    if (isTyping) this.writing.main?.focus();
  }

  // Where feed readers look for it.
  #nameFeed() {
    const { href } = new URL(this.server.feed);
    const isNamed = [...document.querySelectorAll('link[rel="alternate"]')].some((link) => link.href === href);
    if (!this.isPublic || isNamed) return;
    const title = `${this.words.comments}: ${this.server.hostPage.title}`;
    document.head.append(el("link", { rel: "alternate", type: "application/atom+xml", title, href }));
  }

  // What the server rendered stays readable below the notice.
  #couldNot(error) {
    const { words } = this;
    const isClosed = error instanceof Refused && error.status === 401;
    const notice = el("div", { class: "notice", role: "status", lang: words.language });
    if (isClosed) {
      this.entrance.show("");
      notice.append(el("p", {}, words.registered), this.entrance.element);
    } else {
      const again = el("button", { type: "button", onclick: () => this.#begin() }, words.again);
      notice.append(el("p", {}, words.notLoaded), again);
    }
    this.root.replaceChildren(notice, el("slot"));
  }

  // Who reads

  async learnMine() {
    this.mine = await this.server.viewer();
    if (!this.mine.name && this.server.hasToken) this.server.forgetToken();
    await this.muting.bring();
    this.bell.draw();
  }

  forgetReader() {
    this.server.forgetToken();
    this.mine = { ...NOBODY, is_closed: this.mine.is_closed, premoderated: this.mine.premoderated };
    this.entrance.show("");
    this.bell.draw();
    this.#redraw();
  }

  async #readerChanged(back) {
    if (!this.section.isConnected) {
      await this.#begin();
      if (back) this.writing.focus();
      return;
    }
    const isKnown = await this.attempt(async () => {
      await this.learnMine();
      return true;
    });
    if (!isKnown) return;
    this.writing.draw();
    this.#redraw();
    if (!back || !this.mine.name) return;
    const form = back === "form" ? this.writing.main : back;
    form?.refuse();
    form?.focus();
    this.say(this.words.signedIn(this.mine.name));
  }

  #redraw() {
    for (const view of this.views.values()) view.redraw();
    this.own.draw();
  }

  // Loading

  async #load(query) {
    const page = await this.server.page(query);
    this.isPublic = page.isPublic;
    this.views.clear();
    this.list.replaceChildren();
    this.parts = [query];
    this.repliesParts = [];
    this.newest = "";
    this.#draw(page);
    this.whole.hidden = !query.comment;
  }

  get isWhole() {
    return !this.#cursor;
  }

  #draw(page) {
    this.etag = page.etag;
    this.#cursor = page.next_cursor;
    this.counted(page.count);
    for (const branch of page.branches) this.#drawBranch(branch);
    this.more.hidden = this.isWhole;
    this.watch.clear();
    for (const [index, button] of this.sorts.entries()) {
      button.setAttribute("aria-pressed", String(SORTS[index] === this.sort));
    }
    this.own.draw();
    this.#tellIfEmpty();
  }

  #tellIfEmpty() {
    this.empty.hidden = this.views.size > 0 || this.mine.hidden.length > 0;
  }

  counted(count) {
    this.count = count;
    this.total.textContent = count || "";
  }

  #drawBranch({ comment, replies, more }) {
    const root = this.#add(comment, this.list);
    for (const reply of replies) this.#add(reply, this.#placeOf(reply, root));
    if (more) root.element.append(this.#moreReplies(root, more));
  }

  #placeOf(reply, root) {
    return (this.views.get(reply.parent) ?? root).replies;
  }

  #add(comment, list, where = "append") {
    const view = new CommentView(comment, this);
    this.views.set(comment.id, view);
    if (comment.created_at > this.newest) this.newest = comment.created_at;
    list[where](view.element);
    if (this.section.isConnected) this.writing.reopen(view);
    return view;
  }

  addOwn(comment) {
    const list = this.views.get(comment.parent)?.replies ?? this.list;
    const isFirst = !comment.parent && this.sort === "newest";
    const view = this.#add(comment, list, isFirst ? "prepend" : "append");
    this.counted(this.count + 1);
    this.#tellIfEmpty();
    view.article.focus();
  }

  #moreReplies(root, cursor) {
    const button = el("button", { type: "button", class: "plain" }, this.words.moreReplies);
    button.addEventListener("click", async () => {
      const page = await this.attempt(() => this.server.replies(root.comment.id, cursor));
      if (!page) return;
      this.repliesParts.push({ root: root.comment.id, cursor });
      const unseen = page.replies.filter((reply) => !this.views.has(reply.id));
      for (const reply of unseen) this.#add(reply, this.#placeOf(reply, root));
      if (page.next_cursor) button.replaceWith(this.#moreReplies(root, page.next_cursor));
      else button.remove();
      this.own.draw();
      if (unseen.length) this.views.get(unseen[0].id).article.focus();
    });
    return button;
  }

  async order(sort) {
    this.sort = sort;
    await this.attempt(() => this.#load({ sort }));
  }

  async #loadMore() {
    const query = { sort: this.sort, cursor: this.#cursor };
    const page = await this.attempt(() => this.server.page(query));
    if (!page) return;
    this.parts.push(query);
    const [first] = page.branches;
    this.#draw(page);
    if (first) this.views.get(first.comment.id).article.focus();
  }

  async attempt(act) {
    try {
      return await act();
    } catch (error) {
      this.say(error instanceof Refused ? error.said(this.words).join(" ") : this.words.notDone);
      return null;
    }
  }

  // Said politely, seen wherever the reader is, and gone after a while.
  say(sentence, { label, act } = {}) {
    clearTimeout(this.silence);
    const button = act && el("button", { type: "button", class: "link", onclick: act }, label);
    this.status.replaceChildren(...[el("span", {}, sentence), button].filter(Boolean));
    this.silence = setTimeout(() => this.#fallSilent(), SAID_FOR);
  }

  #fallSilent() {
    if (this.status.matches(":hover, :focus-within")) this.silence = setTimeout(() => this.#fallSilent(), SAID_FOR);
    else this.status.replaceChildren();
  }

  // One comment by its address

  #named() {
    const [, kind, id] = /^#(comment|otklik-reply)-(\d+)$/.exec(location.hash) ?? [];
    return { id: id ?? null, isReply: kind === "otklik-reply" };
  }

  async #follow() {
    const { id } = this.#named();
    if (id && this.section.isConnected) await this.show(Number(id));
  }

  async show(id) {
    if (!this.views.has(id)) await this.attempt(() => this.#load({ sort: "oldest", comment: id }));
    this.#reveal(id);
  }

  #reveal(wanted) {
    const { id, isReply } = this.#named();
    const view = this.views.get(Number(wanted ?? id));
    if (!view) {
      this.say(this.words.notFound);
      this.own.focus(wanted ?? id);
      return;
    }
    for (const each of this.views.values()) each.article.classList.remove("target");
    view.article.classList.add("target");
    view.article.scrollIntoView({ block: "center" });
    view.article.focus({ preventScroll: true });
    if (isReply && this.writing.isOpen && view.isShown) view.answer();
  }

  // Reactions

  async react(view, kind, pressed) {
    if (!this.mine.name) {
      this.say(this.words.signInToReact);
      this.writing.focus();
      return;
    }
    const reactions = await this.attempt(() => this.server.react(view.comment.id, kind));
    if (!reactions) return;
    if (kind) this.mine.reactions[view.comment.id] = kind;
    else delete this.mine.reactions[view.comment.id];
    view.update({ ...view.comment, reactions });
    view.focusReaction(pressed);
  }
}
