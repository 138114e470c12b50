// Constructable, so that it stands under any content policy of the host page. The theme follows the
// page's color-scheme; every --otklik-… property may be set by the page.

export const sheet = new CSSStyleSheet();

sheet.replaceSync(`
:host {
  --ink: var(--otklik-ink, light-dark(#1b1c1e, #e8e7e3));
  --soft: var(--otklik-soft, light-dark(#505258, #b6b6b3));
  --faint: var(--otklik-faint, light-dark(#666970, #989a9f));
  --paper: var(--otklik-paper, light-dark(#fdfdfc, #16171a));
  --sunk: var(--otklik-sunk, light-dark(#f4f4f1, #1f2125));
  --rule: var(--otklik-rule, light-dark(#dcdcd7, #33353b));
  --edge: var(--otklik-edge, light-dark(#82848a, #787b83));
  --accent: var(--otklik-accent, light-dark(#1d4488, #a3bdf5));
  --on-accent: var(--otklik-on-accent, light-dark(#fff, #101a30));
  --danger: var(--otklik-danger, light-dark(#a3211b, #f5a097));
  --warn: var(--otklik-warn, light-dark(#7a4b00, #e8bb6e));
  --radius: var(--otklik-radius, 3px);
  display: block;
  color: var(--ink);
  font-family: var(--otklik-font, inherit);
  line-height: 1.5;
  text-align: start;
}
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([theme="auto"]) { color-scheme: light dark; }
:host([hidden]), [hidden] { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }
section { max-inline-size: var(--otklik-width, 46rem); display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; overflow-wrap: anywhere; }
h2 { display: inline; margin: 0; font-family: var(--otklik-heading-font, inherit); font-size: 1.5rem; line-height: 1.2; font-weight: 600; }
p, ol, ul, pre, blockquote { margin: 0; }
.thread, .replies { padding: 0; list-style: none; }
.head { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .25rem 1rem; }
.sorts { display: flex; flex-wrap: wrap; margin-inline-start: -.5rem; }
.sorts [aria-pressed="true"] { color: var(--ink); font-weight: 600; text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: .35em; }
.faint, .note { color: var(--faint); font-size: .8125rem; font-weight: 400; }
.note { color: var(--soft); }
a { color: var(--accent); text-underline-offset: .18em; }
a.faint { color: var(--faint); text-decoration: none; }
a.faint:hover { text-decoration: underline; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
article:focus { outline: none; }
article:focus-visible { outline: 2px solid var(--accent); outline-offset: 4px; }
button, .button, a.primary {
  display: inline-flex; align-items: center; justify-content: center; gap: .35rem;
  min-block-size: 2.75rem; padding: .25rem 1rem;
  border: 1px solid var(--edge); border-radius: var(--radius);
  background: var(--paper); color: var(--ink);
  font: inherit; font-weight: 500; text-decoration: none; cursor: pointer;
}
button:hover, .button:hover { border-color: var(--ink); }
.primary, a.primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.primary[aria-disabled="true"] { opacity: .6; cursor: progress; }
.plain { min-inline-size: 2.75rem; padding: 0 .5rem; border-color: transparent; background: none; color: var(--soft); font-size: .8125rem; }
.plain:hover { border-color: transparent; color: var(--accent); text-decoration: underline; }
.plain[aria-pressed="true"] { color: var(--accent); font-weight: 600; }
.link { min-block-size: 1.5rem; padding: 0; border: 0; background: none; color: var(--accent); font-weight: 400; text-decoration: underline; text-underline-offset: .18em; }
svg { inline-size: 1.05rem; block-size: 1.05rem; fill: none; stroke: currentcolor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
[aria-pressed="true"] svg { fill: color-mix(in srgb, currentcolor 25%, transparent); }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; }
.composer { display: grid; grid-template-columns: minmax(0, 1fr); gap: .6rem; }
label { font-weight: 500; }
textarea {
  inline-size: 100%; min-block-size: 6rem; padding: .6rem .75rem; resize: vertical; field-sizing: content; max-block-size: 60vh;
  border: 1px solid var(--edge); border-radius: var(--radius); background: var(--paper); color: var(--ink);
  font-family: var(--otklik-text-font, inherit); font-size: 1.0625rem; line-height: 1.5;
}
textarea[aria-invalid="true"] { border-color: var(--danger); border-width: 2px; }
.error { color: var(--danger); }
.error { display: grid; justify-items: start; gap: .5rem; }
.error:empty, .waiting:empty, .fresh:empty { display: none; }
.status { position: sticky; inset-block-end: .75rem; z-index: 2; display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem; justify-self: start; padding: .6rem 1rem; border: 1px solid var(--edge); border-radius: var(--radius); background: var(--sunk); }
.status:empty { block-size: 0; padding: 0; border: 0; }
.entrance { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .5rem; color: var(--soft); font-size: .875rem; }
.entrance > p { flex-basis: 100%; }
.notice { display: grid; justify-items: start; gap: .75rem; padding: .75rem 1rem; background: var(--sunk); }
#otklik-form { display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem; scroll-margin-block: 2rem; }
.thread > li + li { border-block-start: 1px solid var(--rule); }
article { display: grid; grid-template-columns: minmax(0, 1fr); gap: .25rem; padding-block: 1rem .25rem; scroll-margin-block: 2rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .75rem; font-size: .9375rem; }
b { font-weight: 600; }
.text { max-inline-size: 42rem; font-family: var(--otklik-text-font, inherit); font-size: 1.0625rem; line-height: 1.55; }
.text > * { unicode-bidi: plaintext; }
.text > * + * { margin-block-start: .7em; }
.text :is(ul, ol) { padding-inline-start: 1.4em; }
.text blockquote { padding-inline-start: .9rem; border-inline-start: 2px solid var(--edge); color: var(--soft); }
.text pre { padding: .6rem .75rem; background: var(--sunk); overflow-x: auto; }
.text code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9em; }
footer { display: flex; flex-wrap: wrap; align-items: center; margin-inline-start: -.5rem; }
.further { display: inline-flex; flex-wrap: wrap; }
.more { stroke-width: 3; }
footer > form { flex: 1; padding-inline-start: .5rem; }
.replies { padding-inline-start: clamp(.6rem, 3vw, 1.75rem); border-inline-start: 1px solid var(--rule); }
.replies .replies .replies .replies { padding-inline-start: 0; border-inline-start: 0; }
.replies article { padding-block-start: .75rem; }
.replies:empty { display: none; }
.tombstone p { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .5rem; }
.tombstone { padding-block: .75rem; color: var(--faint); font-size: .9375rem; }
.own .text { color: var(--soft); }
.why { display: grid; gap: .25rem; padding-inline-start: .75rem; border-inline-start: 3px solid var(--warn); font-size: .9375rem; }
.target, .new { padding-inline-start: .9rem; border-inline-start: 3px solid var(--accent); }
.fresh { justify-self: center; position: sticky; inset-block-start: .5rem; z-index: 1; }
.fresh button { border-color: var(--accent); color: var(--accent); }
dialog { inline-size: min(40rem, calc(100vw - 2rem)); max-block-size: 85vh; padding: 1.25rem; border: 1px solid var(--rule); border-radius: var(--radius); background: var(--paper); color: var(--ink); overflow-y: auto; }
dialog > * + * { margin-block-start: 1rem; }
.choice { display: flex; align-items: flex-start; gap: .6rem; padding-block: .4rem; }
.choice input { flex: none; inline-size: 1.25rem; block-size: 1.25rem; margin: .15rem 0 0; accent-color: var(--accent); }
fieldset { min-inline-size: 0; margin: 0; padding: 0; border: 0; }
legend { padding: 0; font-weight: 500; margin-block-end: .4rem; }
dialog h2 { display: block; font-size: 1.1875rem; }
dialog h2:focus { outline: none; }
dialog input:not([type="radio"]) { inline-size: 100%; min-block-size: 2.75rem; padding: .4rem .75rem; border: 1px solid var(--edge); border-radius: var(--radius); background: var(--paper); color: var(--ink); font: inherit; }
dialog textarea { min-block-size: 4rem; }
dialog ol { display: grid; gap: .75rem; padding-inline-start: 1.5rem; }
dialog::backdrop { background: rgb(0 0 0 / 45%); }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.people { max-block-size: 14rem; margin-block-start: -.35rem; padding: .25rem; overflow-y: auto; list-style: none; border: 1px solid var(--edge); border-radius: var(--radius); background: var(--paper); }
.people li { display: flex; align-items: center; min-block-size: 2.75rem; padding-inline: .5rem; border-radius: var(--radius); cursor: pointer; }
.people [aria-selected="true"] { background: var(--accent); color: var(--on-accent); }
.bell { font-size: 1rem; }
.bell b { min-inline-size: 1.5em; padding: 0 .35em; border-radius: 1em; background: var(--accent); color: var(--on-accent); font-size: .8125rem; text-align: center; }
dialog .notices { padding: 0; list-style: none; }
.notices li { display: grid; gap: .2rem; padding-inline-start: .75rem; border-inline-start: 3px solid transparent; }
.notices .unread { border-color: var(--accent); }
.excerpt { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
@media (forced-colors: active) {
  .plain[aria-pressed="true"] { border-color: Highlight; }
  .people [aria-selected="true"] { forced-color-adjust: none; background: Highlight; color: HighlightText; }
  .plain[aria-pressed="true"] svg { fill: CanvasText; }
}
@media print { form, footer, .sorts, .entrance, .fresh { display: none; } }
`);
