/**
 * A bag of things: put in, take out, look at all; in no order.
 *
 * Each thing knows its place in it, so taking it out moves the last one there and searches for nothing. A Set would do, but every
 * system call that opens or closes something pays for it.
 */
export interface InBag {
  /** Where it lies in its bag; -1 when in none. Only the bag changes it. */
  place: number;
}

export class Bag<Thing extends InBag> {
  private readonly things: Thing[] = [];

  get size(): number {
    return this.things.length;
  }

  has(thing: Thing): boolean {
    return this.things[thing.place] === thing;
  }

  add(thing: Thing): void {
    thing.place = this.things.length;
    this.things.push(thing);
  }

  delete(thing: Thing): void {
    if (!this.has(thing)) return;
    const last = this.things.pop() as Thing;
    if (last !== thing) {
      this.things[thing.place] = last;
      last.place = thing.place;
    }
    thing.place = -1;
  }

  /** All of them as they are now: what is put in or taken out meanwhile changes nothing. */
  [Symbol.iterator](): Iterator<Thing> {
    return this.things.slice().values();
  }
}
