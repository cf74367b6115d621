// How the engine says no: one error with a stable code the screens have words for.
import type { PhoneError, PhoneErrorCode } from './api'

export class Failure extends Error implements PhoneError {
  override readonly name = 'PhoneError'
  constructor(readonly code: PhoneErrorCode | string, message: string = code, readonly field?: string, readonly serverTime?: number) {
    super(message)
  }
}
