// The form's check as the engine wants it: which answers block submitting.
import { dateAt } from '@engine/context'
import { check as checkForm } from '@engine/form/check'
import type { Answers } from '@engine/phone/api'
import type { Finding, Form } from '@engine/schema'

/** Findings of all severities. */
export function check(form: Form, answers: Answers): Finding[] {
  return checkForm(form, answers, dateAt(Date.now()))
}
