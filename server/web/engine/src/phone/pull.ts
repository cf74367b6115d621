// What the server's answer changes here: entries, cursors, grants that came or went, reference
// data. All of one answer is one local transaction; an interrupted pull goes on from its cursors.
import { toHex, type Bytes } from '../bytes'
import { readChanges, splitChunks } from '../document/chunk'
import * as D from '../document/document'
import { madeTwice } from '../document/history'
import { isFounder } from '../document/founding'
import { decodeDecision, type Cursors, type Entry, type SyncResponse } from '../protocol/message'
import type { Reference, ReviewState } from '../schema'
import type { Write } from '../store/database'
import type { Kind } from './api'
import type { Book, StoredDocument } from './book'
import { standingOf } from './disputes'
import { forgottenWith, isOnItsWay } from './files'
import type { ReadBack } from './read_back'
import { emptyRow, refreshed, signed, type Row } from './row'

const REVIEWS: readonly string[] = ['draft', 'submitted', 'returned', 'approved', 'changed']

/** The work of taking in one answer; what it found is told to the screens. */
export class Pull {
  readonly touched = new Set<string>()
  readonly #rows = new Map<string, Row | null>()
  readonly #documents = new Map<string, StoredDocument | null>()
  readonly #writes: Write[] = []
  readonly #gone = new Set<string>()
  /** Own changes another copy of this phone wrote under the same numbers: to be made again (P6). */
  readonly clashes: { record: string; hashes: string[] }[] = []
  /** Grants to read again from the start, because a record could not be completed. */
  readonly #repair = new Set<string>()

  /** Grants of the account as the answer tells, new ones too. */
  #granted: Cursors = {}

  /** Nothing follows this answer. */
  #isEnd = false

  /** `sealed`: changes that wait for a receipt still → their records. */
  constructor(private readonly book: Book, private readonly back: ReadBack, private readonly sealed: ReadonlyMap<string, string>) {}

  /** All writes of an answer, to be committed together with those of its receipts. */
  async take(answer: SyncResponse, before: readonly Write[]): Promise<Write[]> {
    this.#granted = answer.cursors
    this.#isEnd = !answer.more
    for (const { table, key, value } of before) if (table === 'rows') this.#rows.set(key, value as Row)
    for (const entry of answer.entries) await this.#entry(entry)
    this.#grants(answer)
    if (answer.reference) {
      const reference = JSON.parse(new TextDecoder().decode(answer.reference)) as Reference
      this.#writes.push({ table: 'state', key: 'reference', value: reference })
    }
    this.#writes.push(...forgottenWith(this.book, this.#gone))
    const rows = [...this.#rows].map(([key, row]): Write => ({ table: 'rows', key, value: row ?? undefined }))
    const documents = [...this.#documents].map(([key, value]): Write => ({ table: 'documents', key, value: value ?? undefined }))
    return [...documents, ...before.filter((write) => write.table !== 'rows'), ...this.#writes, ...rows]
  }

  #row(id: string): Row | undefined {
    const changed = this.#rows.get(id)
    return changed === undefined ? this.book.rows.get(id) : (changed ?? undefined)
  }

  #set(row: Row): void {
    this.#rows.set(row.id, row)
    this.touched.add(row.id)
  }

  async #entry(entry: Entry): Promise<void> {
    const id = toHex(entry.record)
    const row = this.#row(id)
    switch (entry.what) {
      case 'document':
      case 'changes':
        return this.#content(id, entry, row)
      case 'decision':
        return row && this.#decision(row, entry.data)
      case 'moved':
        return row && this.#moved(row, entry)
      case 'removed':
        return row && this.#leave(row, entry.grant)
    }
  }

  async #content(id: string, { grant, kind, form, area, data, what }: Entry, known: Row | undefined): Promise<void> {
    let document: D.Document
    let undo = null
    try {
      const open = known ? await this.book.document(id, this.#documents.get(id) ?? undefined) : null
      document = D.absorb(open?.document ?? null, data, this.book.actor)
      undo = open?.undo ?? null
    } catch {
      // A record that cannot be completed from here must not stop the others (P3): read its grant again.
      this.#repair.add(grant)
      this.book.forgetDocuments()
      if (known) await this.#compare(id, what, data)
      return
    }
    const now = this.book.context.now()
    const row = known ?? emptyRow(id, kind as Kind, form, area, now)
    const grants = row.grants.includes(grant) ? row.grants : [...row.grants, grant]
    const next = refreshed({ ...row, form, area, grants, leaving: false, movedTo: undefined, savedAt: known ? row.savedAt : now }, document, this.book.formOf({ ...row, form }))
    this.#gone.delete(id)
    const wrote = row.wrote || D.hasAuthor(document, this.book.identity.device)
    this.#set({ ...next, wrote, mine: row.mine || this.#isMine(document) })
    this.#documents.set(id, this.book.documentWrite(id, document, undo).value)
    await this.#settleProblems(id, what, data)
    this.#noteReturn(id, what, data)
    this.#notTwice(id, document, what, data)
  }

