// Days of the Gregorian calendar as text `YYYY-MM-DD`, in Asia/Shanghai (UTC+8 all year). The twin of
// `mobile-schema/src/calendar`: own arithmetic, no `Date`, so that both languages count alike.

/** A real day of the years 0001 to 9999. */
export interface Day { year: number; month: number; day: number }

const DAY_MILLIS = 86_400_000
const SHANGHAI_OFFSET_MILLIS = 8 * 3_600_000
const FIRST = -719_162
const LAST = 2_932_896

/** Days of a month; 0 for a month that does not exist. */
export function daysInMonth(year: number, month: number): number {
  if (month < 1 || month > 12) return 0
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** Reads exactly `YYYY-MM-DD`. */
export function parseDay(text: string): Day | null {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text)
  if (!match || text.length !== 10) return null
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  return year >= 1 && day >= 1 && day <= daysInMonth(year, month) ? { year, month, day } : null
}

/** Whether a text is exactly `YYYY-MM` of a month there is. */
export function isMonth(text: string): boolean {
  return text.length === 7 && /^[0-9]{4}-[0-9]{2}$/.test(text) && Number(text.slice(0, 4)) >= 1
    && daysInMonth(2000, Number(text.slice(5))) > 0
}

/** Whether a text is `HH:MM` of a day. */
export function isTime(text: string): boolean {
  return text.length === 5 && /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/.test(text)
}

/** As `YYYY-MM-DD`. */
export function formatDay({ year, month, day }: Day): string {
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`
}

/** A number with leading zeros. */
export function pad(number: number, width: number): string {
  return String(number).padStart(width, '0')
}

/** Days since 1970-01-01, negative before (days-from-civil, H. Hinnant). */
export function daysSinceEpoch({ year, month, day }: Day): number {
  const shifted = year - (month <= 2 ? 1 : 0)
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** The day that many whole days after 1970-01-01, if it is within the years 0001 to 9999. */
export function dayFromEpoch(days: number): Day | null {
  if (!(days >= FIRST && days <= LAST)) return null
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/** Completed years from `birth` to `on`; negative before birth. */
export function yearsSince(on: Day, birth: Day): number {
  const beforeBirthday = on.month < birth.month || (on.month === birth.month && on.day < birth.day)
  return on.year - birth.year - (beforeBirthday ? 1 : 0)
}

/** The date in Asia/Shanghai at an instant (milliseconds since 1970, UTC). */
export function dateInShanghai(millis: number): string {
  const days = Math.floor((millis + SHANGHAI_OFFSET_MILLIS) / DAY_MILLIS)
  const day = dayFromEpoch(Math.min(Math.max(days, FIRST), LAST))
  return day ? formatDay(day) : ''
}
