// Posting, editing and withdrawing: the forms, and what follows when the server has the text.

import { Composer } from "./composer.js";
import { ask, showRules } from "./dialogs.js";
import { el } from "./dom.js";
import { watchFocus } from "./focus.js";
import { ApiError } from "./server.js";
import { FORM } from "./sign-in.js";
import { read } from "./storage.js";

export class Posting {
  element = el("div", { id: FORM.slice(1) });
  /** The form for a comment that is no reply, while the discussion is open. @type {Widget.Composer | null} */
  main = null;
  #complaintsEmail = "";

  /**
   * @param {Pick<Widget.Context, "dispatch" | "root" | "section" | "server" | "status" | "store" | "strings">} context
   * @param {Widget.Viewer} viewer
   * @param {Widget.SignIn} signIn
   * @param {Widget.PostingActions} actions
   */
  constructor(context, viewer, signIn, actions) {
    const { dispatch, root, section, server, status, store, strings } = context;
    this.context = context;
    this.dispatch = dispatch;
    this.root = root;
    this.section = section;
    this.server = server;
    this.status = status;
    this.store = store;
    this.strings = strings;
    this.viewer = viewer;
    this.signIn = signIn;
    this.actions = actions;
    // Before that, `start` draws.
    store.on("sign-in", () => this.element.isConnected && this.draw());
  }

  /** @param {Api.Site} site */
  start(site) {
    this.#complaintsEmail = site.complaints_email;
    this.draw();
  }

  draw() {
    const { signIn, store, strings } = this;
    const { is_closed, name, sanction } = store.viewer;
    signIn.show(name);
    if (!store.isOpen) {
      this.main = null;
      const notice = el("div", { class: "notice" }, el("p", {}, is_closed ? strings.closed : sanction), this.#note());
      this.element.replaceChildren(notice, ...(sanction ? [signIn.element] : []));
    } else if (!this.main) {
      this.main = this.#composer(strings.yourComment, strings.post, null);
      this.element.replaceChildren(this.main.form, signIn.element);
    }
  }

  /** Where the viewer can write, or else sign in. */
  focus() {
    this.element.scrollIntoView({ block: "center" });
    if (this.store.isSignedIn || !this.signIn.focus()) this.main?.focus();
  }

  // Forms

  /** @param {string | number} name */
  #draftKey(name) {
    const { base, site, key } = this.server;
    return `otklik:draft:${base}:${site}:${key}:${name}`;
  }

  /** Replies that the reader has begun are open again after a reload. @param {Widget.CommentView} view */
  reopen(view) {
    if (this.store.isOpen && view.isShown && read(this.#draftKey(view.id))) view.openReplyForm();
  }

  /** @param {Widget.CommentView} view @param {() => void} cancel */
  replyForm(view, cancel) {
    return this.#composer(this.strings.yourReply(view.author), this.strings.reply, view, cancel);
  }

  /**
   * @param {string} label
   * @param {string} submit
   * @param {Widget.CommentView | null} view of the comment that it answers
   * @param {() => void} [cancel]
   */
  #composer(label, submit, view, cancel) {
    const { root, signIn, store, strings } = this;
    const notes = store.viewer.premoderated ? [el("p", { class: "note" }, strings.premoderated)] : [];
    const composer = new Composer({
      root,
      strings,
      label,
      submit,
      text: view?.unsent,
      draft: this.#draftKey(view?.id ?? ""),
      anchor: view ? `#otklik-reply-${view.id}` : FORM,
      notes: [...notes, this.#note()],
      cancel,
      canSend: (form) => this.#canSend(form),
      send: (text, key, form) => this.#send(form, text, key, view),
      signInButton: (form) => signIn.button(form),
    });
    this.#suggestPeople(composer.area);
    return composer;
  }

  // Loaded when the reader is about to write. Without it one types the whole name.
  /** @param {HTMLTextAreaElement} area */
  #suggestPeople(area) {
    const place = el("div");
    area.after(place);
    const load = async () => {
      try {
        const { Mentions } = await import("./mentions.js");
        new Mentions(area, place, this.strings, (beginning) => this.#people(beginning));
      } catch {
        area.addEventListener("focus", load, { once: true });
      }
    };
    area.addEventListener("focus", load, { once: true });
  }

  /** @param {string} beginning */
  async #people(beginning) {
    return this.store.viewer.can_post ? this.server.people(beginning) : [];
  }

  /** @param {Widget.Composer} form */
  #canSend(form) {
    if (this.store.isSignedIn) return true;
    this.signIn.open(form);
    return false;
  }

