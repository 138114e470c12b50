// Names for the types of the widget, so that its modules need not import them: the comments of a module
// are sent to the reader with it.

type Strings = Widget.Translations & {
  language: string;
  newComments(count: number): string;
};

type DialogStrings = Strings & Widget.DialogTranslations;

declare namespace Widget {
  type Translations = typeof import("../comments/static/comments/widget/strings/en.js").strings;
  type DialogTranslations = typeof import("../comments/static/comments/widget/strings/dialogs/en.js").strings;
  type Server = import("../comments/static/comments/widget/server.js").Server;
  type Store = import("../comments/static/comments/widget/store.js").Store;
  type Status = import("../comments/static/comments/widget/status.js").Status;
  type Times = import("../comments/static/comments/widget/times.js").Times;
  type Muting = import("../comments/static/comments/widget/muting.js").Muting;
  type Viewer = import("../comments/static/comments/widget/viewer.js").Viewer;
  type SignIn = import("../comments/static/comments/widget/sign-in.js").SignIn;
  type Composer = import("../comments/static/comments/widget/composer.js").Composer;
  type Posting = import("../comments/static/comments/widget/posting.js").Posting;
  type Editing = import("../comments/static/comments/widget/editing.js").Editing;
  type CommentView = import("../comments/static/comments/widget/comment.js").CommentView;
  type CommentList = import("../comments/static/comments/widget/list.js").CommentList;

  /** What the parts of the widget share; each names in its constructor what it takes. */
  interface Context {
    /** Dispatches `otklik:` and the name on the element, for the publication's page. */
    dispatch(name: "loaded" | "changed" | "posted", detail: unknown): void;
    root: ShadowRoot;
    section: HTMLElement;
    server: Server;
    status: Status;
    store: Store;
    strings: Strings;
    times: Times;
  }

  /** For the parts that are loaded when they are first needed. */
  type DialogContext = Omit<Context, "strings"> & { strings: DialogStrings };

  type ThreadOptions = Pick<Context, "dispatch" | "root" | "server" | "strings"> & { pollSeconds: number };

  interface ServerOptions {
    base: string;
    site: string;
    key: string;
    language: string;
    page(): { title: string; url: string };
  }

  /** What a discussion that asks the reader to sign in wants to go on with. */
  interface SignInRequest {
    form: Composer | null;
    mayFocus(): boolean;
  }

  /** The query of a request for comments; an empty parameter is left out. */
  type PageQuery = { sort?: string; cursor?: string; comment?: string };
  type Page = Api.ThreadPage & { etag: string | null; isPublic: boolean };

  interface StoreEvents {
    /** Loaded again, or forgotten. */
    viewer: Api.Viewer;
    /** Somebody else reads now. */
    "sign-in": Api.Viewer;
    count: number;
    /** Comments were added to the page. */
    page: Page;
    /** The viewer posted a comment. */
    posted: Api.Comment;
    /** The id of a comment that changed. */
    comment: number;
    /** The id of an author whom the viewer hides, or shows again. */
    muted: number;
  }

  interface ComposerOptions {
    root: ShadowRoot;
    strings: Strings;
    label: string;
    submit: string;
    /** The key of the draft in the browser's storage. */
    draft: string;
    anchor: string;
    text?: string | undefined;
    /** Above the buttons. */
    notes?: Node[];
    /** Below them. */
    footnote?: Node | null;
    preview(form: Composer): unknown;
    /** The text was posted before. */
    isEdit?: boolean;
    cancel?: (() => void) | undefined;
    /** Asked in the press itself, before anything that takes time. */
    canSend?(form: Composer): boolean;
    /** Resolves to true when the server has the text, and to false where it is not to be sent. */
    send(text: string, key: string, form: Composer): Promise<boolean>;
    signInButton(form: Composer): HTMLButtonElement;
  }

  interface CommentActions {
    drawOwn(): void;
    edit(view: CommentView): unknown;
    react(view: CommentView, kind: Api.ReactionKind, isSet: boolean): unknown;
    reopen(view: CommentView): void;
    replyForm(view: CommentView, cancel: () => void): Composer;
    report(view: CommentView): unknown;
    toggleMuted(view: CommentView): unknown;
    withdraw(view: CommentView): unknown;
  }

  interface OwnActions {
    appeal(id: number): unknown;
    complain(text: string): unknown;
    /** Null where it could not be loaded. */
    editor(comment: Api.OwnComment, close: () => void): Promise<Composer | null>;
    withdraw(id: number): unknown;
  }

  interface PostingActions {
    focus(id: number): void;
    focusOwn(id: number, act?: string): unknown;
    show(id: number): Promise<void>;
  }
}
