// Whether a summary adds up, said so that a failure explains itself (domain §10.2).
import { t } from '@ui/i18n'
import type { Identity, SummaryRow } from '../schema'
import { failingFirst, type Verdict } from '../verdict'

/** All of them, those that fail first. */
export function verdicts(identities: Identity[], rows: SummaryRow[]): Verdict[] {
  const rowOf = new Map(rows.map((row) => [row.area, row]))
  const said = identities.map((one) => ({
    key: `${one.id} ${one.area}`,
    id: one.id,
    area: rowOf.get(one.area)?.name || one.area,
    holds: one.holds,
    text: text(one, rowOf.get(one.area)),
  }))
  return failingFirst(said)
}

function text(one: Identity, row: SummaryRow | undefined): string {
  const kind = ['E1', 'E13'].includes(one.id) ? one.id : 'other'
  const values = { id: one.id, parts: one.parts, whole: one.whole, n: Math.abs(one.whole - one.parts) }
  if (one.holds) return t(`survey.identity.${kind}.holds`, values)
  return t('survey.identity.differs', { sides: t(`survey.identity.${kind}.sides`, values), n: values.n, why: why(one, row) })
}

/** Why the sides differ, as far as the figures of the area tell. */
function why(one: Identity, row: SummaryRow | undefined): string {
  const lacks = one.whole - one.parts
  if (one.id === 'E1') {
    const open = row?.in_system.unclassified ?? 0
    if (open === lacks) return t('survey.identity.E1.unclassified', { n: open })
    if (open > 0) return t('survey.identity.E1.partly', { n: open })
  }
  if (one.id === 'E13') return t(lacks > 0 ? 'survey.identity.E13.less' : 'survey.identity.E13.more')
  return t('survey.identity.unexplained')
}
