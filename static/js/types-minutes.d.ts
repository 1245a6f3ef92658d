/* What minutes.js adds to Boidung. For people and for tsc; no page loads this file. */

/** Minutes as they are typed: texts by name, rows of opinions and tasks, the roll call as status by person. */
interface BoidungMinutes {
  fields: Record<string, string>;
  opinions: Record<string, string>[];
  tasks: Record<string, string>[];
  roll: Record<string, string>;
}

interface BoidungApi {
  /** Reading and filling the form of minutes; rows are made from the page's templates. */
  minutesForm(form: any): { read(): BoidungMinutes; fill(minutes: BoidungMinutes): void; add(name: string): any };
  /** Bring the form of minutes to life: autosave, rows, what to do when two people write. */
  minutes(form: any): void;
}
