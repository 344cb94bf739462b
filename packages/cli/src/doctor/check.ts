/** One thing that the doctor looked at: what was found and, if that is not good, what to do. */

export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly found: string;
  /** Never missing where the state is not `ok`. */
  readonly advice?: string;
}

export function ok(name: string, found: string): Check {
  return { name, state: 'ok', found };
}

export function warning(name: string, found: string, advice: string): Check {
  return { name, state: 'warning', found, advice };
}

export function problem(name: string, found: string, advice: string): Check {
  return { name, state: 'problem', found, advice };
}
