// Values of expressions and how one becomes another. The twin of `mobile-schema/src/expression/value.rs`.
import { daysSinceEpoch, isMonth, isTime, parseDay } from './calendar'

/** null is empty; a list has one value for each element. */
export type Value = null | boolean | number | string | Value[]

/** The value of an answer; objects and arrays are empty. */
export function fromJson(json: unknown): Value {
  if (typeof json === 'boolean' || typeof json === 'number') return json
  return typeof json === 'string' && json !== '' ? json : null
}

/** As an answer; not-a-number and infinities are null. */
export function toJson(value: Value): Value {
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null
  return value
}

/** A list's first value, anything else itself. */
export function first(value: Value): Value {
  return Array.isArray(value) ? first(value[0] ?? null) : value
}

/** Empty, `''` or not-a-number. */
export function isEmptyValue(value: Value): boolean {
  const one = first(value)
  return one === null || one === '' || Number.isNaN(one)
}

/** A text that is not empty, a number that is not 0. */
export function toBoolean(value: Value): boolean {
  return Boolean(first(value))
}

/** Decimal text, or a date as days since 1970-01-01; else not-a-number. */
export function toNumber(value: Value): number {
  const one = first(value)
  if (typeof one === 'number') return one
  if (typeof one === 'boolean') return one ? 1 : 0
  if (typeof one !== 'string') return NaN
  const trimmed = one.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
  const day = parseDay(trimmed)
  if (day) return daysSinceEpoch(day)
  return /^-?[0-9]+(?:\.[0-9]+)?$/.test(trimmed) ? Number(trimmed) : NaN
}

/** As a text; numbers in plain decimals. */
export function toText(value: Value): string {
  const one = first(value)
  if (typeof one === 'number') return numberToText(one)
  return one === null ? '' : String(one)
}

function numberToText(number: number): string {
  const shortest = String(number + 0)
  const match = /^(-?)([0-9])(?:\.([0-9]+))?e([+-][0-9]+)$/.exec(shortest)
  if (!match) return shortest
  const digits = `${match[2]}${match[3] ?? ''}`
  const exponent = Number(match[4])
  const sign = match[1] ?? ''
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  return `${sign}${digits.padEnd(exponent + 1, '0')}`
}

function temporal(text: string): string | null {
  if (parseDay(text)) return 'date'
  if (isMonth(text)) return 'month'
  return isTime(text) ? 'time' : null
}

/** Less than 0, 0 or more than 0; not-a-number when one of them is no number. */
export function order(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') {
    const kind = temporal(left)
    if (kind !== null && kind === temporal(right)) return left < right ? -1 : left > right ? 1 : 0
  }
  const [a, b] = [toNumber(left), toNumber(right)]
  return a < b ? -1 : a > b ? 1 : a === b ? 0 : NaN
}

/** Equality of two values that are no lists. */
export function equal(left: Value, right: Value): boolean {
  if (typeof left === 'boolean' || typeof right === 'boolean') return toBoolean(left) === toBoolean(right)
  if (typeof left === 'number' || typeof right === 'number') return toNumber(left) === toNumber(right)
  return toText(left) === toText(right)
}
