// The form's check as the engine wants it: which answers block submitting.
import type { Answers } from '@engine/phone/api'
import type { Finding, Form } from '@engine/schema'

/** Findings of all severities. */
export function check(_form: Form, _answers: Answers): Finding[] {
  return []
}
