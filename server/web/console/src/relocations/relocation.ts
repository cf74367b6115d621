// Taking a household to another village: who may, where to, and what is asked for before it is sent.
import { t } from '@ui/i18n'
import { within } from '../areas'
import type { Area, Person, RecordSummary, Relocate, Role } from '../schema'

/** Who reviews, and so may move a household between villages (the twin of the server's `REVIEWS`). */
const REVIEWS: readonly Role[] = ['team_leader', 'town_office', 'alleviation_office']
const REASON_BYTES = 2000

/** Villages a household may be taken to: none for whoever may not move it. */
export function destinations(person: Person | null, areas: readonly Area[], household: RecordSummary): Area[] {
  if (!person || household.kind !== 'household' || !person.roles.some((role) => REVIEWS.includes(role))) return []
  const mine = (code: string): boolean => person.areas.some((area) => within(code, area))
  if (!mine(household.area)) return []
  return areas
    .filter((area) => area.level === 'village' && area.code !== household.area && mine(area.code))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
}

/** What is being filled in. */
export interface Move { id: string; area: string; movedOn: string; reason: string }

/** What is still wrong with it, as a sentence; null when it can be sent. */
export function fault(move: Move, today: string): string | null {
  if (move.area === '') return t('relocation.wrong.area')
  if (move.movedOn === '' || move.movedOn > today) return t('relocation.wrong.moved_on')
  const bytes = new TextEncoder().encode(move.reason.trim()).length
  return bytes === 0 || bytes > REASON_BYTES ? t('relocation.wrong.reason') : null
}

/** What is sent. */
export function request(household: RecordSummary, move: Move): Relocate {
  return {
    id: move.id, household: household.id, area: move.area, expected_area: household.area,
    moved_on: move.movedOn, reason: move.reason.trim(),
  }
}
