// What the engine's tests share: the wasm from disk, a fixed clock, counted randomness, one form.
import { readFileSync } from 'node:fs'
import { own, sha256, toHex, type Bytes } from '../src/bytes'
import type { Context } from '../src/context'
import { startAutomerge } from '../src/document/document'
import type { Form } from '../src/schema'

export async function withAutomerge(): Promise<void> {
  await startAutomerge(own(readFileSync(new URL('../wasm/automerge.wasm', import.meta.url))))
}

/** 2016-01-05 09:14 in Asia/Shanghai. */
export const MORNING = Date.UTC(2016, 0, 5, 1, 14)

/** A clock that moves only when told, and bytes that differ at every call. */
export function testContext(seed = 1): Context & { time: number } {
  let state = seed * 2654435761
  return {
    time: MORNING,
    now() {
      return this.time
    },
    random(count: number): Bytes {
      const bytes = new Uint8Array(count)
      for (let at = 0; at < count; at++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        bytes[at] = state >>> 24
      }
      return bytes
    },
  }
}

export async function hashText(text: string): Promise<string> {
  return toHex(await sha256(new TextEncoder().encode(text)))
}

const built = (name: string): Form => JSON.parse(readFileSync(new URL(`../../../../mobile-schema/generated/forms/${name}.1.json`, import.meta.url), 'utf8')) as Form

/** The built-in forms as the server serves them. */
export const forms: Form[] = [
  'household', 'trip', 'visit', 'stay', 'difficulty', 'dispute', 'income', 'measure', 'project', 'agreement', 'card', 'ledger',
].map(built)
