// The phone's whole state while it is open: summary rows, outbox, batches, problems and single
// values, decrypted once; every change of it goes through `commit`, to the disk first.
import type { Bytes } from '../bytes'
import type { Context } from '../context'
import { closeDocument, openDocument, saveDocument, type Document } from '../document/document'
import { newest } from '../form'
import type { Cursors, SealedBatch } from '../protocol/message'
import type { Form, Reference } from '../schema'
import { ordered, type Database, type Write } from '../store/database'
import type { PhotoIntent, Place, Problem, Undo } from './api'
import { Failure } from './failure'
import type { StoredFile } from './files'
import { heldAwaited, type Returns } from './read_back'
import type { Row } from './row'

/** Who this phone is. `incarnation`: 16 hex digits, the second half of the actor. */
export interface Identity { device: string; incarnation: string; person: string; name: string; account: string; number: number; prev: Bytes | null }
/** The last batch an actor sealed. */
export interface Link { number: number; prev: Bytes | null }
export interface Tokens { access: string; refresh: string; expiresAt: number }
export interface Contact { lastSync: number | null; lastError: string | null; referenceTag: string | null }

/** Single values. */
export interface State {
  identity: Identity
  tokens: Tokens
  cursors: Cursors
  /** Earlier actors of this phone whose work may have to be sealed once more → their last batch. */
  links: { [actor: string]: Link }
  returns: Returns
  carriage: Carriage
  reference: Reference
  contact: Contact
  place: Place
  /** Device → its person's name, as far as conflicts taught it. */
  names: { [device: string]: string }
  /** Record → the photo that was about to be taken. */
  intents: { [record: string]: PhotoIntent }
  /** Record → what was chosen of a signature not yet given. */
  signings: { [record: string]: string }
  /** Photos wait for Wi-Fi. */
  wifiOnly: boolean
}

/**
 * Something not yet sealed. Of an edit: its record's village when it was made, the feed position its author worked from,
 * and the actor if it is not the present one. `item`: the id it was sealed under before.
 */
export type Outgoing = { key: string; record: string; item?: string } & (
  | { type: 'edit'; bytes: Bytes; hash: string; area?: string; seen?: number | null; actor?: string }
  | { type: 'command'; name: 'submit' | 'withdraw'; expected: string[] })

/** One item of a sealed batch, as this phone remembers it. */
export interface SealedItem { id: string; record: string; type: 'edit' | 'command'; hashes: string[]; name: string | null }
/** A sealed batch, kept also after its receipt (P17). */
export interface Batch { key: string; actor: string; number: number; sealed: SealedBatch; items: SealedItem[]; settled: boolean }
/** Another phone's batch or file in sealed envelopes, whose bytes lie apart; `next`: the first the server does not have yet. */
export interface Parcel { envelopes: number; next: number }
/** How carrying goes since something was taken along: parcels delivered, parcels the server will never take, the last reason why not. */
export interface Carriage { delivered: number; refused: number; problem: string | null }
export interface StoredDocument { bytes: Bytes; undo: Undo | null }
export interface StoredProblem { item: string; record: string; status: Problem['status']; code: string; detail: string | null; at: number; hashes: string[] }

const OPEN_DOCUMENTS = 4

export class Book {
  readonly rows = new Map<string, Row>()
  readonly outbox = new Map<string, Outgoing>()
  readonly batches = new Map<string, Batch>()
  readonly carried = new Map<string, SealedBatch | Parcel>()
  readonly problems = new Map<string, StoredProblem>()
  readonly files = new Map<string, StoredFile>()
  readonly state: Partial<State> = {}
  readonly #documents = new Map<string, { document: Document; undo: Undo | null }>()
  #next = 0

  private constructor(readonly database: Database, readonly context: Context) {}

  /** Reads and decrypts everything; the database must have its key. */
  static async open(database: Database, context: Context): Promise<Book> {
    const book = new Book(database, context)
    for (const [key, value] of await database.all('state')) Object.assign(book.state, { [key]: value })
    for (const [key, row] of await database.all<Row>('rows')) book.rows.set(key, row)
    for (const [key, one] of await database.all<Outgoing>('outbox')) book.outbox.set(key, one)
    for (const [key, batch] of await database.all<Batch>('batches')) book.batches.set(key, batch)
    for (const [key, batch] of await database.all<SealedBatch | Parcel>('carried')) book.carried.set(key, batch)
    for (const [key, problem] of await database.all<StoredProblem>('problems')) book.problems.set(key, problem)
    for (const [key, file] of await database.all<StoredFile>('files')) book.files.set(key, file)
    if (book.state.returns) book.state.returns = heldAwaited(book.state.returns)
    const last = [...book.outbox.keys()].at(-1)
    book.#next = last === undefined ? 0 : Number.parseInt(last, 16) + 1
    return book
  }

