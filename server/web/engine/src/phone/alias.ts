// Which household stands for which: one family that was added twice (the leader's word, from the reference data).
import type { Reference } from '../schema'

export class Aliases {
  readonly #kept: ReadonlyMap<string, string>

  /** Reference data kept by an older version of the app knows no aliases. */
  constructor(reference: Partial<Pick<Reference, 'aliases'>> | undefined) {
    this.#kept = new Map((reference?.aliases ?? []).map(({ record, kept }) => [record, kept]))
  }

  /** The record that stands for this one; itself, unless somebody said otherwise. */
  kept(record: string): string {
    return this.#kept.get(record) ?? record
  }

  isAlias(record: string): boolean {
    return this.#kept.has(record)
  }
}
