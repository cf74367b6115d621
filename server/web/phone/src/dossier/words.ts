// How the file of a household speaks: states of its documents, months, amounts and what is asked.
import { categoryOf, type Category } from '@engine/income/catalogue'
import { yuan } from '@engine/income/yuan'
import type { DocumentCard } from '@engine/phone/api'
import type { IncomeAccount, Prompt } from '@engine/schema'
import { choiceLabel } from '@ui/format'
import { fieldAt } from '@ui/form'
import { t } from '@ui/i18n'
import { sentenceOf } from '@ui/prompt'
import type { BadgeWords } from '../badges'
import { formOf } from '../app'

/** How far one of the five is, the most urgent first. */
export function documentBadge({ state, conflicts, disputed, findings, signing }: DocumentCard): BadgeWords {
  if (state === 'missing') return { text: t('dossier.missing'), tone: 'plain' }
  if (conflicts + disputed > 0) return { text: t('dossier.conflict'), tone: 'warn' }
  if (findings > 0) return { text: t('dossier.unfinished', { n: findings }), tone: 'warn' }
  if (signing === 'changed') return { text: t('dossier.changed'), tone: 'warn' }
  if (signing === 'signed') return { text: t('dossier.signed'), tone: 'good' }
  return { text: t(`dossier.${signing === 'none' ? 'unsigned' : signing}`), tone: 'brand' }
}

/** `9月`, with the year when it is another one. */
export function monthName(month: string, today: string): string {
  const number = Number(month.slice(5))
  return month.slice(0, 4) === today.slice(0, 4) ? t('month.short', { n: number }) : t('month.long', { year: month.slice(0, 4), n: number })
}

/** What an item is called; an unknown one by its code. */
export function itemName(item: unknown): string {
  const form = formOf('income')
  return choiceLabel(form && fieldAt(form, 'lines/x/item'), typeof item === 'string' ? item : '')
}

export const categoryName = (category: Category): string => t(`income.category.${category}`)
export const categoryOfItem = (item: unknown): Category | null => (typeof item === 'string' ? categoryOf(item) : null)

/** Nobody's word, only somebody's estimate. */
export const isEstimate = (line: { [field: string]: unknown }): boolean => line['source'] === 'cadre_estimate' || line['source'] === 'standard_ratio'

/** The net income of the year so far, with a star when an estimate is part of it. */
export const netOf = ({ year_to_date: { net, estimated } }: IncomeAccount): string => `${yuan(net)}${estimated > 0 ? '★' : ''}`

/** Whether the net income is above the line: a result, never an exit. */
export function lineSentence(account: IncomeAccount): string {
  const { needed, crosses, persons, year_to_date: { net }, month } = account
  if (persons === 0) return t('income.nobody')
  if (needed === null) return t('income.no_line', { year: month.slice(0, 4) })
  return t(crosses ? 'income.above' : net === needed ? 'income.equal' : 'income.below', { needed: yuan(needed), net: netOf(account) })
}

/** A prompt as a question. */
export const promptSentence = (prompt: Prompt): string => sentenceOf(prompt, itemName)
