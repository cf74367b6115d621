// What the screens show, made from summary rows alone (and the one document that is open).
import { dateAt, daysBetween } from '../context'
import { answersOf, concurrentAt, type Document } from '../document/document'
import { Aliases } from './alias'
import type { AliasOf, ConflictView, HouseholdCard, HouseholdPage, Kind, Problem, RecordCard, RecordView, SendState, SyncState } from './api'
import type { Book } from './book'
import { disputeOf } from './disputes'
import { visitsOf } from './submit'
import { isOwnWork, membersOf, readOnlyOf, reviewOf, type Row } from './row'

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** Lists over the book as it is now; made anew for every question. */
export class Lists {
  readonly #waiting = new Set<string>()
  readonly #problems = new Set<string>()
  readonly #aliases: Aliases

  constructor(private readonly book: Book) {
    this.#aliases = new Aliases(book.state.reference)
    for (const one of book.outbox.values()) this.#waiting.add(one.record)
    for (const batch of book.batches.values()) if (!batch.settled) for (const item of batch.items) this.#waiting.add(item.record)
    for (const problem of book.problems.values()) this.#problems.add(problem.record)
  }

  #villageName(code: string): string {
    return this.book.state.reference?.areas.find((area) => area.code === code)?.name ?? code
  }

  #title(row: Row): string {
    const about = row.household === null ? undefined : this.book.rows.get(row.household)
    return text((about ?? row).facts['name']) ?? this.#villageName(row.area)
  }

  #send(id: string): SendState {
    return this.#problems.has(id) ? 'problem' : this.#waiting.has(id) ? 'waiting' : 'sent'
  }

  card(row: Row): RecordCard {
    const review = reviewOf(row)
    return {
      id: row.id, kind: row.kind, area: row.area, household: row.household, title: this.#title(row), date: row.date, note: noteOf(row), dispute: disputeOf(row),
      review, send: this.#send(row.id), submitting: row.intent === 'submit',
      remark: review === 'returned' ? row.server.remark : null,
      conflicts: row.conflicts.filter((path) => !row.left.includes(path)).length,
      mine: row.mine, createdAt: row.createdAt, savedAt: row.savedAt,
    }
  }

  /** Own records, newest first. */
  own(kind?: Kind): RecordCard[] {
    return this.#cards((row) => row.mine && (kind === undefined || row.kind === kind))
  }

  drafts(): RecordCard[] {
    return this.#cards((row) => isOwnWork(row) && reviewOf(row) === 'draft' && !this.#goesWithVisit(row))
  }

  returned(): RecordCard[] {
    return this.#cards((row) => isOwnWork(row) && reviewOf(row) === 'returned')
  }

  /** A trip whose visits are all drafts is submitted with the first of them; nobody need think of it. */
  #goesWithVisit(row: Row): boolean {
    const visits = row.kind === 'trip' ? visitsOf(this.book, row.id) : []
    return visits.length > 0 && visits.every((visit) => reviewOf(visit) === 'draft')
  }

  #cards(wanted: (row: Row) => boolean): RecordCard[] {
    const rows = [...this.book.rows.values()].filter(wanted)
    return rows.sort(newestFirst).map((row) => this.card(row))
  }

  households(): HouseholdCard[] {
    const about = new Map<string, Row[]>()
    for (const row of this.book.rows.values()) {
      if (row.kind === 'household' || row.household === null) continue
      for (const home of this.#homesOf(row.household)) about.set(home, [...(about.get(home) ?? []), row])
    }
    const homes = [...this.book.rows.values()].filter((row) => row.kind === 'household')
    return homes.map((row) => this.#home(row, about.get(row.id) ?? [])).sort(byUrgency)
  }

  #home(row: Row, about: Row[]): HouseholdCard {
    const visits = about.filter((one) => one.kind === 'visit').sort(newestFirst)
    const draft = visits.find((one) => one.mine && reviewOf(one) === 'draft')
    const returned = [row, ...about].find((one) => isOwnWork(one) && reviewOf(one) === 'returned')
    const nextVisit = text(visits.find((one) => text(one.facts['next_visit_on']))?.facts['next_visit_on'])
    const late = nextVisit === null ? -1 : daysBetween(nextVisit, dateAt(this.book.context.now()))
    const all = [row, ...about]
    return {
      id: row.id, village: row.area, villageName: this.#villageName(row.area), group: text(row.facts['group_name']),
      name: text(row.facts['name']) ?? '', initials: text(row.facts['initials']) ?? '',
      address: text(row.facts['address']), phone: text(row.facts['phone']), people: Number(row.facts['people'] ?? 0),
      attribute: text(row.facts['poverty_attribute']), severity: text(row.facts['severity']),
      lastVisit: visits.find((one) => one !== draft && one.date !== null)?.date ?? null,
      nextVisit, daysLate: late < 0 ? null : late,
      draft: draft ? { id: draft.id, savedAt: draft.savedAt } : null,
      returned: returned ? { id: returned.id, remark: returned.server.remark ?? '' } : null,
      waiting: all.filter((one) => this.#waiting.has(one.id)).length,
      problems: all.filter((one) => this.#problems.has(one.id)).length,
      conflicts: all.reduce((sum, one) => sum + one.conflicts.filter((path) => !one.left.includes(path)).length, 0),
      disputes: about.filter((one) => disputeOf(one)?.open).length,
      paired: this.book.state.reference?.assignments.households.includes(row.id) ?? false,
      alias: this.#alias(row.id),
    }
  }

  /** What is about an alias is about its family too. */
  #homesOf(household: string): Set<string> {
    return new Set([household, this.#aliases.kept(household)])
  }

  #alias(id: string): AliasOf | null {
    if (!this.#aliases.isAlias(id)) return null
    const kept = this.#aliases.kept(id)
    const row = this.book.rows.get(kept)
    const place = row && [text(row.facts['group_name']), text(row.facts['address'])].filter((one) => one !== null).join(' ')
    return { id: kept, name: row ? (text(row.facts['name']) ?? '') : null, place: place ?? null }
  }

  page(row: Row, document: Document): HouseholdPage {
    const about = [...this.book.rows.values()].filter((one) => one.kind !== 'household' && one.household !== null && this.#homesOf(one.household).has(row.id))
    const cards = (kind: Kind): RecordCard[] => about.filter((one) => one.kind === kind).sort(newestFirst).map((one) => this.card(one))
    const answers = answersOf(document)
    const visits = cards('visit')
    return {
      card: this.#home(row, about), answers, members: membersOf(answers), visits, difficulties: cards('difficulty'), disputes: cards('dispute'),
      documents: [row, ...about.filter((one) => this.book.formOf(one)?.attestation).sort(newestFirst)].map((one) => this.card(one)),
      drafts: visits.filter((one) => one.mine && one.review === 'draft'), conflicts: this.conflictsOf(row, document),
      movedTo: this.#movedTo(row),
    }
  }

  #movedTo(row: Row): string | null {
    return row.movedTo === undefined ? null : this.#villageName(row.movedTo)
  }

  conflictsOf(row: Row, document: Document): ConflictView[] {
    const { device, name } = this.book.identity
    return row.conflicts.map((path) => ({
      record: row.id, kind: row.kind, title: this.#title(row), path, left: row.left.includes(path),
      values: concurrentAt(document, path).map(({ value, actor, madeAt }) => {
        const mine = actor.startsWith(device)
        const author = actor.slice(0, 16)
        return { value, person: mine ? name : (this.book.state.names?.[author] ?? ''), device: author, madeAt, mine }
      }),
    }))
  }

  record(row: Row, document: Document, undo: RecordView['undo']): RecordView {
    return {
      card: this.card(row), form: row.form, answers: answersOf(document), conflicts: this.conflictsOf(row, document), undo,
      readOnly: readOnlyOf(row), movedTo: this.#movedTo(row),
    }
  }

  waiting(): SyncState['waiting'] {
    const rows = [...this.book.rows.values()].filter((row) => this.#waiting.has(row.id)).sort(newestFirst)
    return rows.map((row) => ({ record: row.id, kind: row.kind, title: this.#title(row), savedAt: row.savedAt }))
  }

  problems(): Problem[] {
    return [...this.book.problems.values()].map(({ record, status, code, detail, at }) => {
      const row = this.book.rows.get(record)
      return { record, kind: row?.kind ?? 'visit', title: row ? this.#title(row) : record.slice(0, 8), status, code, detail, at }
    })
  }
}

/** What a record says of itself in a list. */
function noteOf({ facts }: Row): string | null {
  const told = ['description', 'content', 'project_name', 'industry', 'month', 'year'].map((name) => text(facts[name]))
  return told.find((one) => one !== null) ?? null
}

function newestFirst(a: Row, b: Row): number {
  return (b.date ?? '').localeCompare(a.date ?? '') || b.createdAt - a.createdAt
}

/** Late, today, draft, returned, the rest; within them the latest first, then by name. */
function byUrgency(a: HouseholdCard, b: HouseholdCard): number {
  const rank = (card: HouseholdCard): number =>
    card.daysLate !== null && card.daysLate > 0 ? 0 : card.daysLate === 0 ? 1 : card.draft ? 2 : card.returned ? 3 : 4
  return rank(a) - rank(b) || (b.daysLate ?? 0) - (a.daysLate ?? 0) || a.initials.localeCompare(b.initials) || (a.id < b.id ? -1 : 1)
}
