// The evaluator of compiled expressions: total, without clock or randomness; what makes no sense is
// empty. The twin of `mobile-schema/src/expression/evaluate.rs`; both run the same vectors.
import type { Expression, Operator } from '@schema/form'
import { type Answers, elements, own } from './answers'
import { call } from './functions'
import { standing } from './lines'
import { equal, first, fromJson, order, toBoolean, toNumber, type Value } from './value'

export type { Value } from './value'

/** Deepest tree; beyond it everything is empty. */
const MAX_DEPTH = 40

/** Where an expression is evaluated. */
export interface Scope {
  /** The record's answers. */
  answers: unknown
  /** The element, inside a repeat. */
  element?: Answers | undefined
  /** The answer being checked. */
  self: Value
  /** Today in Asia/Shanghai, `YYYY-MM-DD`, by whoever asks. */
  today: string
}

/** The record itself as scope. */
export function rootScope(answers: unknown, today: string): Scope {
  return { answers, self: null, today }
}

/** The value of an expression. */
export function evaluate(expression: Expression, scope: Scope): Value {
  return atDepth(expression, scope, 0)
}

/** Whether an expression holds. */
export function holds(expression: Expression, scope: Scope): boolean {
  return toBoolean(evaluate(expression, scope))
}

/** Whether a field or section is asked at all. */
export function isRelevant(relevant: Expression | null | undefined, scope: Scope): boolean {
  return relevant ? holds(relevant, scope) : true
}

function atDepth(expression: Expression, scope: Scope, depth: number): Value {
  if (depth >= MAX_DEPTH) return null
  const deeper = depth + 1
  switch (expression.op) {
    case 'text':
    case 'number':
    case 'boolean':
      return expression.value
    case 'this':
      return scope.self
    case 'root':
      return fromJson(own(scope.answers, expression.name))
    case 'element':
      return fromJson(own(scope.element, expression.name))
    case 'each':
      return each(expression, scope, deeper)
    case 'negate':
      return -toNumber(atDepth(expression.of, scope, deeper))
    case 'binary':
      return binary(expression.operator, expression.left, expression.right, scope, deeper)
    case 'call':
      return call(expression.function, expression.arguments.length, scope.today, (index) => {
        const argument = expression.arguments[index]
        return argument ? atDepth(argument, scope, deeper) : null
      })
    default:
      return null
  }
}

function each(expression: Expression & { op: 'each' }, scope: Scope, depth: number): Value[] {
  const values: Value[] = []
  const looked = expression.standing ? standing : elements
  for (const [id, element] of looked(scope.answers, expression.repeat)) {
    const inner = { ...scope, element }
    const found = expression.value ? first(atDepth(expression.value, inner, depth)) : id
    const kept = !expression.filter || toBoolean(atDepth(expression.filter, { ...inner, self: found }, depth))
    if (kept) values.push(found)
  }
  return values
}

function binary(operator: Operator, leftTree: Expression, rightTree: Expression, scope: Scope, depth: number): Value {
  const left = atDepth(leftTree, scope, depth)
  if (operator === 'or' && toBoolean(left)) return true
  if (operator === 'and' && !toBoolean(left)) return false
  const right = atDepth(rightTree, scope, depth)
  switch (operator) {
    case 'or':
    case 'and':
      return toBoolean(right)
    case 'add':
      return toNumber(left) + toNumber(right)
    case 'subtract':
      return toNumber(left) - toNumber(right)
    case 'multiply':
      return toNumber(left) * toNumber(right)
    case 'divide':
      return toNumber(left) / toNumber(right)
    case 'modulo':
      return toNumber(left) % toNumber(right)
    default:
      return compare(operator, left, right)
  }
}

function compare(operator: Operator, left: Value, right: Value): boolean {
  if (Array.isArray(left)) return left.some((value) => compare(operator, value, right))
  if (Array.isArray(right)) return right.some((value) => compare(operator, left, value))
  switch (operator) {
    case 'equal':
      return equal(left, right)
    case 'not_equal':
      return !equal(left, right)
    case 'less':
      return order(left, right) < 0
    case 'less_or_equal':
      return order(left, right) <= 0
    case 'greater':
      return order(left, right) > 0
    case 'greater_or_equal':
      return order(left, right) >= 0
    default:
      return false
  }
}
