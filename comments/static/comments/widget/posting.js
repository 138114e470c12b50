// Posting, editing and withdrawing: the forms, and what follows when the server has the text.

import { read } from "../../otklik/storage.js";
import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { watchFocus } from "./focus.js";
import { ApiError } from "./server.js";
import { FORM } from "./sign-in.js";
import { loadDialogStrings } from "./strings.js";

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
  draftKey(name) {
    const { base, site, key } = this.server;
    return `otklik:draft:${base}:${site}:${key}:${name}`;
  }

  /** Replies that the reader has begun are open again after a reload. @param {Widget.CommentView} view */
  reopen(view) {
    if (this.store.isOpen && view.isShown && read(this.draftKey(view.id))) view.openReplyForm();
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
      draft: this.draftKey(view?.id ?? ""),
      anchor: view ? `#otklik-reply-${view.id}` : this.server.formAnchor,
      notes,
      // Once on the page is enough.
      footnote: view ? null : this.#note(),
      preview: (form) => this.preview(form),
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
        const { suggestPeople } = await import("./mentions.js");
        await suggestPeople(area, place, this.strings, (beginning) => this.#people(beginning));
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
    const openRules = () =>
      status.attempt(async () => {
        const { showRules } = await import("./dialogs.js");
        showRules(section, strings, await server.rules());
      });
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

  /** @param {Widget.Composer} form */
  async preview(form) {
    const { signIn, status, store, strings } = this;
    if (!form.isFilled()) return;
    if (!store.isSignedIn) {
      form.showErrors(strings.signInToPreview, signIn.button(form));
      return;
    }
    const { text } = form;
    const preview = await status.attempt(() => this.asMember(() => this.server.preview(text)));
    if (preview && form.text === text) form.showPreview(preview.html);
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
    const own = await this.asMember(() => this.server.post(text, view?.id ?? null, key));
    const isWhole = () => !form.typedSince(text);
    await this.#posted(own, view, () => mayFocus() && isWhole(), isWhole);
    return true;
  }

  /**
   * A remark on the publication's own work is offered the way to those who look into it, once.
   *
   * @param {Widget.Composer} form
   * @param {string} text
   */
  async #staysComment(form, text) {
    if (form.isComment || !(await this.#readsAsComplaint(text))) return true;
    const { askIfComplaint } = await import("./dialog-forms.js");
    const answer = await askIfComplaint(this.context, this.#complaintsEmail);
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
      await openComplaint(this.context, this.#complaintsEmail, text, sent);
    });
  }

  /**
   * An expired sign-in shows when something is sent: from then on the reader is anonymous.
   *
   * @template Result
   * @param {() => Promise<Result>} act
   */
  async asMember(act) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.viewer.forget();
      throw error;
    }
  }

  /**
   * @param {Api.OwnComment} own
   * @param {Widget.CommentView | null} view
   * @param {() => boolean} mayFocus
   * @param {() => boolean} isWhole the reader has typed nothing since
   */
  async #posted({ id, state }, view, mayFocus, isWhole) {
    const { server, status, store, strings } = this;
    await this.viewer.load();
    if (isWhole()) view?.closeReplyForm();
    if (state === "published") {
      store.addPosted(await server.comment(id));
      if (mayFocus()) this.actions.focus(id);
      status.say(strings.published);
    } else this.tellHeld(id, mayFocus());
    this.dispatch("posted", { id, state });
  }

  /** @param {number} id @param {boolean} mayFocus */
  tellHeld(id, mayFocus) {
    if (mayFocus) this.actions.focusOwn(id);
    this.status.say(this.strings.nowHeld);
  }

  // Editing and withdrawing: what it takes is loaded when the reader first does either.

  /**
   * @template Result
   * @param {(editing: Widget.Editing, mayFocus: () => boolean) => Promise<Result>} act
   */
  #withEditing(act) {
    const mayFocus = watchFocus(this.root);
    return this.status.attempt(async () => {
      const { Editing } = await import("./editing.js");
      return act(new Editing(this, await loadDialogStrings(this.strings)), mayFocus);
    });
  }

  /** @param {Widget.CommentView} view */
  edit(view) {
    return this.#withEditing((editing, mayFocus) => editing.edit(view, mayFocus));
  }

  /** Of a comment that nobody else sees. @param {Api.OwnComment} own @param {() => void} close */
  editorOfHidden(own, close) {
    return this.#withEditing(async (editing) => editing.editorOfHidden(own, close));
  }

  /** @param {Widget.CommentView} view */
  withdraw(view) {
    return this.#withEditing((editing, mayFocus) => editing.withdraw(view, mayFocus));
  }

  /** @param {number} id */
  withdrawHidden(id) {
    return this.#withEditing((editing, mayFocus) => editing.withdrawHidden(id, mayFocus));
  }
}
