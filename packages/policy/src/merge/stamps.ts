/**
 * A table from small numbers to numbers that is emptied at once: for work that needs one for a moment, very often.
 */
export class Stamps {
  #stamps = new Int32Array(64);
  #values = new Int32Array(64);
  #stamp = 0;

  /** Empties it. Keys will be below `limit`. */
  start(limit: number): void {
    if (limit > this.#stamps.length) {
      this.#stamps = new Int32Array(limit * 2);
      this.#values = new Int32Array(limit * 2);
      this.#stamp = 0;
    }
    this.#stamp++;
  }

  set(key: number, value: number): void {
    this.#stamps[key] = this.#stamp;
    this.#values[key] = value;
  }

  /** -1 if nothing was set; values are not negative. */
  get(key: number): number {
    return this.#stamps[key] === this.#stamp ? (this.#values[key] ?? -1) : -1;
  }
}
