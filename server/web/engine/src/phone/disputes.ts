// Disputes on the phone: what a household objects to, bound to the version that was shown; and what the server tells
// of them. Only the server decides about them.
import { contentDigest, contentOf } from '../document/content'
import { dateAt } from '../context'
import type { DisputeState, Satisfied } from '../schema'
import type { DisputeCard, DisputeStanding, Value } from './api'
import type { Book } from './book'
import type { Records } from './records'
import { reviewOf, type Row } from './row'

type Values = { [field: string]: Value }

/** A dispute of today about the version of a record that this phone has. */
export async function addDispute(book: Book, records: Records, household: string, values: Values): Promise<string> {
  const { area } = book.row(household)
  const about = typeof values['document'] === 'string' ? values['document'] : null
  const shown: Values = about === null ? {} : { document_digest: await digestOf(book, about) }
  const first = { household, raised_on: dateAt(book.context.now()), raised_by: 'household', channel: 'on_visit' }
  return records.create('dispute', area, { ...first, ...shown, ...values })
}

async function digestOf(book: Book, record: string): Promise<string> {
  const { form } = book.row(record)
  return contentDigest(contentOf((await book.document(record)).document), form, record)
}

/** What the server decided of a dispute; undefined for other kinds, and of what an older server tells. */
export function standingOf(facts: { [name: string]: unknown } | undefined): DisputeStanding | undefined {
  if (typeof facts?.['state'] !== 'string') return undefined
  const text = (name: string): string | null => (typeof facts[name] === 'string' ? facts[name] : null)
  return {
    state: facts['state'] as DisputeState, dueOn: text('due_on'), handler: text('handler'), finding: text('finding'),
    toldOn: text('told_on'), satisfied: text('satisfied') as Satisfied | null,
  }
}

export function disputeOf(row: Row): DisputeCard | null {
  if (row.kind !== 'dispute') return null
  const standing = row.dispute ?? null
  return {
    subject: String(row.facts['subject'] ?? ''), statement: String(row.facts['statement'] ?? ''), standing,
    open: standing ? standing.state !== 'closed' : reviewOf(row) === 'submitted',
  }
}
