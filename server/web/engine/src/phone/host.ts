// The phone as a machine: enrolled or not, locked or open, and its sync. One step at a time; the
// network is never waited for while the store is held.
import { toHex } from '../bytes'
import { createDeviceKey } from '../protocol/seal'
import { createVault, openVault, PIN_MIN_LENGTH, rewrapVault } from '../store/vault'
import type { EnrolRequest, PhoneEvent, PhoneStatus, SyncState } from './api'
import { Book, firstRows, NOTHING_CARRIED } from './book'
import { Failure } from './failure'
import { Lists } from './lists'
import { Listeners } from './listeners'
import { Loop } from './loop'
import { opened, type Open } from './open'
import type { EngineParts } from './parts'
import { run } from './run'
import { enrol, signIn } from './session'

/** Without a touch for so long the phone locks itself. */
const LOCK_AFTER_MS = 30 * 60_000

export class Host {
  #open: Open | null = null
  #listeners = new Listeners()
  #queue: Promise<unknown> = Promise.resolve()
  #more = false
  #forgotten = false
  #locking: ReturnType<typeof setTimeout> | null = null
  protected readonly loop: Loop

  constructor(protected readonly parts: EngineParts) {
    this.loop = new Loop({
      context: parts.context,
      online: () => parts.transport.online(),
      run: () => this.#synchronise(),
      changed: () => void this.#tellSync(),
    })
  }

