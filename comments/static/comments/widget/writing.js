// The forms, and what becomes of what is written in them.

import { Composer } from "./composer.js";
import { ask, openDialog, showRules } from "./dialogs.js";
import { el } from "./dom.js";
import { FORM } from "./entrance.js";
import { Mentions } from "./mentions.js";
import { Refused } from "./server.js";
import { kept } from "./storage.js";

export class Writing {
  main = null;
  place = el("div", { id: FORM.slice(1) });

  constructor(thread) {
    this.thread = thread;
  }

  // Strangers may write too: they are asked to sign in when they send it.
  get isOpen() {
    const { mine } = this.thread;
    return !mine.is_closed && !mine.restriction;
  }

  draw() {
    const { thread, place } = this;
    const { words, mine, entrance } = thread;
    entrance.show(mine.name);
    if (!this.isOpen) {
      this.main = null;
      const why = mine.is_closed ? words.closed : mine.restriction;
      place.replaceChildren(el("div", { class: "notice" }, el("p", {}, why), this.#note()));
      if (mine.restriction) place.append(entrance.element);
      return;
    }
    this.main ??= this.composer({ label: words.yours, submit: words.post });
    place.replaceChildren(this.main.form, entrance.element);
  }

  focus() {
    this.place.scrollIntoView({ block: "center" });
    const first = this.thread.entrance.element.querySelector(".button");
    (this.thread.mine.may_post || !first ? this.main?.area : first)?.focus();
  }

  #draft(name) {
    const { base, site, key } = this.thread.server;
    return `otklik:draft:${base}:${site}:${key}:${name}`;
  }

  // The answers that the reader has begun stand where they were left.
  reopen(view) {
    if (this.isOpen && view.isShown && kept(this.#draft(view.comment.id))) view.openForm();
  }

  composer({ label, submit, view = null, text = "", cancel }) {
    const { thread } = this;
    const { entrance, mine, words } = thread;
    const parent = view?.comment.id ?? null;
    const composer = new Composer({
      words,
      label,
      submit,
      text,
      cancel,
      draft: this.#draft(parent ?? ""),
      notes: [mine.premoderated && el("p", { class: "note" }, words.premoderated), this.#note()],
      gate: (form) => this.#gate(form),
      entrance: (form) => entrance.button(form),
      send: (typed, key) => this.#send(composer, typed, key, view),
    });
    composer.offerPeople(new Mentions({ area: composer.area, words, find: (name) => this.#people(name) }));
    composer.anchor = parent ? `#otklik-reply-${parent}` : FORM;
    return composer;
  }

  #gate(form) {
    if (this.thread.mine.may_post) return true;
    this.thread.entrance.open(form);
    return false;
  }

  #note() {
    const { thread } = this;
    const { words, about } = thread;
    const rules = async () => {
      const book = await thread.attempt(() => thread.server.rules());
      if (book) showRules(thread.section, words, book);
    };
    return el(
      "p",
      { class: "note" },
      el("button", { type: "button", class: "link", onclick: rules }, words.rules),
      " · ",
      words.complaints,
      " ",
      el("a", { href: `mailto:${about.complaints_email}` }, about.complaints_email),
      " · ",
      el("button", { type: "button", class: "link", onclick: () => this.complain("") }, words.writeToEditors),
    );
  }

  complain(text, sent) {
    const { thread } = this;
    return thread.attempt(async () => (await import("./letters.js")).complain(thread, text, sent));
  }

  #people(name) {
    const { mine, server } = this.thread;
    return mine.may_post ? server.people(name) : [];
  }

  async #send(composer, text, key, view) {
    const { server } = this.thread;
    if (!(await this.#staysComment(composer, text))) return false;
    const parent = view?.comment.id ?? null;
    await this.#posted(await this.#asMember(() => server.post(text, parent, key)), view);
    return true;
  }

  // A remark on the publication's own work may rather go where it is looked into; it is asked once.
  async #staysComment(composer, text) {
    const { thread } = this;
    const { words, about } = thread;
    if (composer.isComment || !(await this.#readsAsComplaint(text))) return true;
    const form = el(
      "form",
      { method: "dialog", class: "row" },
      el("button", { class: "primary", value: "letter" }, words.writeToEditors),
      el("button", { value: "comment" }, words.postAnyway),
      el("button", { class: "plain", value: "" }, words.cancel),
    );
    const lead = el("p", {}, words.looksLikeComplaint(about.complaints_email));
    const dialog = openDialog(thread.section, words.commentOrComplaint, lead, form);
    await new Promise((resolve) => dialog.addEventListener("close", resolve));
    if (dialog.returnValue === "letter") await this.complain(text, () => composer.fill(""));
    composer.isComment = dialog.returnValue === "comment";
    return composer.isComment;
  }

  async #readsAsComplaint(text) {
    try {
      return await this.thread.server.readsAsComplaint(text);
    } catch {
      return false; // an offer that cannot be made does not stand in the way
    }
  }

  // An expired sign-in is seen when something is sent: from then on the reader is a stranger.

  async #asMember(act) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) this.thread.forgetReader();
      throw error;
    }
  }

  async #posted(own, view) {
    const { thread } = this;
    await thread.learnMine();
    view?.closeForm();
    if (view) view.unsent = "";
    if (own.state === "published") {
      const comment = await thread.server.comment(own.id);
      thread.addOwn(comment);
      thread.say(thread.words.published);
    } else {
      thread.own.draw();
      thread.own.focus(own.id);
      thread.say(thread.words.heldNow);
    }
    thread.tell("posted", { id: own.id, state: own.state });
  }

  // What is written already

  async edit(view) {
    const { thread } = this;
    const { id } = view.comment;
    const own = await thread.attempt(() => thread.server.own(id));
    if (!own) return;
    const composer = this.editor(own, {
      saved: (changed) => this.#edited(view, changed),
      cancel: () => view.closeEditor(),
    });
    view.openEditor(composer);
  }

  editor(own, { saved, cancel }) {
    const { entrance, server, words } = this.thread;
    const composer = new Composer({
      words,
      label: words.yours,
      submit: words.save,
      text: own.text,
      draft: this.#draft(`edit-${own.id}`),
      entrance: (form) => entrance.button(form),
      cancel: () => {
        composer.forget();
        cancel();
      },
      send: async (typed) => saved(await this.#asMember(() => server.edit(own.id, typed))),
    });
    composer.anchor = `#comment-${own.id}`;
    return composer;
  }

  async #edited(view, own) {
    const { thread } = this;
    await thread.learnMine();
    if (own.state === "published") {
      view.update({ ...view.comment, html: own.html, edited_at: own.edited_at });
      view.article.focus();
      thread.say(thread.words.saved);
      return;
    }
    view.update({ ...view.comment, state: own.state });
    thread.own.draw();
    thread.own.focus(own.id);
    thread.say(thread.words.heldNow);
  }

  async withdraw(view) {
    const { thread } = this;
    const own = await this.withdrawn(view.comment.id);
    if (!own) return;
    if (view.isShown) thread.counted(Math.max(0, thread.count - 1));
    view.update({ ...view.comment, state: own.state });
    view.article.focus();
  }

  async withdrawn(id) {
    const { thread } = this;
    const { words } = thread;
    const asked = { question: words.withdrawSure, yes: words.withdraw, no: words.cancel };
    if (!(await ask(thread.section, asked))) return null;
    const own = await thread.attempt(() => thread.server.withdraw(id));
    if (!own) return null;
    await thread.attempt(() => thread.learnMine());
    thread.say(words.gone);
    return own;
  }
}
