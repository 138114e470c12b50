// What the widget knows of one discussion. The store keeps the state and emits what has changed; it
// draws nothing and requests nothing.

/** @type {Api.Viewer} */
const ANONYMOUS = {
  id: null,
  name: "",
  can_post: false,
  can_report: false,
  is_closed: false,
  premoderated: false,
  sanction: "",
  hidden: [],
  editable: [],
  reactions: {},
  reports: {},
  muted: [],
  unread: 0,
};

export class Store extends EventTarget {
  viewer = ANONYMOUS;
  /** Those on the page, by id. @type {Map<number, Api.Comment>} */
  comments = new Map();
  count = 0;
  sort = "oldest";
  /** When the newest comment on the page was written. */
  newest = "";
  /** @type {string | null} */
  etag = null;
  isPublic = false;
  /** The requests that brought the page. @type {Widget.PageQuery[]} */
  queries = [];
  /** @type {{ rootId: number, cursor: string }[]} */
  replyQueries = [];
  /** Authors whom the reader hides without being signed in. @type {Set<number>} */
  mutedHere = new Set();
  #cursor = "";

  /**
   * @template {keyof Widget.StoreEvents} Name
   * @param {Name} name
   * @param {(detail: Widget.StoreEvents[Name]) => void} listener
   */
  on(name, listener) {
    this.addEventListener(name, (event) => listener(/** @type {CustomEvent} */ (event).detail));
  }

  /**
   * @template {keyof Widget.StoreEvents} Name
   * @param {Name} name
   * @param {Widget.StoreEvents[Name]} detail
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  // The viewer

  /** @param {Api.Viewer} viewer */
  setViewer(viewer) {
    const isAnother = viewer.id !== this.viewer.id;
    this.viewer = viewer;
    this.#emit("viewer", viewer);
    if (isAnother) this.#emit("sign-in", viewer);
  }

  /** The sign-in is over; what holds for everybody stays. */
  forgetViewer() {
    const { is_closed, premoderated } = this.viewer;
    this.setViewer({ ...ANONYMOUS, is_closed, premoderated });
  }

  get isSignedIn() {
    return this.viewer.id !== null;
  }

  /** Anonymous readers may write, too: they are asked to sign in when they send it. */
  get isOpen() {
    return !this.viewer.is_closed && !this.viewer.sanction;
  }

  get hasHeldComments() {
    return this.viewer.hidden.some(({ comment }) => comment.state === "held");
  }

  /** @param {Api.Comment} comment */
  isOwn({ author_id }) {
    return author_id !== null && author_id === this.viewer.id;
  }

  /** @param {number | null} authorId */
  isMuted(authorId) {
    if (authorId === null) return false;
    return this.isSignedIn ? this.viewer.muted.includes(authorId) : this.mutedHere.has(authorId);
  }

  /**
   * @param {number} authorId
   * @param {boolean} isMuted
   */
  setMuted(authorId, isMuted) {
    const ids = this.isSignedIn ? new Set(this.viewer.muted) : this.mutedHere;
    if (isMuted) ids.add(authorId);
    else ids.delete(authorId);
    if (this.isSignedIn) this.viewer.muted = [...ids];
    this.#emit("muted", authorId);
  }

  /** @param {number} unread */
  setUnread(unread) {
    this.setViewer({ ...this.viewer, unread });
  }

  /**
   * @param {number} id
   * @param {Api.ReportOutcome} outcome
   */
  setReport(id, outcome) {
    this.viewer.reports[id] = outcome;
    this.update(id, {});
  }

  /**
   * @param {number} id
   * @param {Api.ReactionKind | null} kind
   * @param {Api.ReactionCounts} reactions
   */
  setReaction(id, kind, reactions) {
    if (kind) this.viewer.reactions[id] = kind;
    else delete this.viewer.reactions[id];
    this.update(id, { reactions });
  }

  // The page

  /** More of the page can be loaded. */
  get hasMore() {
    return this.#cursor !== "";
  }

  /** @returns {Widget.PageQuery} */
  get nextQuery() {
    return { sort: this.sort, cursor: this.#cursor };
  }

  /** @param {Widget.PageQuery} query @param {Widget.Page} page */
  replacePage(query, page) {
    this.comments.clear();
    this.queries = [];
    this.replyQueries = [];
    this.newest = "";
    this.isPublic = page.isPublic;
    this.addPage(query, page);
  }

  /** @param {Widget.PageQuery} query @param {Widget.Page} page */
  addPage(query, page) {
    this.queries.push(query);
    this.etag = page.etag;
    this.#cursor = page.next_cursor;
    this.setCount(page.count);
    for (const { comment, replies } of page.branches) for (const each of [comment, ...replies]) this.#add(each);
    this.#emit("page", page);
  }

  /**
   * @param {number} rootId
   * @param {string} cursor that asked for them
   * @param {Api.RepliesPage} page
   * @returns {Api.Comment[]} those that were not on the page
   */
  addReplies(rootId, cursor, page) {
    this.replyQueries.push({ rootId, cursor });
    const replies = page.replies.filter(({ id }) => !this.comments.has(id));
    for (const reply of replies) this.#add(reply);
    return replies;
  }

  /** Of the viewer, just now. @param {Api.Comment} comment */
  addPosted(comment) {
    this.#add(comment);
    this.setCount(this.count + 1);
    this.#emit("posted", comment);
  }

  /** @param {Api.Comment} comment */
  #add(comment) {
    this.comments.set(comment.id, comment);
    if (comment.created_at > this.newest) this.newest = comment.created_at;
  }

  /** @param {number} count */
  setCount(count) {
    this.count = count;
    this.#emit("count", count);
  }

  /**
   * @param {number} id
   * @param {Partial<Api.Comment>} changes
   */
  update(id, changes) {
    const comment = this.comments.get(id);
    if (!comment) return;
    this.comments.set(id, { ...comment, ...changes });
    this.#emit("comment", id);
  }

  /**
   * Take over what the server answers to an edit. Of a comment that now waits for an editor nobody sees a
   * text, so only its state changes.
   *
   * @param {Api.OwnComment} own
   */
  updateOwn(own) {
    const comment = this.comments.get(own.id);
    if (!comment) return;
    const { state } = own;
    // Only fields of the page, so that the text as it was typed does not count as a change in `compare`.
    const shown = Object.entries(own).filter(([name]) => name in comment);
    this.update(own.id, state === "published" ? Object.fromEntries(shown) : { state });
  }

  /**
   * Compare the page with the comments that the server has now: those that changed, the ids of those that
   * are missing there, and how many are new.
   *
   * @param {Api.Comment[]} comments
   * @param {number} count
   */
  compare(comments, count) {
    const ids = new Set(comments.map(({ id }) => id));
    const changed = comments.filter((comment) => {
      const known = this.comments.get(comment.id);
      return known && JSON.stringify(known) !== JSON.stringify(comment);
    });
    const shown = [...this.comments.values()].filter(({ state }) => state === "published");
    const missing = shown.map(({ id }) => id).filter((id) => !ids.has(id));
    const unknown = comments.filter(({ id, state }) => state === "published" && !this.comments.has(id));
    const arrived = unknown.filter(({ created_at }) => created_at > this.newest);
    // Some may be on a page that is not loaded: then only the count tells.
    return { changed, missing, fresh: Math.max(arrived.length, count - this.count, 0) };
  }
}