  get identity(): Identity {
    if (!this.state.identity) throw new Failure('not_enrolled')
    return this.state.identity
  }

  /** 32 hex digits: device and incarnation. */
  get actor(): string {
    return this.identity.device + this.identity.incarnation
  }

  /** The form records of a kind are made with now. */
  form(kind: string): Form {
    const form = newest(this.state.reference?.forms ?? [], kind)
    if (!form) throw new Failure('not_found', `no form ${kind}`)
    return form
  }

  /** The form a record was written with, or the newest of its kind. */
  formOf(row: Row): Form | undefined {
    const forms = this.state.reference?.forms ?? []
    return forms.find((form) => `${form.name}/${form.version}` === row.form) ?? newest(forms, row.kind)
  }

  row(id: string): Row {
    const row = this.rows.get(id)
    if (!row) throw new Failure('not_found', `no record ${id}`)
    return row
  }

  /** The feed position of a village this phone works from; a household's grant counts in its village's feed. */
  seen(village: string): number | null {
    const cursors = Object.entries(this.state.cursors ?? {})
    const own = cursors.find(([grant]) => grant === `a:${village}`)
    const of = own ? [own] : cursors.filter(([grant]) => grant.startsWith('h:') && this.rows.get(grant.slice(2))?.area === village)
    return of.length === 0 ? null : Math.min(...of.map(([, [seq]]) => seq))
  }

  /** Key of the next outbox entry; later ones sort later. */
  nextKey(): string {
    return ordered(this.#next++)
  }

  /** Whether something of a record has no receipt yet. */
  waits(record: string): boolean {
    for (const one of this.outbox.values()) if (one.record === record) return true
    for (const batch of this.batches.values()) if (!batch.settled && batch.items.some((item) => item.record === record)) return true
    return false
  }

  /** Opens a record's document for writing; `pending` is its newest form, if that is not on disk yet. */
  async document(id: string, pending?: StoredDocument): Promise<{ document: Document; undo: Undo | null }> {
    const open = this.#documents.get(id)
    if (open) return open
    const stored = pending ?? (await this.database.get<StoredDocument>('documents', id))
    if (!stored) throw new Failure('not_found', `no record ${id}`)
    const opened = { document: openDocument(stored.bytes, this.actor), undo: stored.undo }
    this.#remember(id, opened)
    return opened
  }

  /** The write that stores a document; it becomes the open one when the commit succeeds. */
  documentWrite(id: string, document: Document, undo: Undo | null): Write & { value: StoredDocument } {
    const value = { bytes: saveDocument(document), undo }
    this.#remember(id, { document, undo })
    return { table: 'documents', key: id, value }
  }

  /** Writes all or nothing, then the memory follows. On failure opened documents are dropped: the disk is the truth. */
  async commit(writes: readonly Write[]): Promise<void> {
    try {
      await this.database.commit(writes)
    } catch (error) {
      this.forgetDocuments()
      throw new Failure('storage', error instanceof Error ? error.message : String(error))
    }
    for (const { table, key, value } of writes) {
      if (table === 'state') Object.assign(this.state, { [key]: value })
      else if (table === 'documents') value === undefined && this.#documents.delete(key)
      else if (table === 'bytes') continue
      else if (value === undefined) this[table].delete(key)
      else (this[table] as Map<string, unknown>).set(key, value)
    }
  }

  forgetDocuments(): void {
    for (const { document } of this.#documents.values()) closeDocument(document)
    this.#documents.clear()
  }

  #remember(id: string, opened: { document: Document; undo: Undo | null }): void {
    this.#documents.delete(id)
    this.#documents.set(id, opened)
    for (const [oldest, { document }] of this.#documents) {
      if (this.#documents.size <= OPEN_DOCUMENTS) break
      this.#documents.delete(oldest)
      closeDocument(document)
    }
  }
}

export const NOTHING_CARRIED: Carriage = { delivered: 0, refused: 0, problem: null }

/** What a phone knows that has just enrolled. */
export function firstRows(who: Omit<Identity, 'number' | 'prev'>, tokens: Tokens): Write[] {
  const identity: Identity = { ...who, number: 0, prev: null }
  const contact: Contact = { lastSync: null, lastError: null, referenceTag: null }
  return Object.entries({ identity, tokens, cursors: {}, contact }).map(([key, value]) => ({ table: 'state', key, value }))
}
