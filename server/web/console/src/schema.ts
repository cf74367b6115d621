// The shapes of the API and of forms, made from the Rust types. One door, so that the desk's own two
// names stand beside them.
export type * from '@schema/api'
export type { Choice, Field, Finding, Form, Label, Section } from '@schema/form'

/** A value as a record stores it. */
export type Scalar = string | number | boolean | null
/** A record's content: fields, and repeats as maps of fields. */
export type Answers = Record<string, unknown>
