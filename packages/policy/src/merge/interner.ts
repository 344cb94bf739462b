/**
 * Numbers for things that come up again and again: a thing has one number, and to compare two is to compare numbers.
 */

/** A list that is only added to. With a base it begins with all that the base holds now, without copying it. */
export class AppendList<T> {
  readonly #base: AppendList<T> | undefined;
  readonly #first: number;
  readonly #own: T[] = [];

  constructor(base?: AppendList<T>) {
    this.#base = base;
    this.#first = base?.length ?? 0;
  }

  get length(): number {
    return this.#first + this.#own.length;
  }

  /** The position of what was added. */
  add(item: T): number {
    this.#own.push(item);
    return this.#first + this.#own.length - 1;
  }

  at(position: number): T | undefined {
    return position < this.#first ? this.#base?.at(position) : this.#own[position - this.#first];
  }
}

export class Interner {
  readonly #base: Interner | undefined;
  /** Of the base, at the moment this was made from it: what it added since is not known here. */
  readonly #baseLength: number;
  readonly #texts: AppendList<string>;
  readonly #numbers = new Map<string, number>();

  constructor(base?: Interner) {
    this.#base = base;
    this.#baseLength = base?.length ?? 0;
    this.#texts = new AppendList(base ? base.#texts : undefined);
  }

  get length(): number {
    return this.#texts.length;
  }

  /** Its number, a new one if it has none. */
  intern(text: string): number {
    const known = this.find(text);
    if (known !== undefined) return known;
    const number = this.#texts.add(text);
    this.#numbers.set(text, number);
    return number;
  }

  find(text: string): number | undefined {
    const own = this.#numbers.get(text);
    if (own !== undefined || !this.#base) return own;
    const known = this.#base.find(text);
    return known !== undefined && known < this.#baseLength ? known : undefined;
  }

  text(number: number): string {
    return this.#texts.at(number) ?? '';
  }
}
