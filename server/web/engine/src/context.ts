// Time and randomness are arguments (architecture, decision 7): tests give their own.
import { toHex, type Bytes } from './bytes'

export interface Context {
  /** Milliseconds since 1970. */
  now(): number
  /** That many random bytes. */
  random(count: number): Bytes
}

/** The browser's own clock and randomness. */
export const browserContext: Context = {
  now: () => Date.now(),
  random: (count) => crypto.getRandomValues(new Uint8Array(count)),
}

/** UUIDv7 (RFC 9562) as 32 hex digits: the id of a record made here. */
export function newRecordId(context: Context): string {
  const bytes = context.random(16)
  let time = context.now()
  for (let at = 5; at >= 0; at--) {
    bytes[at] = time % 256
    time = Math.floor(time / 256)
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return toHex(bytes)
}

/** The date in Asia/Shanghai (UTC+8 all year since 1991). */
export function dateAt(time: number): string {
  return new Date(time + 8 * 3_600_000).toISOString().slice(0, 10)
}

/** `HH:MM` in Asia/Shanghai. */
export function clockAt(time: number): string {
  return new Date(time + 8 * 3_600_000).toISOString().slice(11, 16)
}

/** Whole days from one date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
}
