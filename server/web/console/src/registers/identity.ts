// Whether the registers add up (domain §10.2, E1 to E4), said so that a failure explains itself.
import { t } from '@ui/i18n'
import type { Identity, RegisterRow } from '../schema'
import { failingFirst, type Verdict } from '../verdict'

const KNOWN = ['E1', 'E2', 'E3', 'E4']

/** All of them, those that fail first. */
export function verdictsOf(identities: Identity[], rows: RegisterRow[]): Verdict[] {
  const rowOf = new Map(rows.map((row) => [row.area, row]))
  return failingFirst(identities.map((one) => {
    const row = rowOf.get(one.area)
    return { key: `${one.id} ${one.area}`, id: one.id, area: row?.name || one.area, holds: one.holds, text: text(one, row) }
  }))
}

function text(one: Identity, row: RegisterRow | undefined): string {
  const kind = KNOWN.includes(one.id) ? one.id : 'other'
  const sides = t(`register.identity.${kind}`, { id: one.id, parts: one.parts, whole: one.whole })
  if (one.holds) return t('register.identity.holds', { sides })
  const more = one.parts - one.whole
  return t(more > 0 ? 'register.identity.more' : 'register.identity.less', { sides, n: Math.abs(more), why: why(one, row) })
}

/** Why the sides differ, as far as the figures of the area tell. */
function why(one: Identity, row: RegisterRow | undefined): string {
  const more = one.parts - one.whole
  if (row && one.id === 'E1' && row.in_system.unclassified === -more) return t('register.why.unclassified', { n: -more })
  if (row && one.id === 'E4' && more > 0 && row.several_primary > 0) {
    // With exactly two each, what is too much is as many as there are such households.
    const kind = row.several_primary === more ? 'two_primary' : 'several_primary'
    return t(`register.why.${kind}`, { n: row.several_primary })
  }
  if (one.id === 'E3' && more < 0) return t('register.why.projects')
  return t('register.why.unknown')
}
