/* What desk.js adds to Boidung. For people and for tsc; no page loads this file. */

/** The rule by which points become a mark, from the page. */
interface BoidungRule {
  scale: number;
  step: number;
  pass: number;
  lowestFails: boolean;
}

interface BoidungApi {
  /** Counting as the server does (authored/rubric.py); the server's own counting stands. */
  rubric: {
    /** "7,5" or "7.5" → 7.5; null where the server would refuse it. */
    points(text: string, scale: number, step: number): number | null;
    /** Index of the level that points reach, the lowest if none; lows ascending. */
    level(value: number, lows: number[]): number;
    /** The weighted mean, half up to a step. */
    total(rows: { weight: number; value: number; level: number }[], rule: BoidungRule): { mark: number; passed: boolean };
    /** 7.5 → "7,5". */
    text(value: number, sign: string): string;
  };
  /** Text of marking sheets on the device, under "boidung:<user id>:sheet:<work id>": {at, row, fields}. */
  sheets: {
    key(user: string, work: string): string;
    /** The server has it. After a return comments stay (kind "return"): they were not stored. */
    confirmed(key: string, kind: string): void;
    /** Drop copies that nobody came back to for 30 days. */
    tidy(now: number): void;
  };
  /** Bring one marking sheet (a form) to life. */
  sheet(form: any): void;
  /** Send a form's fields, ask for JSON; never throws. */
  sendForm(url: string, form: any): Promise<BoidungAnswer>;
}
