// The one badge of a card: border and words, at most ten characters.
import type { AliasOf, HouseholdCard, RecordCard } from '@engine/phone/api'
import { clockTime, isoDay } from '@ui/format'
import { t } from '@ui/i18n'
import type { Tone } from '@ui/shell/StatusBadge.vue'
import { standingWords } from './disputes/standing'

export interface BadgeWords { text: string; tone: Tone }

/** What matters most about a household now; null = nothing to do. */
export function householdBadge(card: HouseholdCard): BadgeWords | null {
  if (card.returned) return { text: t('badge.returned'), tone: 'error' }
  if (card.conflicts > 0) return { text: t('badge.conflicts', { n: card.conflicts }), tone: 'warn' }
  if (card.problems > 0) return { text: t('badge.problem'), tone: 'error' }
  if (card.draft) return { text: t('badge.draft', { when: draftWhen(card.draft.savedAt) }), tone: 'brand' }
  if (card.alias) return { text: t('badge.alias'), tone: 'plain' }
  if (card.daysLate !== null && card.daysLate > 0) return { text: t('badge.late', { n: card.daysLate }), tone: 'warn' }
  if (card.daysLate === 0) return { text: t('badge.today'), tone: 'brand' }
  if (card.disputes > 0) return { text: t('badge.disputes', { n: card.disputes }), tone: 'warn' }
  if (card.waiting > 0) return { text: t('badge.waiting'), tone: 'plain' }
  return null
}

/** Of a record in a list. */
export function recordBadge(card: RecordCard): BadgeWords {
  if (card.review === 'returned') return { text: t('badge.returned'), tone: 'error' }
  if (card.send === 'problem') return { text: t('badge.problem'), tone: 'error' }
  if (card.conflicts > 0) return { text: t('badge.conflicts', { n: card.conflicts }), tone: 'warn' }
  if (card.review === 'draft') return { text: t('badge.draft', { when: draftWhen(card.savedAt) }), tone: 'brand' }
  if (card.send === 'waiting') return { text: t('badge.waiting'), tone: 'plain' }
  const standing = card.dispute && standingWords(card.dispute, isoDay(Date.now()))
  if (standing) return standing
  if (card.dispute && card.review === 'submitted') return { text: t('dispute.state.raised'), tone: 'brand' }
  return { text: t(`review.${card.review}`), tone: card.review === 'approved' ? 'good' : 'plain' }
}

/** The time today, else the day: `09:14`, `12-03`. */
function draftWhen(at: number): string {
  return isoDay(at) === isoDay(Date.now()) ? clockTime(at) : isoDay(at).slice(5)
}

/** Which household an alias was merged into, with what tells two of one name apart. */
export function aliasWords({ name, place }: AliasOf): string {
  if (name === null) return t('alias.elsewhere')
  const title = name || t('household.unnamed')
  return place ? t('alias.into_at', { name: title, place }) : t('alias.into', { name: title })
}

/** Whether a household is to be visited now; an alias is visited as the one that stands for it. */
export const due = (card: HouseholdCard): boolean => card.alias === null && ((card.daysLate !== null && card.daysLate >= 0) || card.lastVisit === null)
