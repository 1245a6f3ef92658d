/* What the scripts promise each other. For people and for tsc; no page loads this file. */

/**
 * What became of a request.
 * kind "ok": stored · "retry": may succeed later (code offline, timeout, network, busy or server) · "login": not logged in,
 * or the CSRF token is not (any longer) right · "refused": will not succeed as it is (code and message of the server).
 */
interface BoidungAnswer {
  kind: "ok" | "retry" | "login" | "refused";
  status: number;
  code: string;
  /** Text for the person, from the server; "" if it sent none. */
  message: string;
  /** The JSON of the answer, or null. */
  data: any;
  /** Its "error" part, or {}. */
  error: any;
  /** Retry-After in seconds, 0 if absent. */
  wait: number;
}

/** What is typed and chosen: answers by prompt, level numbers by criterion, uids of files. */
interface BoidungPayload {
  answers: Record<string, string>;
  self_rating: Record<string, number>;
  files: string[];
  /** A checkpoint's, titles by key of answers: written and not sent, in a form of the page. */
  unsent?: Record<string, string>;
  /** The same for texts whose form is no more, until the person decides. */
  lost?: Record<string, string>;
}

/** What the device holds of a form, as JSON under "boidung:<user id>:<usage key>". */
interface BoidungCopy {
  /** Number of the submitted version the form was made on. */
  base: number;
  /** Version of the server's draft that this text goes on from. */
  version: number;
  /** When it was written, ms. */
  at: number;
  /** The server lacks it. */
  dirty: boolean;
  payload: BoidungPayload;
  /** Key of a submit of this very text whose answer has not come. */
  attempt: string;
  /** Key of a save whose answer has not come, of an earlier text. */
  unsure: string;
}

interface BoidungDraftOptions {
  /** Where the device keeps it. */
  key: string;
  url: string;
  usageKey: string;
  /** For whom the page was made. */
  userId: number;
  base: number;
  /** Of the server's draft, 0 for none. */
  version: number;
  /** When the server's draft was saved, ms; 0 for never. */
  savedAt: number;
  /** The form as it is now. */
  read(): any;
  /** What of read() makes two forms differ; without it answers and self-rating. */
  words?(payload: any): string;
  /**
   * state: waiting, server, retry, offline; or why nothing is sent: login, other, conflict, preview, refused.
   * device: "" nothing typed yet, "device" kept there, "no-device" the device keeps nothing. time, version: it has just
   * been saved. fields: messages of a refusal by field.
   */
  show(
    state: string,
    detail: { device: string; time?: string; version?: number; message?: string; fields?: Record<string, string> },
  ): void;
  /**
   * 409, the error as it came: another draft is stored (version, payload, saved_text), or none (payload missing) because
   * the work was submitted elsewhere. Nothing is sent until accept or insist.
   */
  conflict(stored: any): void;
}

/** Autosave of one form: on the device at once, on the server 10 s after typing stops and at most every 30 s. */
interface BoidungDrafts {
  /** Something was typed or chosen. */
  changed(): void;
  /** Try again now, whatever stopped it. */
  resume(): void;
  /** The form now shows the server's text of this version. */
  accept(version: number, time?: string): void;
  /** Go on with the form's text, on top of the version that is stored now. */
  insist(version: number): void;
  /** As after a conflict: nothing is sent until accept or insist. The text was written on that version. */
  hold(version: number): void;
  /** Before a submit: nothing more is sent; resolves when nothing is under way. */
  pause(): Promise<void>;
  unpause(): void;
  /** Key of this submit: the same for the same text until the answer came, even over a reload. */
  attemptKey(): string;
  /** What the device holds and the server lacks, or null. newer: it is to be shown rather than the server's. */
  recover(): { payload: any; at: number; version: number; unsure: string; newer: boolean } | null;
  /** Key of the save whose answer has not come, or "". */
  unsureKey(): string;
  /** What the server holds, as far as we know: for a form that takes over. payload null after a choice against it. */
  held(): { version: number; payload: BoidungPayload | null };
  /** Erase the device's copy. */
  erase(): void;
  /** For good: the form is gone. */
  end(): void;
}

interface BoidungFileOptions {
  url: string;
  removePrefix: string;
  usageKey: string;
  userId: number;
  text(key: string, values?: any): string;
  changed(): void;
}

interface BoidungFiles {
  /** Uids of the files that have arrived. */
  uids(): string[];
  busy(): boolean;
  /** Add files attached on another device. */
  merge(uids: string[]): void;
}

/** A form for a text. */
interface BoidungPlace {
  form: any;
  /** Of the step. */
  slug: string;
  /** Of the form: another try is another form. */
  key: string;
  value: string;
}

/** A written text without a form; home: the BoidungPlace that the step has now, if it has one. */
interface BoidungUnplaced {
  key: string;
  title: string;
  value: string;
  home: any;
}

interface BoidungApi {
  /** First match below root; any element, so that callers need no casts. */
  one(root: any, selector: string): any;
  all(root: any, selector: string): any[];
  /** Fill {name} in a text; an unknown name stays. */
  fill(text: string | undefined, values?: Record<string, any>): string;
  /** Set the text of an element (or none) only if it differs: screen readers stay quiet. */
  say(element: any, text: string): void;
  /** A new random key for a write: digits and "-", 9 to 54 of them. */
  newKey(): string;
  /** What act returns; otherwise, should it throw. */
  attempt(act: () => any, otherwise?: any): any;
  /** The CSRF token of this moment: another tab may have changed it. */
  csrf(): string;
  /** Words as the server counts them: runs of characters between white space. */
  words(text: string): number;
  /** ms → "20:14 23/11/2026", in the device's zone. */
  clock(time: number): string;
  /** The device's storage; never throws. On a computer declared shared nothing is written until the tab is closed. */
  store: {
    get(key: string): any;
    /** False if nothing was stored: full, forbidden or shared. */
    set(key: string, value: any): boolean;
    remove(key: string): void;
    share(): void;
  };
  /** Judge an answer by status (0: a redirect, which our addresses never make), body and Retry-After. */
  judge(status: number, body: string, wait?: string | null): BoidungAnswer;
  /** The answer for when none came. */
  noAnswer(code: string): BoidungAnswer;
  /** Send JSON; never throws. timeout in ms, 20 s by default. */
  post(url: string, data: any, options?: { keepalive?: boolean; timeout?: number }): Promise<BoidungAnswer>;
  /** Offer a text as a file, made in the browser. */
  download(name: string, text: string): void;
  drafts(options: BoidungDraftOptions): BoidungDrafts;
  /**
   * A checkpoint's texts for which the forms of now have no place: not sent (payload.unsent, by key the step's title) or
   * not decided on since (payload.lost). Not those that the step's form of now contains.
   */
  unplaced(payload: any, forms: BoidungPlace[]): BoidungUnplaced[];
  /** Uploads in a section with [data-bd-list], a file input, a row template and [data-bd-error]; data-max, -mb, -types. */
  files(box: any, options: BoidungFileOptions): BoidungFiles;
}

interface Window {
  Boidung: BoidungApi;
  /** Called by the platform with the block's wrapper, plain or jQuery. */
  BoidungReflection(runtime: { handlerUrl(element: any, handler: string): string }, element: any): void;
  /** The same; carried: what the forms held before an answer changed them, from its own script only. */
  BoidungCheckpoint(runtime: { handlerUrl(element: any, handler: string): string }, element: any, carried?: any): void;
}

declare const Boidung: BoidungApi;
