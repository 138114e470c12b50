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

/** Those on the page. @type {Set<Thread>} */
const threads = new Set();

/** The comment that the page's address names. */
function addressed() {
  const [, kind, id] = /^#(comment|otklik-reply)-(\d+)$/.exec(location.hash) ?? [];
  return { id: Number(id ?? 0), isReply: kind === "otklik-reply" };
}

export class Thread {
  #stopping = new AbortController();
  /** @type {Element | null} */
  #feedLink = null;
  /** The id that the page's address names, where this discussion has no such comment. */
  missing = 0;

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
    this.signIn = new SignIn(context, (isSignedIn, request) => this.#viewerChanged(isSignedIn, request));
    this.posting = new Posting(context, this.viewer, this.signIn, {
      focus: (id) => this.list.focus(id),
      focusOwn: (id, act) => this.own.focus(id, act),
      show: (id) => this.#show(id),
    });
    this.list = new CommentList(context, {
      drawOwn: () => this.own.draw(),
      edit: (view) => this.posting.edit(view),
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
    const { section, status, strings } = this.context;
    const { list, own, posting, updates } = this;
    section.append(
      el(
        "div",
        { class: "head" },
        el("div", { class: "row" }, list.heading, bell.element),
        el("div", { class: "sorts", role: "group", "aria-label": strings.order }, ...list.sorts),
      ),
      posting.element,
      own.element,
      list.all,
      updates.element,
      list.empty,
      list.element,
      list.more,
      list.announcement,
      status.element,
    );
  }

  async start() {
    const { section, times } = this.context;
    const { signal } = this.#stopping;
    threads.add(this);
    const timer = setInterval(() => times.showAll(section), UPDATE_TIMES_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
    document.addEventListener("visibilitychange", () => times.showAll(section), { signal });
    addEventListener("hashchange", () => this.#follow(), { signal });
    this.updates.listen(signal);
    this.signIn.listen(signal);
    await this.#load();
  }

  stop() {
    threads.delete(this);
    this.#feedLink?.remove();
    this.#stopping.abort();
  }

  // Loading

  async #load() {
    const { dispatch, root, section, server, store } = this.context;
    const { list, posting } = this;
    const { hash } = location;
    const { id, isReply } = addressed();
    const mayFocus = watchFocus(root);
    const hasArrived = await this.signIn.arrive();
    try {
      const [site] = await Promise.all([server.publication(), this.viewer.load()]);
      await list.load({ sort: store.sort, comment: id ? String(id) : "" });
      posting.start(site);
    } catch (error) {
      if (!this.#isStopped) this.#explain(error);
      return;
    }
    // The page has gone on to another discussion.
    if (this.#isStopped) return;
    root.replaceChildren(section);
    this.#replaceRendered();
    this.#linkFeed();
    for (const view of list.views.values()) posting.reopen(view);
    if (hasArrived) this.#greet();
    if (mayFocus()) this.#begin(id, isReply, hasArrived || this.#isFormAt(hash));
    dispatch("loaded", { count: store.count });
  }

  // Where the page's address leads.
  /** @param {number} id @param {boolean} isReply @param {boolean} isForm */
  #begin(id, isReply, isForm) {
    if (id) this.#reveal(id, isReply);
    else if (isForm) this.posting.focus();
  }

  get #isStopped() {
    return this.#stopping.signal.aborted;
  }

  /** Without the name of a discussion, the address leads to the first one on the page. @param {string} hash */
  #isFormAt(hash) {
    return hash === this.context.server.formAnchor || (hash === FORM && this.#isFirst);
  }

  get #isFirst() {
    const hosts = [...threads].map(({ context }) => context.root.host);
    const { host } = this.context.root;
    return !hosts.some((each) => host.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_PRECEDING);
  }

  #greet() {
    const { status, store, strings } = this.context;
    if (store.viewer.name) status.say(strings.signedIn(store.viewer.name));
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
    const title = `${strings.comments}: ${server.page().title}`;
    this.#feedLink = el("link", { rel: "alternate", type: "application/atom+xml", title, href });
    document.head.append(this.#feedLink);
  }

  // What the server rendered stays readable below the notice.
  /** @param {unknown} error */
  #explain(error) {
    const { root, server, strings } = this.context;
    // A failure to load the hint changes nothing for the reader.
    if (!server.isHere) import("./origin-hint.js").then((hint) => hint.log(server, error)).catch(() => {});
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
   * @param {Widget.SignInRequest | null} request null where this discussion did not ask the reader to sign in
   */
  async #viewerChanged(isSignedIn, request) {
    const { section, status, store } = this.context;
    const { posting, viewer } = this;
    if (!section.isConnected) {
      await this.#load();
      if (isSignedIn && request?.mayFocus()) posting.focus();
      return;
    }
    const isLoaded = await status.attempt(async () => {
      await viewer.load();
      return true;
    });
    if (!isLoaded || !isSignedIn || !store.viewer.name) return;
    const back = request?.form ?? posting.main;
    back?.showErrors();
    if (!request) return;
    if (request.mayFocus()) back?.focus();
    this.#greet();
  }

  // One comment by its address

  async #follow() {
    const { id, isReply } = addressed();
    if (id && this.context.section.isConnected) await this.#show(id, isReply);
  }

  /** @param {number} id @param {boolean} [isReply] */
  async #show(id, isReply) {
    const mayFocus = watchFocus(this.context.root);
    await this.list.find(id);
    if (mayFocus()) this.#reveal(id, isReply);
  }

  /** @param {number} id @param {boolean} [isReply] the reader wants to reply to it */
  #reveal(id, isReply) {
    if (this.list.reveal(id, isReply) || this.own.focus(id)) return;
    this.missing = id;
    // It may be in another discussion on the page: the last one that has looked for it says so.
    const { status, strings } = this.context;
    if ([...threads].every(({ missing }) => missing === id)) status.say(strings.notFound);
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
    if (mayFocus()) view.focus(kind);
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
      await openAppeal(this.context, id, async (mayFocusNow) => {
        const mayFocus = watchFocus(this.context.root);
        await this.viewer.load();
        if (mayFocusNow && mayFocus()) this.own.focus(id);
      });
    });
  }
}
