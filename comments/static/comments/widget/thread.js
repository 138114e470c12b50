// The discussion: loads it, keeps it true, and carries out what the reader does.

import { CommentView } from "./comment.js";
import { Composer } from "./composer.js";
import { el, prose } from "./dom.js";
import { Entrance } from "./entrance.js";
import { Refused, keep, kept } from "./server.js";
import { Times } from "./times.js";

const SORTS = ["oldest", "newest", "best"];
const NOBODY = { id: null, name: "", may_post: false, is_closed: false, hidden: [], editable: [], reactions: {} };
const MUTED = "otklik:muted";

export class Thread {
  #views = new Map();
  #etag = null;
  #cursor = "";
  #count = 0;
  #sort = "oldest";
  #timers = [];

  constructor({ root, words, server, every, tell }) {
    Object.assign(this, { root, words, server, every, tell });
    this.times = new Times(words.language);
    this.mine = NOBODY;
    this.muted = new Set(JSON.parse(kept(MUTED) ?? "[]"));
    this.entrance = new Entrance({ words, server, changed: (inside) => this.#signedIn(inside) });
    this.#build();
  }

  #build() {
    const { words } = this;
    this.heading = el("h2", { id: "heading" }, words.comments);
    this.total = el("span", { class: "faint" });
    this.sorts = SORTS.map((sort) =>
      el("button", { type: "button", class: "plain", "aria-pressed": "false", onclick: () => this.#order(sort) }, words[sort]),
    );
    this.status = el("p", { class: "status", role: "status" });
    this.fresh = el("button", { type: "button", class: "fresh", hidden: true, onclick: () => this.#showFresh() });
    this.held = el("div", { class: "held-list" });
    this.list = el("ol", { class: "thread" });
    this.more = el("button", { type: "button", hidden: true, onclick: () => this.#loadMore() }, words.more);
    this.whole = el("button", { type: "button", hidden: true, onclick: () => this.#order(this.#sort) }, words.all);
    this.place = el("div", { id: "otklik-form" });
    this.section = el(
      "section",
      { "aria-labelledby": "heading", lang: words.language },
      el("div", { class: "head" }, el("div", {}, this.heading, " ", this.total),
        el("div", { class: "sorts", role: "group", "aria-label": words.order }, ...this.sorts)),
      this.place,
      this.status,
      this.held,
      this.whole,
      this.fresh,
      this.list,
      this.more,
    );
  }

  async start() {
    this.#timers = [
      setInterval(() => this.times.tellAll(this.section), 60_000),
      setInterval(() => this.#look(), this.every * 1000),
    ];
    document.addEventListener("visibilitychange", this.#look);
    addEventListener("hashchange", this.#follow);
    await this.#begin();
  }

  stop() {
    this.#timers.forEach(clearInterval);
    document.removeEventListener("visibilitychange", this.#look);
    removeEventListener("hashchange", this.#follow);
  }

  async #begin() {
    try {
      const [about] = await Promise.all([this.server.about(), this.#learnMine()]);
      this.about = about;
      await this.#load({ sort: this.#sort, comment: this.#named() });
    } catch (error) {
      this.#couldNot(error);
      return;
    }
    this.root.replaceChildren(this.section);
    this.#form();
    if (this.#named()) this.#reveal(this.#named());
    else if (location.hash === "#otklik-form") this.#toForm();
    this.tell("loaded", { count: this.#count });
  }

  // What the server rendered stays readable below the notice.
  #couldNot(error) {
    const { words } = this;
    const closed = error instanceof Refused && error.status === 401;
    const notice = el("div", { class: "notice", role: "status" }, el("p", {}, closed ? words.registered : words.notLoaded));
    if (closed) {
      this.entrance.show("");
      notice.append(this.entrance.element);
    } else {
      notice.append(el("button", { type: "button", onclick: () => this.#begin() }, words.again));
    }
    this.root.replaceChildren(notice, el("slot"));
  }

  async #learnMine() {
    this.mine = await this.server.mine();
    if (!this.mine.name && this.server.hasToken) this.server.signOut();
  }

  // Loading

  async #load(query) {
    const page = await this.#page(query);
    this.#views.clear();
    this.list.replaceChildren();
    this.#draw(page);
    this.whole.hidden = !query.comment;
  }

  #page(query) {
    return this.server.page(query, { signed: this.server.hasToken });
  }

  #draw(page) {
    this.#etag = page.etag;
    this.#cursor = page.next_cursor;
    this.#counted(page.count);
    for (const branch of page.branches) this.#drawBranch(branch);
    this.more.hidden = !page.next_cursor;
    this.fresh.hidden = true;
    this.sorts.forEach((button, index) => button.setAttribute("aria-pressed", String(SORTS[index] === this.#sort)));
    this.#drawHeld();
    this.empty?.remove();
    if (!this.#views.size && !this.mine.hidden.length) {
      this.empty = el("p", { class: "faint" }, this.words.empty);
      this.list.before(this.empty);
    }
  }

  #counted(count) {
    this.#count = count;
    this.total.textContent = count || "";
  }

  #drawBranch({ comment, replies, more }) {
    const root = this.#add(comment, this.list);
    for (const reply of replies) this.#add(reply, this.#placeOf(reply, root));
    if (more) root.element.append(this.#moreReplies(root, more));
  }

  #placeOf(reply, root) {
    return (this.#views.get(reply.parent) ?? root).replies;
  }

  #add(comment, list, where = "append") {
    const view = new CommentView(comment, this);
    this.#views.set(comment.id, view);
    list[where](view.element);
    return view;
  }

  #moreReplies(root, cursor) {
    const button = el("button", { type: "button", class: "plain" }, this.words.moreReplies);
    button.addEventListener("click", async () => {
      const page = await this.#try(() => this.server.replies(root.comment.id, cursor));
      if (!page) return;
      const fresh = page.replies.filter((reply) => !this.#views.has(reply.id));
      for (const reply of fresh) this.#add(reply, this.#placeOf(reply, root));
      if (page.next_cursor) button.replaceWith(this.#moreReplies(root, page.next_cursor));
      else button.remove();
      if (fresh.length) this.#views.get(fresh[0].id).article.focus();
    });
    return button;
  }

  async #order(sort) {
    this.#sort = sort;
    await this.#try(() => this.#load({ sort }));
  }

  async #loadMore() {
    const page = await this.#try(() => this.#page({ sort: this.#sort, cursor: this.#cursor }));
    if (!page) return;
    const [first] = page.branches;
    this.#draw(page);
    if (first) this.#views.get(first.comment.id).article.focus();
  }

  async #try(act) {
    try {
      return await act();
    } catch (error) {
      this.say(error instanceof Refused ? error.message || this.words.failed : this.words.lost);
      return null;
    }
  }

  say(sentence) {
    this.status.textContent = sentence;
  }

  // What has come meanwhile

  #look = async () => {
    if (document.visibilityState !== "visible" || !this.section.isConnected) return;
    let page;
    try {
      page = await this.#page({ sort: this.#sort });
    } catch {
      return; // the next look may succeed
    }
    if (page.etag === this.#etag) return;
    this.#etag = page.etag;
    const seen = page.branches.flatMap((branch) => [branch.comment, ...branch.replies]);
    for (const comment of seen) this.#changed(comment);
    const unseen = seen.filter((comment) => comment.state === "published" && !this.#views.has(comment.id));
    const fresh = Math.max(unseen.length, page.count - this.#count);
    this.total.textContent = page.count || "";
    this.fresh.hidden = fresh <= 0;
    if (fresh > 0) this.fresh.textContent = this.words.newComments(fresh);
    this.tell("changed", { count: page.count, fresh: Math.max(0, fresh) });
  };

  #changed(comment) {
    const view = this.#views.get(comment.id);
    if (!view || view.editor || JSON.stringify(view.comment) === JSON.stringify(comment)) return;
    view.update(comment);
  }

  async #showFresh() {
    const before = new Set(this.#views.keys());
    let sort = this.#sort;
    if (this.#cursor && sort === "oldest") sort = "newest";
    await this.#order(sort);
    const first = [...this.#views.values()].find((view) => !before.has(view.comment.id));
    for (const view of this.#views.values()) {
      view.article.classList.toggle("new", !before.has(view.comment.id));
    }
    first?.article.focus();
  }

  // One comment by its address

  #named() {
    return /^#comment-(\d+)$/.exec(location.hash)?.[1] ?? null;
  }

  #follow = async () => {
    const id = this.#named();
    if (!id) return;
    if (!this.#views.has(Number(id))) await this.#try(() => this.#load({ comment: id }));
    this.#reveal(id);
  };

  #reveal(id) {
    const view = this.#views.get(Number(id));
    if (!view) {
      this.say(this.words.notFound);
      return;
    }
    view.article.scrollIntoView({ block: "center" });
    view.article.classList.add("target");
    view.article.focus({ preventScroll: true });
  }

  // Writing

  #draft(parent) {
    const { base, site, key } = this.server;
    return `otklik:draft:${base}:${site}:${key}:${parent ?? ""}`;
  }

  #form() {
    const { words, mine } = this;
    if (mine.is_closed) {
      this.place.replaceChildren(el("p", { class: "notice" }, words.closed));
      return;
    }
    this.entrance.show(mine.name);
    this.main = this.composer({ label: words.yours, submit: words.post, parent: null });
    this.main.form.querySelector(".row").before(this.#note());
    this.place.replaceChildren(this.main.form, this.entrance.element);
    if (!mine.may_post) this.place.append(this.entrance.element);
  }

  #note() {
    const { words } = this;
    const { complaints_email: email } = this.about;
    return el(
      "p",
      { class: "note" },
      el("button", { type: "button", class: "link", onclick: () => this.#rules() }, words.rules),
      " · ",
      words.complaints,
      " ",
      el("a", { href: `mailto:${email}` }, email),
    );
  }

  composer({ label, submit, parent, cancel }) {
    const composer = new Composer({
      words: this.words,
      label,
      submit,
      cancel,
      draft: this.#draft(parent),
      gate: () => this.#inside(),
      send: async (text, key) => this.#posted(await this.#send(text, parent, key), parent),
    });
    return composer;
  }

  #inside() {
    if (this.mine.may_post) return true;
    this.entrance.open();
    return false;
  }

  async #send(text, parent, key) {
    try {
      return await this.server.post(text, parent, key);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) {
        this.server.signOut();
        this.mine = NOBODY;
        this.entrance.show("");
      }
      throw error;
    }
  }

  async #posted(own, parent) {
    await this.#learnMine();
    if (own.state === "published") {
      const comment = await this.server.comment(own.id);
      this.#views.get(parent)?.closeForm();
      this.empty?.remove();
      const view = this.#add(comment, this.#listFor(comment), this.#whereFor(comment));
      this.#counted(this.#count + 1);
      view.article.focus();
      this.say(this.words.published);
    } else {
      this.#views.get(parent)?.closeForm();
      this.#drawHeld();
      this.say(this.words.heldNow);
    }
    this.tell("posted", { id: own.id, state: own.state });
  }

  #listFor(comment) {
    return this.#views.get(comment.parent)?.replies ?? this.list;
  }

  #whereFor(comment) {
    return comment.parent || this.#sort !== "newest" ? "append" : "prepend";
  }

  async textOf(id) {
    return this.server.own(id);
  }

  async edited(view, own) {
    await this.#learnMine();
    if (own.state === "published") view.update({ ...view.comment, html: own.html, edited_at: own.edited_at });
    else {
      view.update({ ...view.comment, state: own.state });
      this.#drawHeld();
    }
    view.article.focus();
    this.say(own.state === "held" ? this.words.heldNow : this.words.saved);
  }

  async withdraw(view) {
    if (!(await this.#ask(this.words.withdrawSure, this.words.withdraw))) return;
    const own = await this.#try(() => this.server.withdraw(view.comment.id));
    if (!own) return;
    await this.#learnMine();
    this.#counted(Math.max(0, this.#count - (view.comment.state === "published")));
    view.update({ ...view.comment, state: own.state });
    view.article.focus();
    this.say(this.words.gone);
  }

  async react(view, kind, pressed) {
    if (!this.mine.name) {
      this.#toForm();
      return;
    }
    const tally = await this.#try(() => this.server.react(view.comment.id, kind));
    if (!tally) return;
    if (kind) this.mine.reactions[view.comment.id] = kind;
    else delete this.mine.reactions[view.comment.id];
    view.update({ ...view.comment, ...tally });
    view.focusReaction(pressed);
  }

  #toForm() {
    this.place.scrollIntoView({ block: "center" });
    (this.mine.may_post ? this.main?.area : this.entrance.element.querySelector(".button"))?.focus();
  }

  // What only the author sees

  #drawHeld() {
    const { words } = this;
    const said = { held: words.held, rejected: words.rejected, removed: words.removedOwn };
    const drawn = this.mine.hidden.map(({ comment, rule, why }) =>
      el(
        "article",
        { class: "comment own", tabindex: -1, "aria-label": words.actions(this.mine.name) },
        el("header", {}, el("b", {}, this.mine.name)),
        el("div", { class: "text" }, prose(comment.html)),
        el(
          "div",
          { class: "why" },
          el("p", {}, said[comment.state], " ", rule && words.rule(rule.title)),
          ...why.map((sentence) => el("p", {}, sentence)),
        ),
        comment.state === "held" && this.#heldActions(comment),
      ),
    );
    this.held.replaceChildren(...drawn);
  }

  #heldActions(comment) {
    const { words } = this;
    const place = el("footer");
    const redraw = async () => {
      await this.#learnMine();
      this.#drawHeld();
    };
    const edit = () => {
      const composer = new Composer({
        words,
        label: words.yours,
        submit: words.save,
        text: comment.text,
        cancel: () => this.#drawHeld(),
        send: async (text) => {
          await this.server.edit(comment.id, text);
          await redraw();
          this.say(words.saved);
        },
      });
      place.replaceChildren(composer.form);
      composer.focus();
    };
    const withdraw = async () => {
      if (!(await this.#ask(words.withdrawSure, words.withdraw))) return;
      if (!(await this.#try(() => this.server.withdraw(comment.id)))) return;
      await redraw();
      this.say(words.gone);
      this.main?.focus();
    };
    if (this.mine.editable.includes(comment.id)) {
      place.append(el("button", { type: "button", class: "plain", onclick: edit }, words.edit));
    }
    place.append(el("button", { type: "button", class: "plain", onclick: withdraw }, words.withdraw));
    return place;
  }

  // People one would rather not read: kept in this browser, told to nobody

  isMuted(authorId) {
    return this.muted.has(authorId);
  }

  toggleMute(authorId) {
    if (!this.muted.delete(authorId)) this.muted.add(authorId);
    keep(MUTED, this.muted.size ? JSON.stringify([...this.muted]) : "");
    for (const view of this.#views.values()) {
      if (view.comment.author_id !== authorId) continue;
      view.shownOnce = false;
      view.redraw();
    }
  }

  // Dialogs

  async #rules() {
    const book = await this.#try(() => this.server.rules());
    if (!book) return;
    const rules = book.rules.map((rule) => el("li", {}, el("b", {}, rule.title), el("p", {}, rule.text)));
    const close = el("button", { class: "primary", value: "close" }, this.words.close);
    this.#dialog(el("h2", { tabindex: -1 }, this.words.rules), el("ol", {}, ...rules), el("form", { method: "dialog" }, close));
  }

  async #ask(question, yes) {
    const form = el(
      "form",
      { method: "dialog", class: "row" },
      el("button", { value: "no" }, this.words.cancel),
      el("button", { class: "primary", value: "yes" }, yes),
    );
    const dialog = this.#dialog(el("p", {}, question), form);
    await new Promise((resolve) => dialog.addEventListener("close", resolve));
    return dialog.returnValue === "yes";
  }

  #dialog(...content) {
    const dialog = el("dialog", {}, ...content);
    dialog.addEventListener("close", () => dialog.remove());
    this.section.append(dialog);
    dialog.showModal();
    return dialog;
  }

  async #signedIn(inside) {
    try {
      await this.#learnMine();
    } catch (error) {
      this.#couldNot(error);
      return;
    }
    if (!this.section.isConnected) {
      await this.#begin();
      return;
    }
    this.entrance.show(this.mine.name);
    for (const view of this.#views.values()) view.redraw();
    this.#drawHeld();
    if (inside && this.mine.name) {
      this.main?.refuse();
      this.main?.focus();
      this.say(this.words.signedIn(this.mine.name));
    }
  }
}
