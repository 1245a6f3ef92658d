/* What the editor's script promises. For people and for tsc; no page loads this file. */

/** A form as a tree in the page: a scope (data-bd-scope) holds named fields, a list holds rows, each a scope. */
interface BoidungForms {
  /** What a scope holds, as JSON data in the shape of the authored model; texts as typed. */
  scope(place: Element): Record<string, any>;
  /** The field at a path such as "steps.2.options.1.text", or null. Rows that were removed do not count. */
  field(place: Element, path: string): any;
  /** The rows of a list that are not removed. */
  rows(list: Element): any[];
  /** Make the ids of a new row, and all that names them, its own. */
  rename(row: any, end: string): void;
}

interface BoidungApi {
  forms: BoidungForms;
}

interface Window {
  BoidungStudio(runtime: any, element: any): void;
}
