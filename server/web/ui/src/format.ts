// Values in words: what a card, a summary or a conflict shows instead of a code.
import type { Field } from '@schema/form'
import type { Value } from '@engine/phone/api'
import { empty, words } from './form'
import { language, t } from './i18n'
import { isMasked, mask } from './mask'
import { formatHundredths } from '@engine/form/codes'

const zone = 'Asia/Shanghai'
const clock = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const day = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })

/** `09:14`, Asia/Shanghai. */
export const clockTime = (at: number): string => clock.format(at)
/** `2015-12-22`, Asia/Shanghai. */
export const isoDay = (at: number): string => day.format(at)
/** `iso` moved by whole days. */
export const addDays = (iso: string, days: number): string => new Date(Date.parse(`${iso}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** `12月3日`, with the year when it is another one. */
export function shortDay(iso: string, today: string): string {
  const [year, month, date] = iso.split('-').map(Number)
  const own = iso.slice(0, 4) === today.slice(0, 4)
  if (language.value === 'en') return own ? `${iso.slice(5)}` : iso
  return own ? `${month}月${date}日` : `${year}年${month}月${date}日`
}

/** `09:14` today, else `12月3日 09:14`. */
export function moment(at: number, now: number): string {
  const today = isoDay(now)
  const own = isoDay(at)
  return own === today ? clockTime(at) : `${shortDay(own, today)} ${clockTime(at)}`
}

/** Whole years between two dates. */
export function age(birth: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birth.slice(0, 4))
  return today.slice(5) < birth.slice(5) ? years - 1 : years
}

/** Names by id, for references. */
export interface Names { name(id: string): string | null }
const nobody: Names = { name: () => null }

/** The label of one code. */
export function choiceLabel(field: Field | null | undefined, code: Value | undefined): string {
  if (typeof code !== 'string') return ''
  const choice = field?.choices?.find((one) => one.code === code)
  return choice ? words(choice.label) : code
}

/** Any value in words. */
export function display(field: Field | null, value: Value, names: Names = nobody): string {
  if (empty(value)) return t('value.none')
  if (typeof value === 'boolean') return value ? t('value.yes') : t('value.no')
  if (field && isMasked(field)) return mask(String(value))
  switch (field?.type) {
    case 'money': return typeof value === 'number' ? t('value.yuan', { n: formatHundredths(value) }) : String(value)
    case 'area': return typeof value === 'number' ? t('value.mu', { n: formatHundredths(value) }) : String(value)
    case 'select_one': return choiceLabel(field, value)
    case 'select_many': return String(value).split(' ').map((code) => choiceLabel(field, code)).join(language.value === 'en' ? ', ' : '、')
    case 'member_ref': case 'record_ref': case 'area_code': return names.name(String(value)) ?? String(value)
    case 'record_refs': return String(value).split(' ').map((id) => names.name(id) ?? id).join(language.value === 'en' ? ', ' : '、')
    default: return String(value)
  }
}
