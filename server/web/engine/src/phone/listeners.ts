// Who listens to the phone, and how often they hear of progress.
import type { PhoneEvent } from './api'

/** Progress is told at most so often. */
const TELL_EVERY_MS = 300

export class Listeners {
  readonly #all = new Set<(event: PhoneEvent) => void>()
  #soon: ReturnType<typeof setTimeout> | null = null

  /** Answers the function that ends it. */
  add(listener: (event: PhoneEvent) => void): () => void {
    this.#all.add(listener)
    return () => void this.#all.delete(listener)
  }

  tell(event: PhoneEvent): void {
    for (const listener of this.#all) listener(event)
  }

  /** Does it in a moment, once for all who ask until then. */
  soon(act: () => void): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = null
      act()
    }, TELL_EVERY_MS)
  }
}
