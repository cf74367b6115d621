// The five documents 一账一书一卡两表 of a household: their order, and how far one is in one of four words.
import type { DocumentKind, DocumentState, DossierRow, Identity, SigningState } from '../schema'
import { t } from '@ui/i18n'
import { failingFirst, type Verdict } from '../verdict'

/** In the order of every column: D4, D5, D1, D2, D3. */
export const DOCUMENTS: DocumentKind[] = ['registration', 'income', 'ledger', 'agreement', 'card']
/** The kind of record behind a document. */
export const RECORD_OF: Record<DocumentKind, string> = {
  registration: 'household', income: 'income', ledger: 'ledger', agreement: 'agreement', card: 'card',
}
/** By how many of the five are complete, all first. */
export const COMPLETE = [5, 4, 3, 2, 1, 0] as const

export type Standing = 'missing' | 'unfinished' | 'complete' | 'signed'

/** What is said of a document: signed is complete and agreed to by everybody, exactly as it is now. */
export function standingOf({ state, signing }: { state: DocumentState; signing: SigningState }): Standing {
  return state === 'complete' && signing === 'signed' ? 'signed' : state
}

/** What the signatures add to a document that is complete but not signed; nothing while nobody signed. */
export function beside({ state, signing }: { state: DocumentState; signing: SigningState }): SigningState | null {
  return state === 'complete' && signing !== 'none' && signing !== 'signed' ? signing : null
}

export const LOOKS: Record<Standing, string> = { missing: 'badge-draft', unfinished: 'badge-warn', complete: 'badge-pending', signed: 'badge-approved' }

/** Households of a row by number of complete documents, all five first. */
export function partsOf(row: DossierRow): { key: string; value: number; complete: number }[] {
  return COMPLETE.map((complete) => ({ key: `of5-${complete}`, complete, value: row.by_complete[complete] ?? 0 }))
}

/** In words: E6 of households, E6b of their documents. */
export function verdictsOf(identities: Identity[], rows: DossierRow[]): Verdict[] {
  const names = new Map(rows.map((row) => [row.area, row.name]))
  return failingFirst(identities.map(({ id, area, parts, whole, holds }) => {
    const kind = id === 'E6' || id === 'E6b' ? id : 'other'
    const verdict = holds ? 'holds' : parts > whole ? 'more' : 'less'
    const text = t(`dossier.identity.${kind}.${verdict}`, { id, parts, whole, n: Math.abs(parts - whole) })
    return { key: `${id} ${area}`, id, area: names.get(area) || area, holds, text }
  }))
}
