// What a form's rules say about a record at this moment: which questions stand, which must be
// answered, what is wrong. The engine evaluates; this only remembers it per path.
import type { Expression, Field, Form } from '@schema/form'
import type { Answers, Value } from '@engine/phone/api'
import type { Inspection } from './form'
import { empty, fieldAt, sectionOf, valueAt } from './form'

const holds = (expression: Expression | null | undefined, otherwise: boolean): boolean =>
  expression ? (expression.op === 'boolean' ? expression.value : true) : otherwise

/** Inspects a record; `today` is the date `today()` answers. */
export function inspect(form: Form, answers: Answers, _today: string): Inspection {
  const shown = (path: string): boolean => {
    const section = sectionOf(form, path)
    const field = fieldAt(form, path)
    return !!field && holds(section?.relevant, true) && holds(field.relevant, true)
  }
  const required = (path: string): boolean => holds(fieldAt(form, path)?.required, false)
  const missing = (field: Field): boolean => field.type !== 'repeat' && required(field.name) && shown(field.name) && empty(valueAt(answers, field.name))
  return {
    shown, required,
    calculated: (): Value => null,
    findings: form.sections.flatMap((section) => section.fields).filter(missing)
      .map((field) => ({ path: field.name, code: 'required', severity: 'error', message: { zh: '请填写', en: 'Please answer' } })),
  }
}
