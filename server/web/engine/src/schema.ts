// The generated shapes of the API and of forms, as the engine uses them. One door.
export type * from '@schema/api'
export type { Field, Form, Finding, Label } from '@schema/form'
