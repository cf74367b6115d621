// When to sync: soon after an edit, when the line comes back, now and then, and ever more rarely
// while it fails. Never by itself more often than every 15 seconds.
import type { Context } from '../context'
import { Failure } from './failure'

/** Least time between two runs nobody asked for. */
export const LEAST_MS = 15_000
const IDLE_MS = 60_000
const AFTER_EDIT_MS = 3_000
const LONGEST_MS = 10 * 60_000
/** Failures that only a person can end. */
const FINAL = new Set(['session_ended', 'device_revoked', 'not_enrolled', 'locked'])

export interface LoopParts {
  context: Context
  online(): boolean
  run(): Promise<void>
  /** The state changed: tell the screens. */
  changed(): void
}

export class Loop {
  running = false
  lastError: string | null = null
  nextTry: number | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #failures = 0
  #lastRun = 0
  #ended = true
  #again = false
  #current: Promise<void> | null = null

  constructor(private readonly parts: LoopParts) {}

  start(): void {
    this.#ended = false
    this.#plan(0)
  }

  stop(): void {
    this.#ended = true
    this.#clear()
  }

  /** Something waits now. */
  edited(): void {
    if (this.running) this.#again = true
    else if (this.#failures === 0) this.#plan(AFTER_EDIT_MS)
  }

  /** The line is back. */
  lineIsBack(): void {
    this.#failures = 0
    this.#plan(0)
  }

  /** One run now, because a person asked; if one is under way, that one and what came after it began. */
  async now(): Promise<void> {
    const joined = this.#current
    if (joined) await joined
    if (joined && !this.#again) return
    this.#current ??= this.#run().finally(() => (this.#current = null))
    await this.#current
  }

  async #run(): Promise<void> {
    this.#clear()
    this.running = true
    this.#again = false
    this.#lastRun = this.parts.context.now()
    this.parts.changed()
    try {
      if (!this.parts.online()) throw new Failure('offline')
      await this.parts.run()
      this.#failures = 0
      this.lastError = null
    } catch (error) {
      this.#failures++
      this.lastError = error instanceof Failure ? error.code : 'internal'
      if (!(error instanceof Failure)) console.error('sync', error)
    } finally {
      this.running = false
      if (!this.#ended && !FINAL.has(this.lastError ?? '')) this.#plan(this.#again ? AFTER_EDIT_MS : this.#pause())
      this.parts.changed()
    }
  }

  /** Doubles with every failure; half of it is chance, so that a village of phones does not come at once. */
  #pause(): number {
    if (this.#failures === 0) return IDLE_MS
    const longest = Math.min(LONGEST_MS, LEAST_MS * 2 ** this.#failures)
    const chance = (this.parts.context.random(1)[0] ?? 0) / 256
    return Math.max(LEAST_MS, longest * (0.5 + chance / 2))
  }

  #plan(wait: number): void {
    if (this.#ended || this.running) return
    const now = this.parts.context.now()
    const at = Math.max(now + wait, this.#lastRun === 0 ? 0 : this.#lastRun + LEAST_MS)
    if (this.#timer !== null && this.nextTry !== null && this.nextTry <= at) return
    this.#clear()
    this.nextTry = at
    this.#timer = setTimeout(() => void this.now(), Math.max(0, at - now))
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.nextTry = null
  }
}
