// What scripts find in the page without importing it.

interface HtmxRequestConfig {
  verb: string;
  formData: FormData;
  triggeringEvent?: Event;
}

interface HtmxRequestDetail {
  elt: HTMLElement;
  xhr: XMLHttpRequest;
  requestConfig: HtmxRequestConfig;
}

interface HtmxEventMap {
  "htmx:load": CustomEvent<{ elt: HTMLElement }>;
  "htmx:confirm": CustomEvent<{ elt: HTMLElement; question: string | null; issueRequest(skip: boolean): void }>;
  "htmx:configRequest": CustomEvent<{
    elt: HTMLElement;
    verb: string;
    headers: Record<string, string>;
    parameters: FormData & Record<string, string>;
  }>;
  "htmx:beforeRequest": CustomEvent<HtmxRequestDetail>;
  "htmx:beforeSend": CustomEvent<HtmxRequestDetail>;
  "htmx:beforeOnLoad": CustomEvent<HtmxRequestDetail>;
  "htmx:afterRequest": CustomEvent<HtmxRequestDetail & { successful: boolean }>;
  "htmx:sendError": CustomEvent<HtmxRequestDetail>;
  "htmx:timeout": CustomEvent<HtmxRequestDetail>;
  "htmx:responseError": CustomEvent<HtmxRequestDetail>;
  "htmx:beforeSwap": CustomEvent<HtmxRequestDetail & { shouldSwap: boolean; isError: boolean }>;
  "htmx:oobBeforeSwap": CustomEvent<{ target: HTMLElement; fragment: HTMLElement; shouldSwap: boolean }>;
  "htmx:oobAfterSwap": CustomEvent<{ target: HTMLElement }>;
}

interface DocumentEventMap extends HtmxEventMap {
  "otklik:toast": CustomEvent<{ text: string }>;
}

interface HTMLElementEventMap extends HtmxEventMap {}

declare const htmx: {
  ajax(verb: string, path: string, context: { source?: Element; target?: Element; swap: string }): Promise<void>;
  trigger(element: Element, event: string): void;
};

declare var trustedTypes:
  | { createPolicy(name: string, rules: { createHTML(html: string): string }): { createHTML(html: string): string } }
  | undefined;
