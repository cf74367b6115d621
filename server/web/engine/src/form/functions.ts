// The functions of expressions, given their arguments on demand (`if` and `coalesce` evaluate only what
// they need). The twin of `call` in `mobile-schema/src/expression/evaluate.rs`.
import type { FunctionName } from '@schema/form'
import { dayFromEpoch, formatDay, pad, parseDay } from './calendar'
import { first, isEmptyValue, toBoolean, toNumber, toText, type Value } from './value'

type Argument = (index: number) => Value

/** The value of a call. */
export function call(name: FunctionName, count: number, today: string, value: Argument): Value {
  const text = (index: number): string => toText(value(index))
  const number = (index: number): number => toNumber(value(index))
  switch (name) {
    case 'if':
      return first(value(toBoolean(value(0)) ? 1 : 2))
    case 'not':
      return !toBoolean(value(0))
    case 'coalesce':
      return coalesce(count, value)
    case 'today':
      return today
    case 'number':
      return number(0)
    case 'int':
      return Math.trunc(number(0))
    case 'round':
      return Math.floor(number(0) + 0.5)
    case 'date':
      return date(number(0))
    case 'format-date':
      return formatDate(text(0), text(1))
    case 'selected': {
      const code = text(1)
      return codes(text(0)).includes(code)
    }
    case 'count-selected':
      return codes(text(0)).length
    case 'string-length':
      return [...text(0)].length
    case 'string':
      return text(0)
    case 'concat':
      return Array.from({ length: count }, (_, index) => text(index)).join('')
    case 'substr':
      return substr(text(0), number(1), count > 2 ? number(2) : Infinity)
    case 'starts-with':
      return text(0).startsWith(text(1))
    case 'contains':
      return text(0).includes(text(1))
    case 'regex':
      return matchesWhole(text(0), text(1))
    default:
      return listCall(name, value)
  }
}

function listCall(name: FunctionName, value: Argument): Value {
  switch (name) {
    case 'count':
      return list(value(0)).length
    case 'count-non-empty':
      return present(value(0)).length
    case 'sum':
      return present(value(0)).reduce<number>((total, one) => total + toNumber(one), 0)
    case 'min':
    case 'max': {
      const numbers = present(value(0)).map(toNumber).filter((one) => !Number.isNaN(one))
      if (numbers.length === 0) return null
      return numbers.reduce(name === 'min' ? (a, b) => Math.min(a, b) : (a, b) => Math.max(a, b))
    }
    case 'join':
      return present(value(1)).map(toText).join(toText(value(0)))
    case 'indexed-repeat': {
      const wanted = toText(value(2))
      const index = list(value(1)).findIndex((id) => toText(id) === wanted)
      return index < 0 ? null : list(value(0))[index] ?? null
    }
    default:
      return null
  }
}

function list(value: Value): Value[] {
  if (Array.isArray(value)) return value
  return value === null ? [] : [value]
}

function present(value: Value): Value[] {
  return list(value).filter((one) => !isEmptyValue(one))
}

function codes(text: string): string[] {
  return text.split(' ').filter((code) => code !== '')
}

function coalesce(count: number, value: Argument): Value {
  for (let index = 0; index < count; index++) {
    const one = first(value(index))
    if (!isEmptyValue(one)) return one
  }
  return null
}

function date(days: number): Value {
  const day = dayFromEpoch(Math.floor(days))
  return day ? formatDay(day) : null
}

function formatDate(text: string, format: string): Value {
  const day = parseDay(text)
  if (!day) return null
  return format
    .replaceAll('%Y', pad(day.year, 4))
    .replaceAll('%m', pad(day.month, 2))
    .replaceAll('%d', pad(day.day, 2))
    .replaceAll('%n', String(day.month))
    .replaceAll('%e', String(day.day))
}

function substr(text: string, from: number, to: number): string {
  const characters = [...text]
  const place = (number: number): number => {
    const whole = Math.trunc(number)
    const fromStart = whole < 0 ? whole + characters.length : whole
    return Number.isNaN(fromStart) ? 0 : Math.min(Math.max(fromStart, 0), characters.length)
  }
  return characters.slice(place(from), place(to)).join('')
}

const patterns = new Map<string, RegExp | null>()

/** Whether the whole text matches; a pattern that is none matches nothing. */
function matchesWhole(text: string, pattern: string): boolean {
  let regex = patterns.get(pattern)
  if (regex === undefined) {
    regex = compilePattern(pattern)
    patterns.set(pattern, regex)
  }
  return regex?.test(text) ?? false
}

function compilePattern(pattern: string): RegExp | null {
  try {
    return new RegExp(`^(?:${pattern})$`, 'su')
  } catch {
    return null
  }
}
