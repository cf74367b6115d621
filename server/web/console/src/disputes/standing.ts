// Disputes in words, and one step on its way to the server.
import { t } from '@ui/i18n'
import { formOf, label, rootFields } from '../reference'
import type { Candidate, DisputeDetail, DisputeRow, DisputeState, DisputeStep, Satisfied, Step } from '../schema'

/** In the order of the way. */
export const STATES: DisputeState[] = ['raised', 'acknowledged', 'investigating', 'upheld', 'partly', 'rejected', 'withdrawn', 'told', 'closed']
export const SATISFIED: Satisfied[] = ['yes', 'no', 'not_reached']
/** Steps that end in something found. */
export const FINDS: Step[] = ['uphold', 'uphold_partly', 'reject', 'withdraw']
const CORRECTS: Step[] = ['uphold', 'uphold_partly']

/** The word of a choice of the dispute form; its code when the form is unknown. */
export function choiceWord(field: string, code: string): string {
  const choice = rootFields(formOf('dispute')).find((one) => one.name === field)?.choices?.find((one) => one.code === code)
  return choice ? label(choice.label) : code
}

export function badgeClass(row: DisputeRow): string {
  if (row.overdue) return 'badge-error'
  if (row.state === 'closed') return 'badge-draft'
  if (row.state === 'raised') return 'badge-warn'
  return row.state === 'acknowledged' || row.state === 'investigating' ? 'badge-pending' : 'badge-approved'
}

/** What is due next, or what was said last. */
export function dueWords(row: DisputeRow): string {
  if (row.due_on) return t(row.overdue ? 'dispute.overdue_since' : row.state === 'raised' ? 'dispute.acknowledge_by' : 'dispute.find_by', { day: row.due_on })
  if (row.told_on) return t('dispute.told_on', { day: row.told_on, said: row.satisfied ? t(`dispute.satisfied.${row.satisfied}`) : '' })
  return row.state === 'closed' ? '' : t('dispute.to_be_told')
}

/** The step that leads on, before those that only may be taken. */
export const mainStep = (steps: Step[]): Step | undefined => (steps.includes('close') ? 'close' : steps[0])
/** A step in words; telling may be repeated. */
export const stepWords = (step: Step, state: DisputeState): string => t(step === 'tell' && state === 'told' ? 'dispute.step.tell_again' : `dispute.step.${step}`)

/** What of a step somebody filled in. */
export interface Draft { handler: string; finding: string; corrected: boolean; toldOn: string; satisfied: Satisfied | '' }
export const emptyDraft = (today: string): Draft => ({ handler: '', finding: '', corrected: false, toldOn: today, satisfied: '' })

/** Whether a step lacks nothing the server would ask for. */
export function isComplete(step: Step, draft: Draft): boolean {
  if (step === 'assign') return draft.handler !== ''
  if (FINDS.includes(step)) return draft.finding.trim() !== ''
  return step !== 'tell' || (draft.toldOn !== '' && draft.satisfied !== '')
}

export const canCorrect = (step: Step, detail: DisputeDetail): boolean => CORRECTS.includes(step) && detail.document?.kind != null

export function request(detail: DisputeDetail, step: Step, draft: Draft): DisputeStep {
  const corrected = draft.corrected && canCorrect(step, detail) && detail.document ? detail.document.id : null
  return {
    expected: detail.dispute.version, step,
    handler: step === 'assign' ? draft.handler : null,
    finding: FINDS.includes(step) ? draft.finding.trim() : null,
    resulting: corrected,
    told_on: step === 'tell' ? draft.toldOn : null,
    satisfied: step === 'tell' && draft.satisfied !== '' ? draft.satisfied : null,
  }
}

/** Why somebody may not handle it, in words. */
export const barWords = (candidate: Candidate): string => (candidate.bar === null ? '' : t(`problem.${candidate.bar}`))

/** What people read of a version. */
export const versionCode = (digest: string): string => `${digest.slice(0, 4)}-${digest.slice(4, 6)}`.toUpperCase()
