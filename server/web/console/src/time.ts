// Times as people here read them: always Asia/Shanghai, wherever the laptop thinks it is.
import { language, t } from '@ui/i18n'

const ZONE = 'Asia/Shanghai'

function parts(at: number): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: ZONE, hour12: false, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
  })
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]))
}

/** `2026-11-24` of a time. */
export function day(at: number): string {
  const { year, month, day } = parts(at)
  return `${year}-${month}-${day}`
}

/** `11-24 19:20`, with the year when it is not this one. */
export function moment(at: number | null, now: number = Date.now()): string {
  if (at === null) return t('time.never')
  const { year, month, day, hour, minute } = parts(at)
  const clock = `${month}-${day} ${hour === '24' ? '00' : hour}:${minute}`
  return parts(now)['year'] === year ? clock : `${year}-${clock}`
}

/** The month we are in, `2026-11`. */
export function monthNow(now: number = Date.now()): string {
  return day(now).slice(0, 7)
}

/** A month some months away from another. */
export function monthPlus(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const count = year * 12 + number - 1 + by
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`
}

/** A month in words: 2026年11月. */
export function monthName(month: string): string {
  const [year = '', number = ''] = month.split('-')
  return language.value === 'en' ? month : `${year}年${Number(number)}月`
}
