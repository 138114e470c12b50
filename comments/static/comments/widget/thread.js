// The discussion: puts its parts together, loads it, and follows the address of the page.

import { Bell } from "./bell.js";
import { el } from "./dom.js";
import { watchFocus } from "./focus.js";
import { CommentList } from "./list.js";
import { Muting } from "./muting.js";
import { OwnComments } from "./own-comments.js";
import { Posting } from "./posting.js";
import { ApiError } from "./server.js";
import { FORM, SignIn } from "./sign-in.js";
import { Status } from "./status.js";
import { Store } from "./store.js";
import { Times } from "./times.js";
import { Updates } from "./updates.js";
import { Viewer } from "./viewer.js";

const UPDATE_TIMES_MS = 30_000;

/** The comment that the page's address names. */
function addressed() {
  const [, kind, id] = /^#(comment|otklik-reply)-(\d+)$/.exec(location.hash) ?? [];
  return { id: Number(id ?? 0), isReply: kind === "otklik-reply" };
}

export class Thread {
  #stopping = new AbortController();

  /** @param {Widget.ThreadOptions} options */
  constructor({ root, strings, server, pollSeconds, dispatch }) {
    const store = new Store();
    const status = new Status(strings);
    const times = new Times(strings.language);
    const section = el("section", { "aria-labelledby": "heading", lang: strings.language });
    const context = { dispatch, root, section, server, status, store, strings, times };
    this.context = context;
    const muting = new Muting(context);
    this.viewer = new Viewer(context, muting);
    this.signIn = new SignIn(context, (...changed) => this.#viewerChanged(...changed));
    this.posting = new Posting(context, this.viewer, this.signIn, {
      focus: (id) => this.list.focus(id),
      focusOwn: (id) => this.own.focus(id),
      show: (id) => this.list.show(id),
    });
    this.list = new CommentList(context, {
      drawOwn: () => this.own.draw(),
      edit: (view) => this.posting.edit(view),
      focusOwn: (id) => this.own.focus(id),
      react: (view, kind, isSet) => this.#react(view, kind, isSet),
      reopen: (view) => this.posting.reopen(view),
      replyForm: (view, cancel) => this.posting.replyForm(view, cancel),
      report: (view) => this.#report(view),
      toggleMuted: ({ author, comment }) => muting.toggle(comment.author_id ?? 0, author),
      withdraw: (view) => this.posting.withdraw(view),
    });
    this.own = new OwnComments(context, this.list.views, {
      appeal: (id) => this.#appeal(id),
      complain: (text) => this.posting.complain(text),
      editor: (comment, close) => this.posting.editorOfHidden(comment, close),
      withdraw: (id) => this.posting.withdrawHidden(id),
    });
    this.updates = new Updates(context, pollSeconds, this.viewer, this.list);
    this.#build(new Bell(context));
  }

  /** @param {Bell} bell */
  #build(bell) {
    const { section, status, store, strings } = this.context;
    const { list, own, posting, updates } = this;
    const count = el("span", { class: "faint" });
    store.on("count", (now) => {
      count.textContent = String(now || "");
    });
    section.append(
      el(
        "div",
        { class: "head" },
        el("div", { class: "row" }, list.heading, count, bell.element),
        el("div", { class: "sorts", role: "group", "aria-label": strings.order }, ...list.sorts),
      ),
      posting.element,
      own.element,
      list.all,
      updates.element,
      list.empty,
      list.element,
      list.more,
      status.element,
    );
  }

  async start() {
    const { section, times } = this.context;
    const { signal } = this.#stopping;
    const timer = setInterval(() => times.showAll(section), UPDATE_TIMES_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
    document.addEventListener("visibilitychange", () => times.showAll(section), { signal });
    addEventListener("hashchange", () => this.#follow(), { signal });
    this.updates.listen(signal);
    this.signIn.listen(signal);
    await this.#load();
  }

  stop() {
    this.#stopping.abort();
  }

  // Loading

  async #load() {
    const { dispatch, root, section, server, store } = this.context;
    const { list, posting } = this;
    const { id, isReply } = addressed();
    const mayFocus = watchFocus(root);
    try {
      const [site] = await Promise.all([server.publication(), this.viewer.load()]);
      await list.load({ sort: store.sort, comment: id ? String(id) : "" });
      posting.start(site);
    } catch (error) {
      this.#explain(error);
      return;
    }
    root.replaceChildren(section);
    this.#replaceRendered();
    this.#linkFeed();
    for (const view of list.views.values()) posting.reopen(view);
    if (mayFocus()) {
      if (id) list.reveal(id, isReply);
      else if (location.hash === FORM) posting.focus();
    }
    dispatch("loaded", { count: store.count });
  }

  // What the reader has typed into the form that the server rendered comes along.
  #replaceRendered() {
    const { host } = this.context.root;
    const { main } = this.posting;
    /** @type {HTMLTextAreaElement | null} */
    const rendered = host.querySelector("textarea[name=text]");
    const isTyping = rendered !== null && rendered === document.activeElement;
    if (rendered?.value) main?.fill(rendered.value);
    host.replaceChildren();
    if (isTyping) main?.focus();
  }