  async status(): Promise<PhoneStatus> {
    const { database, support } = this.parts
    const device = (await database.clear('device')) ?? null
    const identity = this.#open?.book.state.identity
    const person = identity ? { id: identity.person, name: identity.name } : null
    const state = !this.parts.held() ? 'elsewhere' : this.#open ? 'open' : device === null ? 'new' : 'locked'
    return { state, person, device, forgotten: this.#forgotten, support: await support() }
  }

  async enrol(request: EnrolRequest): Promise<PhoneStatus> {
    const { database, context, transport, version } = this.parts
    if (request.pin.length < PIN_MIN_LENGTH) throw new Failure('weak_pin', 'pin', 'pin')
    this.#mustHold()
    const keys = await createDeviceKey()
    const { device, person, tokens } = await enrol(transport, keys, context, { ...request, version })
    const { vault, key } = await createVault(request.pin, context)
    await this.#exclusive(async () => {
      await database.erase()
      this.#forgotten = false
      database.use(key)
      const identity = { device, incarnation: toHex(context.random(8)), person: person.id, name: person.name, account: request.account }
      await database.commit(firstRows(identity, tokens))
      // Last, so that a phone killed before is still a new one.
      await database.setClear({ vault, keys, device })
      await this.#begin()
    })
    return this.statusChanged()
  }

  async unlock(pin: string): Promise<PhoneStatus> {
    const { database } = this.parts
    this.#mustHold()
    const vault = await database.clear('vault')
    if (!vault || (await database.clear('device')) === undefined) throw new Failure('not_enrolled')
    const key = await openVault(vault, pin)
    if (!key) throw new Failure('wrong_pin', 'pin', 'pin')
    await this.#exclusive(async () => {
      if (this.#open) return
      database.use(key)
      await this.#begin()
    })
    return this.statusChanged()
  }

  async lock(): Promise<void> {
    this.loop.stop()
    this.#open?.lane.end()
    await this.#exclusive(async () => {
      this.#open?.book.forgetDocuments()
      this.#open = null
      this.touched()
      this.parts.database.use(null)
    })
    await this.statusChanged()
  }

  async signIn(password: string): Promise<void> {
    const { book, keys } = this.here()
    const tokens = await signIn(this.parts.transport, keys, this.parts.context, book.identity.account, password)
    await this.step(({ book }) => book.commit([{ table: 'state', key: 'tokens', value: tokens }]))
    this.loop.lineIsBack()
    this.loop.start()
  }

  async changePin(old: string, pin: string): Promise<void> {
    if (pin.length < PIN_MIN_LENGTH) throw new Failure('weak_pin', 'pin', 'pin')
    const vault = await this.parts.database.clear('vault')
    const next = vault && (await rewrapVault(vault, old, pin, this.parts.context))
    if (!next) throw new Failure('wrong_pin', 'old', 'old')
    await this.parts.database.setClear({ vault: next })
  }

  askPersistence = (): Promise<boolean> => this.parts.askPersistence()

  async syncNow(): Promise<SyncState> {
    this.here()
    await this.loop.now()
    return this.syncState()
  }

  async syncState(): Promise<SyncState> {
    const { running, lastError, nextTry } = this.loop
    const support = await this.parts.support()
    return this.step(async ({ book, lane }) => {
      const lists = new Lists(book)
      return {
        online: this.parts.transport.online(), running, lastError, nextTry, more: this.#more, support,
        lastSync: book.state.contact?.lastSync ?? null,
        waiting: lists.waiting(), problems: lists.problems(), carried: book.carried.size, carriage: book.state.carriage ?? NOTHING_CARRIED, files: lane.progress(),
      }
    })
  }

  /** The browser says the line is back. */
  lineIsBack(): void {
    if (this.#open) this.loop.lineIsBack()
    this.lineChanged()
  }

  /** Another kind of line, or none. */
  lineChanged(): void {
    this.#open?.lane.kick()
    void this.#tellSync()
  }

  subscribe(listener: (event: PhoneEvent) => void): () => void {
    return this.#listeners.add(listener)
  }

  async #begin(): Promise<void> {
    const { database, context } = this.parts
    const keys = await database.clear('keys')
    if (!keys) throw new Failure('not_enrolled')
    const book = await Book.open(database, context)
    this.#open = opened(book, keys, this.parts, (step) => this.#with(book, step), {
      done: () => this.loop.edited(),
      changed: (records) => {
        if (records.length > 0) this.tell({ type: 'records', records: [...records] })
        this.#listeners.soon(() => void this.#tellSync())
      },
    })
    this.touched()
    this.loop.start()
  }

  protected here(): Open {
    if (!this.#open) throw new Failure('locked')
    return this.#open
  }

  #mustHold(): void {
    if (!this.parts.held()) throw new Failure('elsewhere')
  }

  /** One after the other; a failed step does not stop the next. */
  #exclusive<T>(step: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(step)
    this.#queue = run.catch(() => undefined)
    return run
  }

  protected step<T>(step: (open: Open) => Promise<T>): Promise<T> {
    return this.#exclusive(async () => step(this.here()))
  }

  /** A phone nobody touches locks itself: the open key must not lie in memory for ever. */
  protected touched(): void {
    if (this.#locking !== null) clearTimeout(this.#locking)
    this.#locking = this.#open ? setTimeout(() => void this.lock(), LOCK_AFTER_MS) : null
  }

  /** A step that opens documents. */
  protected async work<T>(step: (open: Open) => Promise<T>): Promise<T> {
    try {
      await this.parts.ready
    } catch {
      throw new Failure('unsupported')
    }
    return this.step(step)
  }

  /** A step on that book, while nobody else uses it. */
  #with<T>(book: Book, step: () => Promise<T>): Promise<T> {
    return this.#exclusive(async () => {
      if (this.#open?.book !== book) throw new Failure('locked')
      return step()
    })
  }

  async #synchronise(): Promise<void> {
    await this.parts.ready
    const open = this.here()
    if (await run(open, {
      transport: this.parts.transport,
      exclusive: (step) => this.#with(open.book, step),
      touched: (records, reference, more) => {
        this.#more = more
        if (records.length > 0) this.tell({ type: 'records', records })
        if (reference) this.tell({ type: 'reference' })
        if (more) void this.#tellSync()
      },
    })) await this.#forget()
  }

  /** Taken out of use, and nothing is left that only this phone has. */
  async #forget(): Promise<never> {
    await this.lock()
    await this.#exclusive(() => this.parts.database.erase())
    this.#forgotten = true
    await this.statusChanged()
    throw new Failure('device_revoked')
  }

  protected tell(event: PhoneEvent): void {
    this.#listeners.tell(event)
  }

  async #tellSync(): Promise<void> {
    if (!this.#open) return
    try {
      this.tell({ type: 'sync', sync: await this.syncState() })
    } catch {
      // Locked meanwhile: nobody is looking.
    }
  }

  /** Tells the screens what `status` would say. */
  async statusChanged(): Promise<PhoneStatus> {
    const status = await this.status()
    this.tell({ type: 'status', status })
    return status
  }
}