  /** Own changes that made an element which the server has from another copy of this phone: both had made the same again. */
  #notTwice(record: string, document: D.Document, what: string, data: Bytes): void {
    const twice = madeTwice(document).filter((one) => one.actor.startsWith(this.book.identity.device))
    if (twice.length === 0) return
    const theirs = new Set(namesIn(what, data).map((one) => one.hash))
    const hashes = twice.map((one) => one.hash).filter((hash) => !theirs.has(hash))
    if (hashes.length > 0) this.clashes.push({ record, hashes })
  }

  /** What came back is proven. A whole document may tell of what stands behind the page's end; where it begins, the page has reached. */
  #noteReturn(id: string, what: string, data: Bytes): void {
    if (!this.back.minds(id) && ![...this.sealed.values()].includes(id)) return
    this.back.came(namesIn(what, data), (change) => what === 'changes' || this.#isEnd || change.root, this.sealed)
  }

  #isMine(document: D.Document): boolean {
    const { device, person } = this.book.identity
    const answers = D.answersOf(document)
    const root = D.rootActor(document)
    // What everybody begins alike is whose wrote in it.
    const began = isFounder(root) ? D.hasAuthor(document, device) : root.startsWith(device)
    return began || answers['person'] === person || String(answers['visitors'] ?? '').split(' ').includes(person)
  }

  /** A held or quarantined edit that comes back in the feed has been stored. */
  async #settleProblems(id: string, what: string, data: Bytes): Promise<void> {
    const open = [...this.book.problems.values()].filter((one) => one.record === id && one.hashes.length > 0 && one.status !== 'stale')
    if (open.length === 0) return
    const stored = await storedIn(what, data)
    for (const problem of open) if (problem.hashes.every(stored)) this.#writes.push({ table: 'problems', key: problem.item })
  }

  /** Looks for changes that share actor and number with one of the server's but are others. */
  async #compare(id: string, what: string, data: Bytes): Promise<void> {
    const { document } = await this.book.document(id, this.#documents.get(id) ?? undefined)
    const theirs = namesIn(what, data)
    const numbers = new Map(theirs.map((one) => [`${one.actor}/${one.sequence}`, one.hash]))
    const own = D.namesOf(document).filter((one) => one.actor.startsWith(this.book.identity.device))
    const clashing = own.filter((one) => (numbers.get(`${one.actor}/${one.sequence}`) ?? one.hash) !== one.hash)
    if (clashing.length > 0) this.clashes.push({ record: id, hashes: clashing.map((one) => one.hash) })
  }

  async #decision(row: Row, data: Bytes): Promise<void> {
    const { state, remark, heads, facts } = decodeDecision(data)
    if (!REVIEWS.includes(state)) return
    const next: Row = { ...row, dispute: standingOf(facts) ?? row.dispute, server: { review: state as ReviewState, remark: remark ?? null, heads: heads.map(toHex).sort() } }
    const pending = this.#documents.get(row.id) ?? undefined
    this.#set(state === 'approved' ? signed(next, (await this.book.document(row.id, pending)).document) : next)
  }

  /** It stays if another grant follows it; else what is unsent goes out under the village it was written in. */
  #moved(row: Row, { area, grant }: Entry): void {
    const grants = row.grants.filter((one) => one !== grant)
    if (grants.length > 0 || this.#granted[`a:${area}`]) this.#set({ ...row, area, grants })
    else this.#leave({ ...row, movedTo: area }, grant)
  }

  /** A record no grant covers any more goes, but not before what waits has been sent (P10). */
  #leave(row: Row, grant: string): void {
    const grants = row.grants.filter((one) => one !== grant)
    const gone = grants.length === 0
    this.touched.add(row.id)
    if (!gone || isNeeded(this.book, row.id)) {
      this.#rows.set(row.id, { ...row, grants, leaving: gone })
      return
    }
    this.#rows.set(row.id, null)
    this.#documents.set(row.id, null)
    this.#gone.add(row.id)
  }

  #grants(answer: SyncResponse): void {
    const cursors: Cursors = { ...answer.cursors }
    for (const grant of this.#repair) delete cursors[grant]
    for (const grant of answer.revoked) delete cursors[grant]
    this.#writes.push({ table: 'state', key: 'cursors', value: cursors })
    const rows = [...new Set([...this.book.rows.keys(), ...this.#rows.keys()])]
    for (const grant of answer.revoked) {
      for (const id of rows) {
        const row = this.#row(id)
        if (row?.grants.includes(grant)) this.#leave(row, grant)
      }
    }
    if (answer.rewound.length === 0) return
    // The server lost what it had acknowledged: everything kept is offered again; it is idempotent (P2, P17).
    for (const batch of this.book.batches.values()) this.#writes.push({ table: 'batches', key: batch.key, value: { ...batch, settled: false } })
  }
}

function namesIn(what: string, data: Bytes): D.ChangeName[] {
  if (what === 'changes') return D.readNames(splitChunks(data))
  const document = D.absorb(null, data, 'ff'.repeat(16))
  const names = D.namesOf(document)
  D.closeDocument(document)
  return names
}

async function storedIn(what: string, data: Bytes): Promise<(hash: string) => boolean> {
  if (what === 'changes') {
    const hashes = new Set((await readChanges(data)).map((one) => one.hash))
    return (hash) => hashes.has(hash)
  }
  const document = D.absorb(null, data, 'ff'.repeat(16))
  const has = (hash: string): boolean => D.hasChanges(document, [hash])
  return has
}

/** Something of it waits, or was not stored and must stay visible until a person dealt with it (P4). */
function isNeeded(book: Book, record: string): boolean {
  return book.waits(record) || isOnItsWay(book, record) || [...book.problems.values()].some((problem) => problem.record === record)
}

/** Rows whose grant ended while something of them waited, and nothing waits any more. */
export function leavers(book: Book): Write[] {
  const gone = [...book.rows.values()].filter((row) => row.leaving && !isNeeded(book, row.id)).map((row) => row.id)
  const writes = gone.flatMap((key): Write[] => [{ table: 'rows', key }, { table: 'documents', key }])
  return [...writes, ...forgottenWith(book, new Set(gone))]
}

