/** A stack of whole numbers that can be read and changed at every place. Grows as needed and never shrinks. */
export class NumberStack {
  #numbers = new Int32Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(number: number): void {
    if (this.#length === this.#numbers.length) this.#grow();
    this.#numbers[this.#length++] = number;
  }

  at(place: number): number {
    return this.#numbers[place] ?? 0;
  }

  put(place: number, number: number): void {
    this.#numbers[place] = number;
  }

  /** Drops what is on top of so many. */
  cut(length: number): void {
    this.#length = length;
  }

  #grow(): void {
    const longer = new Int32Array(this.#numbers.length * 2);
    longer.set(this.#numbers);
    this.#numbers = longer;
  }
}
