// Whether one stored scalar is what its field's type says. The twin of `mobile-schema/src/check/stored.rs`.
import type { Field, FieldType, FindingCode, Label } from '@schema/form'
import { elements, isDigest, isId, wellFormed } from './answers'
import { isMonth, isTime, parseDay } from './calendar'
import { idNumber, isAreaCode, isPhone, MAX_INTEGER } from './codes'
import type { Scope } from './expression'
import { SUPERSEDES } from './lines'
import * as message from './message'

/** Longest text of an answer, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 8 * 1024

const NUMBERS: readonly FieldType[] = ['integer', 'decimal', 'money', 'area']

/** What is wrong with a stored value; null when nothing is. */
export type Fault = readonly [FindingCode, Label] | null

/** Checks type, format and limits of an answer that is not empty. */
export function checkStored(field: Field, answer: unknown, scope: Scope): Fault {
  const isNumber = NUMBERS.includes(field.type)
  if (field.type === 'boolean') return typeof answer === 'boolean' ? null : ['type', message.notOfType]
  if (isNumber && typeof answer === 'number') return checkNumber(field, answer)
  if (isNumber || typeof answer !== 'string') return ['type', message.notOfType]
  // A UTF-16 unit has at most three bytes, so most texts need no encoding.
  if (answer.length * 3 > MAX_TEXT_BYTES && new TextEncoder().encode(answer).length > MAX_TEXT_BYTES) {
    return ['length', message.tooManyBytes(MAX_TEXT_BYTES)]
  }
  return checkText(field, answer, scope)
}

function checkNumber(field: Field, number: number): Fault {
  const whole = Number.isInteger(number) && Math.abs(number) <= MAX_INTEGER
  if (!whole && field.type !== 'decimal') return ['type', message.notOfType]
  const unit = field.type === 'money' || field.type === 'area' ? 'hundredth' : 'one'
  if (typeof field.min === 'number' && number < field.min) return ['range', message.tooSmall(field.min, unit)]
  if (typeof field.max === 'number' && number > field.max) return ['range', message.tooLarge(field.max, unit)]
  return null
}

function checkText(field: Field, text: string, scope: Scope): Fault {
  switch (field.type) {
    case 'date':
      return parseDay(text) ? null : ['date', message.notADate]
    case 'month':
      return isMonth(text) ? null : ['date', message.notAMonth]
    case 'time':
      return isTime(text) ? null : ['date', message.notATime]
    case 'select_one':
      return isChoice(field, text) ? null : ['choice', message.notAChoice]
    case 'select_many': {
      const codes = text.split(' ')
      const known = codes.every((code) => isChoice(field, code)) && new Set(codes).size === codes.length
      return known ? null : ['choice', message.notAChoice]
    }
    case 'phone':
      return isPhone(text) ? null : ['phone', message.notAPhone]
    case 'area_code':
      return isAreaCode(text) ? null : ['area_code', message.notAnAreaCode]
    case 'file':
      return isDigest(text) ? null : ['file', message.notAFile]
    case 'record_ref':
      return isId(text) ? null : ['reference', message.pointsNowhere]
    case 'record_refs':
      return text.split(' ').every(isId) ? null : ['reference', message.pointsNowhere]
    case 'member_ref': {
      // What a line corrects may have been taken back since; nobody can write the line again.
      const known = scope.element && field.name === SUPERSEDES ? wellFormed : elements
      const exists = known(scope.answers, field.target ?? '').some(([id]) => id === text)
      return exists ? null : ['reference', message.pointsNowhere]
    }
    case 'id_number': {
      const read = idNumber(text, scope.today)
      return typeof read === 'string' ? ['id_number', message.notAnIdNumber[read]] : null
    }
    default:
      return checkLength(field, text)
  }
}

function isChoice(field: Field, code: string): boolean {
  return field.choices?.some((choice) => choice.code === code) ?? false
}

function checkLength(field: Field, text: string): Fault {
  const length = [...text].length
  if (typeof field.min_length === 'number' && length < field.min_length) {
    return ['length', message.tooShort(field.min_length)]
  }
  if (typeof field.max_length === 'number' && length > field.max_length) {
    return ['length', message.tooLong(field.max_length)]
  }
  return null
}
