// The bars of a summary: what households are, in the words of the register's own choices.
import { t } from '@ui/i18n'
import { label, rootFields } from '../reference'
import type { Form, Tally } from '../schema'

export interface Bar {
  code: string
  label: string
  number: number
}

/** Households by severity, heaviest first; those without a class last. */
export function severitiesOf(tally: Tally): Bar[] {
  const codes = ['severe', 'moderate', 'light', 'unclassified'] as const
  return codes.map((code) => ({ code, label: t(`survey.severity.${code}`), number: tally[code] }))
}

/** Households by main cause, most frequent first, equals in the order of the form; those that say none last. */
export function causesOf(causes: Record<string, number>, form: Form | undefined): Bar[] {
  const choices = rootFields(form).find((field) => field.name === 'main_cause')?.choices ?? []
  const place = (code: string): number => {
    const at = choices.findIndex((choice) => choice.code === code)
    return at === -1 ? choices.length : at
  }
  const words = (code: string): string => {
    const choice = choices.find((one) => one.code === code)
    return choice ? label(choice.label) : code || t('survey.cause_none')
  }
  return Object.entries(causes)
    .filter(([, number]) => number > 0)
    .map(([code, number]) => ({ code, label: words(code), number }))
    .sort((a, b) => Number(a.code === '') - Number(b.code === '') || b.number - a.number || place(a.code) - place(b.code))
}
