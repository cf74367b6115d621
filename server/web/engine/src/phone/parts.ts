// What a phone is made of: the parts given to the engine.
import type { Context } from '../context'
import type { Finding, Form } from '../schema'
import type { Database } from '../store/database'
import type { Answers, DeviceSupport } from './api'
import type { Transport } from './transport'

/** What a phone is made of; tests give their own. */
export interface EngineParts {
  database: Database
  context: Context
  transport: Transport
  version: string
  /** Resolves when documents can be opened; lists do not wait for it. */
  ready: Promise<void>
  /** Whether this window alone has the store. */
  held(): boolean
  support(): Promise<DeviceSupport>
  askPersistence(): Promise<boolean>
  /** The form's check (`engine/src/form`). */
  check(form: Form, answers: Answers): Finding[]
}
