// What is missing or wrong in the answers of a form. Findings never stop saving; errors stop submitting.
// The twin of `mobile-schema/src/check.rs`; both run the same vectors.
import type { Field, Finding, FindingCode, Form, Label } from '@schema/form'
import { isEmpty, isId, isObject, MAX_ELEMENTS, own, present } from './answers'
import { evaluate, holds, isRelevant, rootScope, type Scope, type Value } from './expression'
import * as lines from './lines'
import * as message from './message'
import { checkStored } from './stored'
import { first, fromJson, isEmptyValue } from './value'

/** Everything to look at, in the order of the form. `today` is the date in Asia/Shanghai. */
export function check(form: Form, answers: unknown, today: string): Finding[] {
  if (!isObject(answers)) return [error('', 'type', message.notARecord)]
  const scope = rootScope(answers, today)
  return form.sections
    .filter((section) => isRelevant(section.relevant, scope))
    .flatMap((section) => section.fields)
    .flatMap((field) => checkField(field, field.name, own(answers, field.name), scope))
}

/** Whether nothing blocks submitting. */
export function isComplete(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.severity !== 'error')
}

/** What a person would call the record, from its answers; empty when the form or the answers do not say. */
export function headline(form: Form, answers: unknown, today: string): string {
  const value = form.headline ? first(evaluate(form.headline, rootScope(answers, today))) : null
  return value === null ? '' : String(value)
}

function error(path: string, code: FindingCode, words: Label): Finding {
  return { path, code, severity: 'error', message: words }
}

function checkField(field: Field, path: string, answer: unknown, scope: Scope): Finding[] {
  if (!isRelevant(field.relevant, scope) || field.type === 'note') return []
  if (field.type === 'repeat') return checkRepeat(field, answer, scope)
  if (field.type === 'calculated') {
    const value = field.calculate ? first(evaluate(field.calculate, scope)) : null
    return isEmptyValue(value) ? [] : checkConstraints(field, path, value, scope)
  }
  return checkAnswer(field, path, answer, scope)
}

function isRequired(field: Field, scope: Scope): boolean {
  return field.required ? holds(field.required, scope) : false
}

function checkAnswer(field: Field, path: string, answer: unknown, scope: Scope): Finding[] {
  if (isEmpty(answer)) {
    return !field.read_only && isRequired(field, scope) ? [error(path, 'required', message.required)] : []
  }
  const fault = checkStored(field, answer, scope)
  return fault ? [error(path, ...fault)] : checkConstraints(field, path, fromJson(answer), scope)
}

function checkConstraints(field: Field, path: string, value: Value, scope: Scope): Finding[] {
  const inner = { ...scope, self: value }
  return (field.constraints ?? [])
    .filter((constraint) => !holds(constraint.test, inner))
    .map(({ severity, message: words }) => ({ path, code: 'constraint', severity, message: words }))
}

function checkRepeat(field: Field, answer: unknown, scope: Scope): Finding[] {
  const name = field.name
  if (answer !== undefined && answer !== null && !isObject(answer)) return [error(name, 'type', message.notARepeat)]
  const all = Object.entries(answer ?? {})
  const malformed = all.filter(([id, element]) => !isId(id) || !isObject(element)).slice(0, MAX_ELEMENTS)
  const findings = malformed
    .map(([id]) => id)
    .sort()
    .map((id) => error(`${name}/${id}`, 'type', message.notAnElement))
  const waiting = field.immutable ? lines.disputed(scope.answers, name) : new Set<string>()
  const there = field.immutable ? lines.current(scope.answers, name) : present(scope.answers, name)
  if (there.length > MAX_ELEMENTS) findings.push(error(name, 'too_many', message.tooMany(MAX_ELEMENTS)))
  if (there.length === 0 && isRequired(field, scope)) findings.push(error(name, 'required', message.required))
  for (const [id, element] of there.slice(0, MAX_ELEMENTS)) {
    if (waiting.has(id)) findings.push(error(`${name}/${id}/${lines.SUPERSEDES}`, 'disputed', message.disputed))
    const inner = { ...scope, element }
    for (const one of field.fields ?? []) {
      findings.push(...checkField(one, `${name}/${id}/${one.name}`, own(element, one.name), inner))
    }
  }
  if (all.length > 0) findings.push(...checkConstraints(field, name, null, scope))
  return findings
}
