// Disputes in words: the badge, the sentences under it, and what of a record can be pointed at.
import type { DisputeCard, RecordCard, RecordView } from '@engine/phone/api'
import { display, shortDay } from '@ui/format'
import { elementsOf, empty, fieldAt, isApart } from '@ui/form'
import { t } from '@ui/i18n'
import type { Form } from '@engine/schema'
import type { Tone } from '@ui/shell/StatusBadge.vue'
import type { BadgeWords } from '../badges'

const TONES: { [state: string]: Tone } = { upheld: 'good', partly: 'good', told: 'good', closed: 'plain', withdrawn: 'plain' }

/** Subjects that are about what some record says. */
const ABOUT_A_RECORD = new Set(['income_line', 'member', 'severity', 'cause', 'measure', 'agreement', 'exit'])
export const isAboutRecord = (subject: string): boolean => ABOUT_A_RECORD.has(subject)

export const isOverdue = ({ standing }: DisputeCard, today: string): boolean => standing?.dueOn != null && standing.dueOn < today

/** How far it is; null while nobody but this phone has it. */
export function standingWords(dispute: DisputeCard, today: string): BadgeWords | null {
  if (!dispute.standing) return null
  if (isOverdue(dispute, today)) return { text: t('dispute.late'), tone: 'warn' }
  const { state } = dispute.standing
  return { text: t(`dispute.state.${state}`), tone: TONES[state] ?? 'brand' }
}

/** What a household may know of its dispute, a sentence a line. */
export function standingLines({ standing }: DisputeCard, today: string): { name: string; text: string }[] {
  if (!standing) return []
  const { state, dueOn, handler, finding, toldOn, satisfied } = standing
  const lines = [
    dueOn ? { name: 'due', text: t(dueOn < today ? 'dispute.was_due' : state === 'raised' ? 'dispute.due_answer' : 'dispute.due_finding', { day: shortDay(dueOn, today) }) } : null,
    handler ? { name: 'handler', text: t('dispute.handler', { name: handler }) } : null,
    finding ? { name: 'finding', text: t('dispute.finding', { text: finding }) } : null,
    toldOn ? { name: 'told', text: t('dispute.told', { day: shortDay(toldOn, today), said: satisfied ? t(`dispute.satisfied.${satisfied}`) : '' }) } : null,
    finding && !toldOn ? { name: 'told', text: t('dispute.not_told') } : null,
  ]
  return lines.filter((line) => line !== null)
}

/** Of a household's disputes: how many are open, and how far the newest of them is. */
export function openWords(disputes: readonly RecordCard[]): string | null {
  const open = disputes.filter((one) => one.dispute?.open)
  const state = open[0]?.dispute?.standing?.state
  return open.length === 0 ? null : t('dispute.open_n', { n: open.length, state: t(state ? `dispute.state.${state}` : 'dispute.state.unsent') })
}

/** What people read of a version. */
export const versionCode = (digest: string): string => `${digest.slice(0, 4)}-${digest.slice(4, 6)}`.toUpperCase()

/** The lines of a record that a subject can point at: members, or the lines of income. */
export function linesOf(subject: string, form: Form | null, view: RecordView): { id: string; text: string }[] {
  const repeats = (form?.sections ?? []).flatMap((section) => section.fields).filter((field) => field.type === 'repeat' && !isApart(field.name))
  const repeat = subject === 'member' ? repeats.find((field) => field.name === 'members') : subject === 'income_line' ? repeats.find((field) => field.immutable) : undefined
  if (!form || !repeat) return []
  return elementsOf(view.answers, repeat.name).map(({ id, answers }) => {
    const said = (repeat.fields ?? []).filter((field) => !empty(answers[field.name])).slice(0, 3)
    return { id, text: said.map((field) => display(fieldAt(form, `${repeat.name}/x/${field.name}`), answers[field.name] ?? null)).join(' · ') || t('repeat.unnamed') }
  })
}