  #note() {
    const { section, server, status, strings } = this;
    const email = this.#complaintsEmail;
    const openRules = async () => {
      const rulebook = await status.attempt(() => server.rules());
      if (rulebook) showRules(section, strings, rulebook);
    };
    /** @param {string} label @param {() => unknown} onclick */
    const link = (label, onclick) => el("button", { type: "button", class: "link", onclick }, label);
    return el(
      "p",
      { class: "note" },
      link(strings.rules, openRules),
      " · ",
      strings.complaints,
      " ",
      el("a", { href: `mailto:${email}` }, email),
      " · ",
      link(strings.writeToEditors, () => this.complain("")),
    );
  }

  // Sending

  /**
   * @param {Widget.Composer} form
   * @param {string} text
   * @param {string} key
   * @param {Widget.CommentView | null} view
   */
  async #send(form, text, key, view) {
    const mayFocus = watchFocus(this.root);
    if (!(await this.#staysComment(form, text))) return false;
    const own = await this.#asMember(() => this.server.post(text, view?.id ?? null, key));
    await this.#posted(own, view, mayFocus);
    return true;
  }

  /**
   * A remark on the publication's own work is offered the way to those who look into it, once.
   *
   * @param {Widget.Composer} form
   * @param {string} text
   */
  async #staysComment(form, text) {
    const { section, strings } = this;
    if (form.isComment || !(await this.#readsAsComplaint(text))) return true;
    const answer = await ask(
      section,
      strings.commentOrComplaint,
      strings.looksLikeComplaint(this.#complaintsEmail),
      el("button", { class: "primary", value: "complaint" }, strings.writeToEditors),
      el("button", { value: "comment" }, strings.postAnyway),
      el("button", { class: "plain", value: "" }, strings.cancel),
    );
    if (answer === "complaint") await this.complain(text, () => form.fill(""));
    form.isComment = answer === "comment";
    return form.isComment;
  }

  /** @param {string} text */
  async #readsAsComplaint(text) {
    try {
      return await this.server.readsAsComplaint(text);
    } catch {
      return false; // An offer that cannot be made must not stop the comment.
    }
  }

  /** @param {string} text @param {() => void} [sent] */
  complain(text, sent = () => {}) {
    return this.status.attempt(async () => {
      const { openComplaint } = await import("./dialog-forms.js");
      openComplaint(this.context, this.#complaintsEmail, text, sent);
    });
  }

  /**
   * An expired sign-in shows when something is sent: from then on the reader is anonymous.
   *
   * @template Result
   * @param {() => Promise<Result>} act
   */
  async #asMember(act) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.viewer.forget();
      throw error;
    }
  }

  /** @param {Api.OwnComment} own @param {Widget.CommentView | null} view @param {() => boolean} mayFocus */
  async #posted({ id, state }, view, mayFocus) {
    const { server, status, store, strings } = this;
    await this.viewer.load();
    view?.closeReplyForm();
    if (state === "published") {
      store.addPosted(await server.comment(id));
      if (mayFocus()) this.actions.focus(id);
      status.say(strings.published);
    } else this.#tellHeld(id, mayFocus());
    this.dispatch("posted", { id, state });
  }

  /** @param {number} id @param {boolean} mayFocus */
  #tellHeld(id, mayFocus) {
    if (mayFocus) this.actions.focusOwn(id);
    this.status.say(this.strings.nowHeld);
  }

  // Editing and withdrawing

  /** @param {Widget.CommentView} view */
  async edit(view) {
    const mayFocus = watchFocus(this.root);
    const own = await this.status.attempt(() => this.server.ownComment(view.id));
    if (!own) return;
    const editor = this.#editor(own, {
      saved: (changed, isUnmoved) => this.#edited(view, changed, isUnmoved),
      cancel: () => {
        view.closeEditor();
        view.focus();
      },
    });
    view.openEditor(editor);
    if (mayFocus()) editor.focus();
  }

  /**
   * Of a comment that nobody else sees.
   *
   * @param {Api.OwnComment} own
   * @param {() => void} close
   */
  editorOfHidden(own, close) {
    const { status, strings } = this;
    return this.#editor(own, {
      saved: async ({ id, state }, mayFocus) => {
        await this.viewer.load();
        close();
        if (mayFocus()) this.actions.focusOwn(id);
        if (state === "published") await this.actions.show(id);
        status.say(state === "published" ? strings.published : strings.saved);
      },
      cancel: () => {
        close();
        this.actions.focusOwn(own.id);
      },
    });
  }

  /**
   * @param {Api.OwnComment} own
   * @param {{ saved(own: Api.OwnComment, mayFocus: () => boolean): Promise<void>, cancel(): void }} then
   */
  #editor({ id, text }, { saved, cancel }) {
    const { root, signIn, strings } = this;
    const editor = new Composer({
      root,
      strings,
      label: strings.yourComment,
      submit: strings.save,
      text,
      draft: this.#draftKey(`edit-${id}`),
      anchor: `#comment-${id}`,
      signInButton: (form) => signIn.button(form),
      cancel: () => {
        editor.deleteDraft();
        cancel();
      },
      send: async (typed) => {
        const mayFocus = watchFocus(root);
        await saved(await this.#asMember(() => this.server.edit(id, typed)), mayFocus);
        return true;
      },
    });
    return editor;
  }

  /** @param {Widget.CommentView} view @param {Api.OwnComment} own @param {() => boolean} mayFocus */
  async #edited(view, own, mayFocus) {
    const { status, store, strings } = this;
    await this.viewer.load();
    store.updateOwn(own);
    view.closeEditor();
    const isUnmoved = mayFocus();
    if (isUnmoved) view.focus();
    if (own.state === "published") status.say(strings.saved);
    else this.#tellHeld(own.id, isUnmoved);
  }

  /** @param {Widget.CommentView} view */
  async withdraw(view) {
    const { root, store } = this;
    const mayFocus = watchFocus(root);
    const own = await this.#withdrawn(view.id);
    if (!own) return;
    if (view.isShown) store.setCount(Math.max(0, store.count - 1));
    store.update(view.id, { state: own.state });
    if (mayFocus()) view.focus();
  }

  /** @param {number} id */
  async withdrawHidden(id) {
    const mayFocus = watchFocus(this.root);
    if ((await this.#withdrawn(id)) && mayFocus()) this.main?.focus();
  }

  /** @param {number} id */
  async #withdrawn(id) {
    const { section, server, status, strings } = this;
    const no = el("button", { value: "no" }, strings.cancel);
    const yes = el("button", { class: "primary", value: "yes" }, strings.withdraw);
    if ((await ask(section, strings.withdrawSure, null, no, yes)) !== "yes") return null;
    const own = await status.attempt(() => server.withdraw(id));
    if (!own) return null;
    await status.attempt(() => this.viewer.load());
    status.say(strings.nowWithdrawn);
    return own;
  }
}
