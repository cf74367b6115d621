// A pair of households that may be one family: its name in the address, and why and how in words.
import { t } from '@ui/i18n'
import { areaName, areas, personName } from '../reference'
import type { DuplicateList, DuplicatePair, SaidBefore, SettleDuplicate } from '../schema'
import { moment } from '../time'

/** What a leader may say; sides are those of the screen: `one` left, `other` right. */
export type Choice = 'left' | 'right' | 'distinct'
export const CHOICES: Choice[] = ['left', 'right', 'distinct']

/** The name of a pair in the address. */
export function keyOf(pair: DuplicatePair): string {
  return `${pair.one.id}-${pair.other.id}`
}

/** The pair of an address: by its own name, or the first one of a record that a link named. */
export function findPair(list: DuplicateList, asked: string | null): DuplicatePair | null {
  const all = [...list.open, ...list.settled]
  return all.find((pair) => keyOf(pair) === asked) ?? all.find((pair) => pair.one.id === asked || pair.other.id === asked) ?? null
}

/** The pair to look at once `done` is settled: the next open one, else the last of them. */
export function nextOpen(open: DuplicatePair[], done: string): DuplicatePair | null {
  const at = open.findIndex((pair) => keyOf(pair) === done)
  const rest = open.filter((pair) => keyOf(pair) !== done)
  return rest[Math.max(at, 0)] ?? rest.at(-1) ?? null
}

/** The pairs with a record inside an area; all of them for no area. */
export function within(pairs: DuplicatePair[], area: string): DuplicatePair[] {
  if (area === '') return pairs
  const above = new Map(areas.value.map((one) => [one.code, one.parent]))
  const inside = (code: string): boolean => {
    let at: string | null | undefined = code
    while (at && at !== area) at = above.get(at)
    return at === area
  }
  return pairs.filter((pair) => inside(pair.one.area) || inside(pair.other.area))
}

/** Why they may be one family, a reason each. */
export function reasons(pair: DuplicatePair): string[] {
  const why = pair.likeness.map((one) => t(`duplicate.why.${one}`))
  return why.length > 0 ? why : [t('duplicate.why.gone')]
}

/** The village of both, or the two villages. */
export function villages(pair: DuplicatePair): string {
  return [...new Set([pair.one.area, pair.other.area])].map(areaName).join(t('duplicate.or'))
}

/** What was said of the pair before; nothing while it is open. */
export function present(pair: DuplicatePair): Choice | null {
  if (pair.verdict === null) return null
  if (pair.verdict === 'distinct') return 'distinct'
  return pair.kept === pair.one.id ? 'left' : 'right'
}

/** What was said, without who and when. */
export function verdictWords(pair: DuplicatePair): string {
  const said = present(pair)
  if (said === null) return ''
  if (said === 'distinct') return t('duplicate.verdict.distinct')
  return t('duplicate.verdict.same', { side: t(`duplicate.${said}`), title: sideOf(pair, said).title })
}

/** What was said, by whom and when. */
export function verdictLine(pair: DuplicatePair): string {
  const by = pair.settled_by ?? ''
  return t('duplicate.verdict', { what: verdictWords(pair), name: personName(by) ?? `#${by.slice(0, 8)}`, at: moment(pair.settled_at) })
}

/** The record on one side of the screen. */
export function sideOf(pair: DuplicatePair, side: 'left' | 'right'): DuplicatePair['one'] {
  return side === 'left' ? pair.one : pair.other
}

/** The verdict on the screen; nothing while the pair is open. */
export function saidBefore({ verdict, kept, settled_at }: DuplicatePair): SaidBefore | null {
  return verdict === null || settled_at === null ? null : { verdict, kept, settled_at }
}

/** What is sent for a choice, given the pair as it was on the screen. */
export function request(pair: DuplicatePair, choice: Choice): SettleDuplicate {
  const ends = { one: pair.one.id, other: pair.other.id, expected: saidBefore(pair) }
  if (choice === 'distinct') return { ...ends, verdict: 'distinct', kept: null }
  return { ...ends, verdict: 'same', kept: sideOf(pair, choice).id }
}

/** What the notice says afterwards. */
export function doneWords(pair: DuplicatePair, choice: Choice): string {
  const titles = { one: pair.one.title, other: pair.other.title }
  return t(choice === 'distinct' ? 'duplicate.done.distinct' : 'duplicate.done.same', titles)
}

/** What is said before a choice is sent. */
export function confirmation(pair: DuplicatePair, choice: Choice): { title: string; sentences: string[] } {
  const sentences = present(pair) === null ? [t('duplicate.confirm.again')] : [t('duplicate.confirm.replaces', { verdict: verdictLine(pair) })]
  if (choice === 'distinct') {
    const title = t('duplicate.confirm.distinct', { one: pair.one.title, other: pair.other.title })
    return { title, sentences: [t('duplicate.confirm.distinct_text'), ...sentences] }
  }
  const off = choice === 'left' ? 'right' : 'left'
  const title = t('duplicate.confirm.same', { side: t(`duplicate.${choice}`), title: sideOf(pair, choice).title })
  const counts = t('duplicate.confirm.same_counts', { side: t(`duplicate.${off}`), name: sideOf(pair, off).author_name })
  return { title, sentences: [t('duplicate.confirm.same_text'), counts, ...sentences] }
}
