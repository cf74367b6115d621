// The lane of the files, beside the text and never before it: one file after the other, those the
// server wants, whenever no sync runs and the line is one the person allowed.
import type { Context } from '../../context'
import type { Access } from '../access'
import type { FileProgress } from '../api'
import type { Book } from '../book'
import { Failure } from '../failure'
import { bytesOf, fileWrite, WANT_MOST, type StoredFile } from '../files'
import type { Transport } from '../transport'
import { progressOf, type Current } from './progress'
import { deliver, type Result } from './tus'

const LEAST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 10 * 60_000
/** No room on the server, or enough for one day: more photos would not fare better for a while. */
const FULL = new Set(['no_space', 'quota_exceeded'])
const FULL_PAUSE_MS = 30 * 60_000

export interface LaneParts {
  book: Book
  access: Access
  transport: Transport
  context: Context
  exclusive<T>(step: () => Promise<T>): Promise<T>
  /** Something about these records' files changed. */
  changed(records: readonly string[]): void
  /** All that was wanted is there; the server may want more. */
  done(): void
}

export class Lane {
  #current: Current = null
  #running = false
  #ended = false
  /** A sync runs: text first. */
  #held = false
  /** The server has answered since the phone was opened. */
  #told = false
  /** "Now, whatever the line": until nothing waits. */
  #anyLine = false
  #failures = 0
  #lastFailure: string | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #abort = new AbortController()

  constructor(private readonly parts: LaneParts) {}

  progress(): FileProgress {
    return progressOf(this.parts.book.files.values(), this.#current, this.#paused())
  }

  get sending(): string | null {
    return this.#current?.sha256 ?? null
  }

  /** A sync begins. On a slow line a file under way makes room for waiting text; what arrived of it stays there. */
  hold(textWaits: boolean): void {
    this.#held = true
    if (textWaits && this.parts.transport.slow()) this.#breakOff()
  }

  /** The sync is over; `answered`: the server said what it wants. */
  release(answered: boolean): void {
    this.#held = false
    if (answered) this.#told = true
    this.kick()
  }

  /** The line changed, or the person's mind: try now. */
  kick(): void {
    this.#clear()
    if (this.#paused() === 'wifi') this.#breakOff()
    void this.#run()
  }

  /** Sends what waits, once, whatever the line. */
  now(): void {
    this.#anyLine = true
    this.#failures = 0
    this.kick()
  }

  end(): void {
    this.#ended = true
    this.#clear()
    this.#breakOff()
  }

  #breakOff(): void {
    this.#abort.abort()
    this.#abort = new AbortController()
  }

  #paused(): FileProgress['paused'] {
    if (!this.parts.transport.online() || (this.#timer !== null && this.#lastFailure === 'offline')) return 'offline'
    return this.#mayUse() ? null : 'wifi'
  }

  /** With "Wi-Fi only", a line of unknown kind is not used unasked: it may cost money. */
  #mayUse(): boolean {
    const { book, transport } = this.parts
    return this.#anyLine || book.state.wifiOnly !== true || transport.wifi() === true
  }

  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    let sent = 0
    try {
      while (!this.#ended && !this.#held && this.#told && this.#paused() === null) {
        const file = this.#next()
        if (!file) break
        await this.#send(file)
        sent++
        this.#failures = 0
      }
      if (this.#next() === undefined) this.#anyLine = false
    } catch (error) {
      this.#later(error)
    } finally {
      this.#running = false
      this.#show(null)
    }
    if (sent >= WANT_MOST && !this.#ended) this.parts.done()
  }

  /** The oldest file that is wanted; else one nobody has spoken of, asked about once. */
  #next(): StoredFile | undefined {
    const { book } = this.parts
    const open = [...book.files.values()].filter((file) => file.state === 'waiting' && file.here).sort((a, b) => a.addedAt - b.addedAt)
    return open.find((file) => file.wanted) ?? open.find((file) => !file.idle && this.#isThereAlready(file))
  }

  /** Its record is stored and yet it is not wanted: the server may have it, from here (the answer was lost) or from elsewhere. */
  #isThereAlready(file: StoredFile): boolean {
    const { book } = this.parts
    if (file.records.length === 0) return book.carried.size === 0
    const refused = new Set([...book.problems.values()].map((problem) => problem.record))
    return file.records.every((record) => !book.waits(record) && !refused.has(record))
  }

  async #send(file: StoredFile): Promise<void> {
    const { book, access, transport } = this.parts
    const { sha256: name } = file
    const carried = file.records.length === 0
    const bytes = await bytesOf(book, name)
    if (!bytes) return this.#settle(name, { refused: 'gone' })
    this.#show({ sha256: name, sent: file.sent, bytes: bytes.length })
    const from = file.wanted && !file.begun ? file.sent : null
    if (file.wanted) await this.#note(name, { begun: true })
    const result = await deliver(name, bytes, from, file.wanted || carried, {
      access, transport, signal: this.#abort.signal,
      progress: (sent) => this.#show({ sha256: name, sent, bytes: bytes.length }),
      confirmed: (sent) => this.#note(name, { sent, problem: null }),
    })
    await this.#settle(name, result)
  }

  async #settle(name: string, result: Result): Promise<void> {
    if (result === 'unknown') return this.#note(name, { idle: true })
    if (result !== 'stored') return this.#note(name, { state: 'refused', problem: result.refused })
    const file = this.parts.book.files.get(name)
    if (file?.records.length === 0) return this.#forget(name)
    await this.#note(name, { state: 'stored', storedAt: this.parts.context.now(), sent: file?.bytes ?? 0, begun: false, wanted: false, problem: null })
  }

  /** A file carried for another phone has done its way. */
  async #forget(name: string): Promise<void> {
    const { book, exclusive } = this.parts
    await exclusive(() => book.commit([{ table: 'files', key: name }, { table: 'bytes', key: name }]))
  }

  async #note(name: string, change: Partial<StoredFile>): Promise<void> {
    const { book, exclusive, changed } = this.parts
    const records = await exclusive(async () => {
      const file = book.files.get(name)
      if (file) await book.commit([fileWrite({ ...file, ...change })])
      return file?.records ?? []
    })
    changed(records)
  }

  #show(current: Current): void {
    const before = this.#current?.sha256
    this.#current = current
    const name = current?.sha256 ?? before
    const records = name !== undefined && current?.sha256 !== before ? this.parts.book.files.get(name)?.records : undefined
    this.parts.changed(records ?? [])
  }

  /** Half of the pause is chance, so that a village of phones does not come at once. */
  #later(error: unknown): void {
    const code = error instanceof Failure ? error.code : 'internal'
    if (!(error instanceof Failure)) console.error('upload', error)
    if (code === 'held' || code === 'locked' || this.#ended) return
    this.#failures++
    this.#lastFailure = code
    const chance = (this.parts.context.random(1)[0] ?? 0) / 256
    const longest = FULL.has(code) ? FULL_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, LEAST_PAUSE_MS * 2 ** this.#failures)
    this.#clear()
    this.#timer = setTimeout(() => this.kick(), longest * (0.5 + chance / 2))
    if (FULL.has(code)) void this.#tellFull(code)
  }

  /** Every file that waits has this trouble, and stays a file that waits. */
  async #tellFull(problem: string): Promise<void> {
    const waiting = [...this.parts.book.files.values()].filter((file) => file.wanted && file.state === 'waiting')
    for (const { sha256: name } of waiting) await this.#note(name, { problem }).catch(() => undefined)
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
