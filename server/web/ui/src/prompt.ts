// What is asked about a month of income, as a question: the same words on the phone and at the desk.
import type { Prompt } from '@engine/schema'
import { yuan } from '@engine/income/yuan'
import { t } from './i18n'
import { formatHundredths } from './number'

/** Whose numbers are hundredths of something, and no money. */
const COUNTED = new Set<Prompt['rule']>(['more_land_than_there_is', 'more_sold_than_stock', 'yield_range'])

/** A prompt as a question; `itemName`: what an item of income is called. */
export function sentenceOf({ rule, about, values }: Prompt, itemName: (code: unknown) => string): string {
  const said = Object.fromEntries(Object.entries(values).map(([name, value]) =>
    [name, typeof value !== 'number' ? value : COUNTED.has(rule) ? formatHundredths(value) : yuan(value)]))
  const why = typeof values['why'] === 'string' ? t(`prompt.why.${values['why']}`) : ''
  return t(`prompt.${rule}`, { ...said, item: itemName(values['item'] ?? about), why })
}
