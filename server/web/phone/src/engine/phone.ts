// How a screen gets at the engine.
import type { PhoneApi } from '@engine/phone/api'
import { inject, type InjectionKey } from 'vue'

/** Under this the app provides its engine. */
export const phoneKey: InjectionKey<PhoneApi> = Symbol('phone')

/** The engine of this window. */
export function usePhone(): PhoneApi {
  const phone = inject(phoneKey)
  if (!phone) throw new Error('no engine was provided')
  return phone
}
