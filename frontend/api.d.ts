// The parts of the API's JSON that the widget reads (docs/openapi.yaml has all of it). When a key is renamed
// there, rename it here: the compiler then finds every place that reads it.

declare namespace Api {
  type CommentState = "held" | "published" | "rejected" | "removed" | "withdrawn";
  /** The kinds that the widget has a button for. */
  type ReactionKind = keyof Widget.Translations["reactions"];
  type ReactionCounts = Record<ReactionKind, number>;
  type ReportOutcome = "open" | "upheld" | "declined" | "moot";
  type AppealStatus = "open" | "granted" | "declined" | "moot";

  interface Comment {
    id: number;
    parent: number | null;
    depth: number;
    /** "absent" is the widget's own: the server has no such comment any more. */
    state: CommentState | "absent";
    author_id: number | null;
    author: string;
    /** Empty for everybody without a mark. */
    author_badge: keyof Widget.Translations["badges"] | "";
    in_reply_to: string;
    html: string;
    created_at: string;
    edited_at: string | null;
    reactions: ReactionCounts;
  }

  interface Branch {
    comment: Comment;
    replies: Comment[];
    more: string;
  }

  interface ThreadPage {
    count: number;
    branches: Branch[];
    next_cursor: string;
  }

  interface RepliesPage {
    replies: Comment[];
    next_cursor: string;
  }

  interface Rule {
    code: string;
    title: string;
    text: string;
  }

  interface Rulebook {
    rules: Rule[];
  }

  interface Site {
    complaints_email: string;
  }

  /** A comment as its author sees it, without the fields that only the public page has. */
  interface OwnComment
    extends Omit<Comment, "state" | "author_id" | "author" | "author_badge" | "in_reply_to" | "reactions"> {
    state: CommentState;
    text: string;
  }

  interface Appeal {
    status: AppealStatus;
    answer: string;
  }

  /** A comment of the viewer that nobody else sees. */
  interface HiddenComment {
    comment: OwnComment;
    rule: Rule | null;
    explanation: string;
    reasons: string[];
    appeal_until: string | null;
    appeal: Appeal | null;
    offers_complaint: boolean;
  }

  interface Viewer {
    id: number | null;
    name: string;
    can_post: boolean;
    can_report: boolean;
    is_closed: boolean;
    premoderated: boolean;
    sanction: string;
    hidden: HiddenComment[];
    editable: number[];
    /** By the comment's id, as are the reports. */
    reactions: Record<number, ReactionKind>;
    reports: Record<number, ReportOutcome>;
    muted: number[];
    unread: number;
  }

  interface Person {
    id: number;
    name: string;
  }

  interface Notification {
    id: number;
    kind: "reply" | "mention" | "decision";
    created_at: string;
    read_at: string | null;
    comment: number;
    site: string;
    thread: string;
    thread_title: string;
    author: string;
    html: string;
    outcome: CommentState | null;
    rule: string;
    appeal: AppealStatus | null;
  }

  interface NotificationsPage {
    unread: number;
    notifications: Notification[];
    next_cursor: string;
  }

  interface SentComplaint {
    number: number;
  }

  interface OwnReport {
    outcome: ReportOutcome | null;
  }

  interface Problem {
    title?: string;
    detail?: string;
    errors?: Record<string, string[]>;
  }
}
