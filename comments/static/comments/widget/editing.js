// Editing and withdrawing what one has posted. Loaded when the reader first does either.

import { Composer } from "./composer.js";
import { ask } from "./dialogs.js";
import { el } from "./dom.js";
import { watchFocus } from "./focus.js";

export class Editing {
  /** @param {Widget.Posting} posting @param {DialogStrings} strings */
  constructor(posting, strings) {
    const { context, actions, signIn, viewer } = posting;
    const { root, section, server, status, store } = context;
    this.posting = posting;
    this.actions = actions;
    this.signIn = signIn;
    this.viewer = viewer;
    this.root = root;
    this.section = section;
    this.server = server;
    this.status = status;
    this.store = store;
    this.strings = strings;
  }

  /** @param {Widget.CommentView} view @param {() => boolean} mayFocus */
  async edit(view, mayFocus) {
    const editor = this.#editor(await this.server.ownComment(view.id), {
      saved: (changed, isUnmoved, isWhole) => this.#edited(view, changed, isUnmoved, isWhole),
      cancel: () => {
        view.closeEditor();
        view.focus("edit");
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
      saved: async ({ id, state }, mayFocus, isWhole) => {
        await this.viewer.load();
        if (isWhole()) close();
        if (mayFocus()) this.actions.focusOwn(id);
        if (state === "published" && isWhole()) await this.actions.show(id);
        status.say(state === "published" ? strings.published : strings.saved);
      },
      cancel: () => {
        close();
        this.actions.focusOwn(own.id, "edit");
      },
    });
  }

  /**
   * @param {Api.OwnComment} own
   * @param {{
   *   saved(own: Api.OwnComment, mayFocus: () => boolean, isWhole: () => boolean): Promise<void>,
   *   cancel(): void,
   * }} then `isWhole`: the reader has typed nothing since the text was sent
   */
  #editor({ id, text }, { saved, cancel }) {
    const { posting, root, signIn, strings } = this;
    const editor = new Composer({
      root,
      strings,
      label: strings.yourComment,
      submit: strings.save,
      text,
      draft: posting.draftKey(`edit-${id}`),
      anchor: `#comment-${id}`,
      signInButton: (form) => signIn.button(form),
      preview: (form) => posting.preview(form),
      isEdit: true,
      cancel: () => {
        editor.deleteDraft();
        cancel();
      },
      send: async (typed) => {
        const mayFocus = watchFocus(root);
        const isWhole = () => !editor.typedSince(typed);
        const edited = await posting.asMember(() => this.server.edit(id, typed));
        await saved(edited, () => mayFocus() && isWhole(), isWhole);
        return true;
      },
    });
    return editor;
  }

  /**
   * @param {Widget.CommentView} view
   * @param {Api.OwnComment} own
   * @param {() => boolean} mayFocus
   * @param {() => boolean} isWhole
   */
  async #edited(view, own, mayFocus, isWhole) {
    const { posting, status, store, strings } = this;
    await this.viewer.load();
    store.updateOwn(own);
    if (isWhole()) view.closeEditor();
    const isUnmoved = mayFocus();
    if (isUnmoved) view.focus();
    if (own.state === "published") status.say(strings.saved);
    else posting.tellHeld(own.id, isUnmoved);
  }

  /** @param {Widget.CommentView} view @param {() => boolean} mayFocus */
  async withdraw(view, mayFocus) {
    const { store } = this;
    const own = await this.#withdrawn(view.id);
    if (!own) return;
    if (view.isShown) store.setCount(Math.max(0, store.count - 1));
    store.update(view.id, { state: own.state });
    if (mayFocus()) view.focus();
  }

  /** @param {number} id @param {() => boolean} mayFocus */
  async withdrawHidden(id, mayFocus) {
    if ((await this.#withdrawn(id)) && mayFocus()) this.posting.main?.focus();
  }

  /** @param {number} id */
  async #withdrawn(id) {
    const { section, server, status, strings } = this;
    const no = el("button", { value: "no" }, strings.cancel);
    const yes = el("button", { class: "primary", value: "yes" }, strings.withdraw);
    if ((await ask(section, strings.withdrawSure, strings.withdrawEffect, no, yes)) !== "yes") return null;
    const own = await status.attempt(() => server.withdraw(id));
    if (!own) return null;
    await status.attempt(() => this.viewer.load());
    status.say(strings.nowWithdrawn);
    return own;
  }
}
