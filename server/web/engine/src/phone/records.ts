// Making and editing records on the phone. Every edit is one local transaction: the document, its
// row, the way back, and the change in the outbox (P-rules of §6); killed anywhere, nothing tears.
import { toHex } from '../bytes'
import { clockAt, dateAt, newRecordId } from '../context'
import { readChanges } from '../document/chunk'
import { ATTESTATIONS } from '../document/content'
import * as D from '../document/document'
import { foundDocument, foundedId, type Identity } from '../document/founding'
import { catalogueOf } from '../dossier/known'
import { sharers } from '../dossier/month'
import { containers, fieldAt, formId, isLine, valueAt } from '../form'
import { isEmpty } from '../form/answers'
import type { Form } from '../schema'
import type { Write } from '../store/database'
import type { AddedKind, FoundedKind, Kind, Saved, Undo, Value } from './api'
import { checked, typed } from './answer'
import type { Book, Outgoing } from './book'
import { known } from './dossier'
import { Failure } from './failure'
import { emptyRow, refreshed, reviewOf, type Row } from './row'

/** The kind of visit one begins with. */
const ROUTINE = 'routine'
type Values = { [field: string]: Value }

export class Records {
  constructor(private readonly book: Book) {}

  /** Autosave of one answer. */
  put(id: string, path: string, value: Value): Promise<Saved> {
    return this.#edit(id, (document, form, now) => {
      const put = checked(form, document, path, value)
      const before = valueAt(D.answersOf(document), path)
      const line = form !== undefined && isLine(form, path)
      if (line && !isEmpty(before)) throw new Failure('read_only', path, path)
      return { next: D.putAll(document, [put], now), undo: line ? null : { path, value: before, madeAt: now } }
    })
  }

  /** Root answers that belong together, in one change. There is no way back from half of it. */
  putAll(id: string, values: Values): Promise<Saved> {
    return this.#edit(id, (document, form, now) => {
      const puts = Object.entries(values).map(([path, value]) => checked(form, document, path, value))
      return { next: D.putAll(document, puts, now), undo: null }
    })
  }

  /** Brings back the value the last edit replaced. */
  async undo(id: string): Promise<Saved> {
    const { undo } = await this.book.document(id)
    if (!undo) throw new Failure('nothing_to_undo')
    return this.#edit(id, (document, form, now) => {
      if (undo.value === null && form && isLine(form, undo.path) && undo.path.endsWith('/deleted_at')) return { next: this.#again(document, form, undo.path, now), undo: null }
      const type = form && fieldAt(form, undo.path)?.type
      // Somebody else took the new line back already.
      if (form && isLine(form, undo.path) && !isEmpty(valueAt(D.answersOf(document), undo.path))) throw new Failure('nothing_to_undo')
      return { next: D.putAll(document, [{ path: undo.path, value: undo.value, type }], now), undo: null }
    })
  }

  /** Settles a conflict: a plain edit by somebody who saw all values. */
  resolve(id: string, path: string, value: Value): Promise<Saved> {
    return this.#edit(id, (document, form, now) => {
      const put = checked(form, document, path, value)
      // Of two first answers of a line one is chosen; nothing else is written over them.
      const shown = D.concurrentAt(document, path).some((one) => one.value === value)
      if (form && isLine(form, path) && !shown) throw new Failure('read_only', path, path)
      return { next: D.putAll(document, [put], now), undo: null }
    })
  }

  async addElement(id: string, repeat: string, values: Values): Promise<string> {
    const element = toHex(this.book.context.random(16))
    if (repeat === ATTESTATIONS) throw new Failure('read_only', repeat, repeat)
    await this.#add(id, repeat, element, values)
    return element
  }

  /** A line in one change, and what is stored in the same transaction. Answers without a value are left out. */
  addLine(id: string, repeat: string, values: Values, more: readonly Write[]): Promise<Saved> {
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)))
    return this.#add(id, repeat, toHex(this.book.context.random(16)), given, more)
  }

  #add(id: string, repeat: string, element: string, values: Values, more: readonly Write[] = []): Promise<Saved> {
    return this.#edit(id, (document, form, now) => {
      if (form && !containers(form).includes(repeat)) throw new Failure('bad_path', repeat, repeat)
      const puts = Object.entries(values).map(([field, value]) => typed(form, `${repeat}/${element}/${field}`, value))
      return { next: D.addElement(document, repeat, element, puts, now), undo: { path: `${repeat}/${element}/deleted_at`, value: dateAt(now), madeAt: now } }
    }, more)
  }

  removeElement(id: string, repeat: string, element: string): Promise<Saved> {
    const form = this.book.formOf(this.book.row(id))
    if (form && isLine(form, `${repeat}/${element}/deleted_at`)) return this.removeLine(id, repeat, element)
    return this.put(id, `${repeat}/${element}/deleted_at`, dateAt(this.book.context.now()))
  }

  /** Takes a line back; undoing that writes the line again. */
  removeLine(id: string, repeat: string, element: string): Promise<Saved> {
    const path = `${repeat}/${element}/deleted_at`
    return this.#edit(id, (document, form, now) => {
      const put = checked(form, document, path, dateAt(now))
      if (!isEmpty(valueAt(D.answersOf(document), path))) throw new Failure('read_only', path, path)
      return { next: D.putAll(document, [put], now), undo: { path, value: null, madeAt: now } }
    })
  }

  /** What was taken back stays so, for everybody who saw it; the same words become a new line. */
  #again(document: D.Document, form: Form, path: string, now: number): D.Document {
    const [repeat = '', gone = ''] = path.split('/')
    const element = toHex(this.book.context.random(16))
    const { deleted_at: _, ...values } = (D.answersOf(document)[repeat] as { [element: string]: Values })[gone] ?? {}
    const puts = Object.entries(values).map(([field, value]) => typed(form, `${repeat}/${element}/${field}`, value))
    return D.addElement(document, repeat, element, puts, now)
  }

  /** Today's visit of a household; also the day's trip to its village, if this is the first visit of the day. */
  async startVisit(household: string, visitType?: string): Promise<string> {
    const now = this.book.context.now()
    const today = dateAt(now)
    const { area } = this.book.row(household)
    const mine = [...this.book.rows.values()].filter((row) => row.mine && row.date === today)
    const open = mine.filter((row) => row.kind === 'visit' && row.household === household && reviewOf(row) === 'draft')
    const same = visitType === undefined ? open[0] : open.find((row) => row.facts['visit_type'] === visitType)
    if (same) return same.id
    // Nobody chose the kind a visit begins with; a second visit of the day would only be counted twice.
    const unchosen = open.find((row) => row.facts['visit_type'] === ROUTINE)
    if (unchosen && visitType !== undefined) {
      await this.put(unchosen.id, 'visit_type', visitType)
      return unchosen.id
    }
    const person = this.book.identity.person
    const writes: Write[] = []
    let trip = mine.find((row) => row.kind === 'trip' && row.area === area)?.id
    if (trip === undefined) {
      const role = this.book.state.reference?.assignments.villages.find((one) => one.village === area)?.role
      trip = await this.#create('trip', area, { person, village_code: area, occurred_on: today, arrive_at: clockAt(now), role_at_time: role ?? null, lodged: false }, writes)
    }
    const visit = await this.#create('visit', area, { household, trip, visitors: person, occurred_on: today, start_at: clockAt(now), visit_type: visitType ?? ROUTINE }, writes)
    await this.book.commit(writes)
    return visit
  }

  /** One stay per village and date. */
  async stayNight(village: string, date: string, lodged: boolean): Promise<string> {
    const known = [...this.book.rows.values()].find((row) => row.mine && row.kind === 'stay' && row.area === village && row.date === date)
    if (known) {
      await this.put(known.id, 'lodged', lodged)
      return known.id
    }
    const values = { person: this.book.identity.person, village_code: village, occurred_on: date, lodged, source: 'self' }
    return this.create('stay', village, values)
  }

  addDifficulty(household: string, values: Values): Promise<string> {
    const today = dateAt(this.book.context.now())
    return this.create('difficulty', this.book.row(household).area, { household, raised_on: today, state: 'raised', ...values })
  }

  /** The record of a kind of which there is one per household and period: opened, or begun as every phone begins it. */
  async begin(kind: FoundedKind, household: string, period: string): Promise<string> {
    const form = this.book.form(kind)
    const about: Identity = { household, [kind === 'income' ? 'month' : 'year']: period }
    const id = await foundedId(kind, about)
    if (this.book.rows.has(id)) return id
    const { area } = this.book.row(household)
    const now = this.book.context.now()
    const founded = D.openDocument(D.saveDocument(foundDocument(id, containers(form), about)), this.book.actor)
    const puts = Object.entries(await this.#first(kind, household, period)).map(([name, value]) => typed(form, name, value))
    const row = { ...emptyRow(id, kind, formId(form), area, now), mine: true }
    await this.book.commit(await this.writesOf(row, D.putAll(founded, puts, now), [], form, null))
    return id
  }

  /** What the file says already is not asked again. */
  async #first(kind: FoundedKind, household: string, period: string): Promise<Values> {
    const today = dateAt(this.book.context.now())
    if (kind === 'card') return { issued_on: today }
    if (kind === 'ledger') return { closed_on: today }
    const home = D.answersOf((await this.book.document(household)).document)
    return { catalogue: catalogueOf(known(this.book), period).version, line_year: Number(period.slice(0, 4)), counted: sharers(home) }
  }

  /** A measure, project or agreement. */
  addTo(household: string, kind: AddedKind, values: Values): Promise<string> {
    const today = dateAt(this.book.context.now())
    const first: Values = kind === 'agreement' ? { agreed_on: today } : kind === 'measure' ? { planned_for_year: Number(today.slice(0, 4)) } : {}
    return this.create(kind, this.book.row(household).area, { household, ...first, ...values })
  }

  /** A record in one transaction. */
  async create(kind: Kind, area: string, values: Values): Promise<string> {
    const writes: Write[] = []
    const id = await this.#create(kind, area, values, writes)
    await this.book.commit(writes)
    return id
  }

  async #create(kind: Kind, area: string, values: Values, writes: Write[]): Promise<string> {
    const { context } = this.book
    const form = this.book.form(kind)
    const id = newRecordId(context)
    const now = context.now()
    const puts = Object.entries(values)
      .filter(([name, value]) => value !== null && fieldAt(form, name) !== undefined)
      .map(([name, value]) => typed(form, name, value))
    const document = D.createDocument(this.book.actor, containers(form), puts, now)
    const row = { ...emptyRow(id, kind, formId(form), area, now), mine: true }
    writes.push(...(await this.writesOf(row, document, [], form, null)))
    return id
  }

  async #edit(id: string, make: (document: D.Document, form: Form | undefined, now: number) => { next: D.Document; undo: Undo | null }, more: readonly Write[] = []): Promise<Saved> {
    const row = this.book.row(id)
    const form = this.book.formOf(row)
    const opened = await this.book.document(id)
    const now = this.book.context.now()
    const { next, undo } = make(opened.document, form, now)
    if (D.headsOf(next).join() === row.heads.join()) return { savedAt: row.savedAt, undo: opened.undo }
    await this.book.commit([...(await this.writesOf({ ...row, savedAt: now }, next, row.heads, form, undo)), ...more])
    return { savedAt: now, undo }
  }

  /** Document, row and outbox entries of what was changed since `heads`. */
  async writesOf(row: Row, document: D.Document, heads: string[], form: Form | undefined, undo: Undo | null): Promise<Write[]> {
    const changes = await readChanges(D.changesSince(document, heads))
    const writes: Write[] = [
      { table: 'rows', key: row.id, value: { ...refreshed(row, document, form), wrote: true } },
      this.book.documentWrite(row.id, document, undo),
    ]
    for (const { bytes, hash } of changes) {
      const key = this.book.nextKey()
      writes.push({ table: 'outbox', key, value: { key, record: row.id, type: 'edit', bytes, hash, area: row.area, seen: this.book.seen(row.area) } satisfies Outgoing })
    }
    return writes
  }
}