  // Feed readers look for it in the page's head.
  #linkFeed() {
    const { server, store, strings } = this.context;
    const { href } = new URL(server.feed);
    /** @type {NodeListOf<HTMLLinkElement>} */
    const links = document.querySelectorAll('link[rel="alternate"]');
    if (!store.isPublic || [...links].some((link) => link.href === href)) return;
    const title = `${strings.comments}: ${server.page.title}`;
    document.head.append(el("link", { rel: "alternate", type: "application/atom+xml", title, href }));
  }

  // What the server rendered stays readable below the notice.
  /** @param {unknown} error */
  #explain(error) {
    const { root, strings } = this.context;
    const notice = el("div", { class: "notice", role: "status", lang: strings.language });
    if (error instanceof ApiError && error.status === 401) {
      this.signIn.show("");
      notice.append(el("p", {}, strings.registeredOnly), this.signIn.element);
    } else {
      const again = el("button", { type: "button", onclick: () => this.#load() }, strings.tryAgain);
      notice.append(el("p", {}, strings.notLoaded), again);
    }
    root.replaceChildren(notice, el("slot"));
  }

  /**
   * After a sign-in or a sign-out.
   *
   * @param {boolean} isSignedIn
   * @param {Widget.Composer | null} form that asked the reader to sign in
   * @param {() => boolean} mayFocus
   */
  async #viewerChanged(isSignedIn, form, mayFocus) {
    const { section, status, store, strings } = this.context;
    const { posting, viewer } = this;
    if (!section.isConnected) {
      await this.#load();
      if (isSignedIn && mayFocus()) posting.focus();
      return;
    }
    const isLoaded = await status.attempt(async () => {
      await viewer.load();
      return true;
    });
    const { name } = store.viewer;
    if (!isLoaded || !isSignedIn || !name) return;
    const back = form ?? posting.main;
    back?.showErrors();
    if (mayFocus()) back?.focus();
    status.say(strings.signedIn(name));
  }

  async #follow() {
    const { id, isReply } = addressed();
    if (id && this.context.section.isConnected) await this.list.show(id, isReply);
  }

  // What the viewer does to a comment

  /** @param {Widget.CommentView} view @param {Api.ReactionKind} kind @param {boolean} isSet */
  async #react(view, kind, isSet) {
    const { root, server, status, store, strings } = this.context;
    if (!store.viewer.name) {
      status.say(strings.signInToReact);
      this.posting.focus();
      return;
    }
    const reaction = isSet ? kind : null;
    const mayFocus = watchFocus(root);
    const reactions = await status.attempt(() => server.react(view.id, reaction));
    if (!reactions) return;
    store.setReaction(view.id, reaction, reactions);
    if (mayFocus()) view.focusReaction(kind);
  }

  /** @param {Widget.CommentView} view */
  async #report(view) {
    const { status, store, strings } = this.context;
    // A sanction may forbid comments and still allow reports: the server decides.
    if (!store.isSignedIn) {
      status.say(strings.signInToReport);
      this.posting.focus();
      return;
    }
    await status.attempt(async () => {
      const { openReport } = await import("./dialog-forms.js");
      await openReport(this.context, view);
    });
  }

  /** @param {number} id */
  async #appeal(id) {
    await this.context.status.attempt(async () => {
      const { openAppeal } = await import("./dialog-forms.js");
      openAppeal(this.context, id, async (mayFocusNow) => {
        const mayFocus = watchFocus(this.context.root);
        await this.viewer.load();
        if (mayFocusNow && mayFocus()) this.own.focus(id);
      });
    });
  }
}
