// Handing a record to the leader and taking it back. The first visit of a trip takes its trip along:
// the person made only the visit, and what duties count is the trip.
import * as D from '../document/document'
import type { Finding, Form } from '../schema'
import type { Write } from '../store/database'
import type { Answers, Submitted } from './api'
import type { Book, Outgoing } from './book'
import { Failure } from './failure'
import { reviewOf, type Row } from './row'

export type Check = (form: Form, answers: Answers) => Finding[]

/** The visits this person made on a trip. */
export function visitsOf(book: Book, trip: string): Row[] {
  return [...book.rows.values()].filter((row) => row.mine && row.kind === 'visit' && row.facts['trip'] === trip)
}

/** Submits a record unless its form blocks it; `trip`: the trip that was submitted with it. */
export async function submit(book: Book, id: string, check: Check): Promise<{ result: Submitted; trip: string | null }> {
  const row = book.row(id)
  const blocking = await blockers(book, row, check)
  if (blocking.length > 0) return { result: { done: false, blocking }, trip: null }
  const trip = openTripOf(book, row)
  const along = trip && (await blockers(book, trip, check)).length === 0 ? trip : null
  await book.commit([...(along ? command(book, along, 'submit') : []), ...command(book, row, 'submit')])
  return { result: { done: true, savedAt: book.row(id).savedAt }, trip: along?.id ?? null }
}

/** Takes a submission back: silently while it has not left, else by a command. Answers what changed. */
export async function withdraw(book: Book, id: string): Promise<string[]> {
  const row = book.row(id)
  if (!unsent(book, id)) {
    // What a household raised is not taken back by who took it down.
    if (row.kind === 'dispute') throw new Failure('already_sent')
    if (row.intent !== 'submit' && row.server.review !== 'submitted' && row.server.review !== 'changed') throw new Failure('not_submitted')
    await book.commit(command(book, row, 'withdraw'))
    return [id]
  }
  const trip = row.kind === 'visit' && isFirst(book, row) ? String(row.facts['trip'] ?? '') : ''
  const both = [id, trip].filter((one) => unsent(book, one))
  await book.commit(both.flatMap((one) => takeBack(book, one)))
  return both
}

async function blockers(book: Book, row: Row, check: Check): Promise<Finding[]> {
  const { document } = await book.document(row.id)
  if (D.headsOf(document).join() !== row.heads.join()) throw new Failure('storage')
  const form = book.formOf(row)
  return form ? check(form, D.answersOf(document)).filter((finding) => finding.severity === 'error') : []
}

/** The own trip of a visit that nobody has handed in and no earlier visit took along. */
function openTripOf(book: Book, visit: Row): Row | null {
  const trip = visit.kind === 'visit' ? book.rows.get(String(visit.facts['trip'])) : undefined
  return trip?.mine && !trip.leaving && reviewOf(trip) === 'draft' && isFirst(book, visit) ? trip : null
}

/** Whether no other visit of the same trip has gone to the leader. */
function isFirst(book: Book, visit: Row): boolean {
  return visitsOf(book, String(visit.facts['trip'])).every((one) => one.id === visit.id || reviewOf(one) === 'draft')
}

/** Asks the server for something about one version; the row shows the wish at once. */
function command(book: Book, row: Row, name: 'submit' | 'withdraw'): Write[] {
  const key = book.nextKey()
  const outgoing: Outgoing = { key, record: row.id, type: 'command', name, expected: row.heads }
  const next: Row = { ...row, intent: name, wrote: true, savedAt: book.context.now() }
  return [{ table: 'outbox', key, value: outgoing }, { table: 'rows', key: row.id, value: next }]
}

function unsent(book: Book, record: string): Outgoing | undefined {
  return [...book.outbox.values()].find((one) => one.record === record && one.type === 'command' && one.name === 'submit')
}

function takeBack(book: Book, record: string): Write[] {
  const key = unsent(book, record)?.key
  const row: Row = { ...book.row(record), intent: null }
  return key === undefined ? [] : [{ table: 'outbox', key }, { table: 'rows', key: record, value: row }]
}
