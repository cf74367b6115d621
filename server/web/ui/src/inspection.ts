// What a form's rules say about a record at this moment: which questions stand, which must be
// answered, what is wrong. The engine evaluates; this only asks it per path.
import type { Form } from '@schema/form'
import { check } from '@engine/form/check'
import { evaluate, holds, isRelevant, rootScope, type Scope } from '@engine/form/expression'
import type { Answers, Value } from '@engine/phone/api'
import type { Inspection } from './form'
import { fieldAt, sectionOf } from './form'

/** Inspects a record; `today` is the date `today()` answers. */
export function inspect(form: Form, answers: Answers, today: string): Inspection {
  const root = rootScope(answers, today)
  const scopeOf = (path: string): Scope => {
    const [repeat = '', element] = path.split('/')
    const elements = answers[repeat]
    return element && elements && typeof elements === 'object' ? { ...root, element: elements[element] ?? {} } : root
  }
  const shown = (path: string): boolean => {
    const [first = ''] = path.split('/')
    const outer = fieldAt(form, first)
    const field = fieldAt(form, path)
    if (!outer || !field || !isRelevant(sectionOf(form, first)?.relevant, root) || !isRelevant(outer.relevant, root)) return false
    return field === outer || isRelevant(field.relevant, scopeOf(path))
  }
  const required = (path: string): boolean => {
    const field = fieldAt(form, path)
    return !!field?.required && !field.read_only && holds(field.required, scopeOf(path))
  }
  const calculated = (path: string): Value => {
    const calculate = fieldAt(form, path)?.calculate
    const value = calculate ? evaluate(calculate, scopeOf(path)) : null
    return Array.isArray(value) ? null : value
  }
  return { shown, required, calculated, findings: check(form, answers, today) }
}
