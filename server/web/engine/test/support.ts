// What the engine's tests share: the wasm from disk, a fixed clock, counted randomness, one form.
import { readFileSync } from 'node:fs'
import { own, sha256, toHex, type Bytes } from '../src/bytes'
import type { Context } from '../src/context'
import { startAutomerge } from '../src/document/document'
import type { FormShape } from '../src/form'

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

const text = (name: string, more: object = {}) => ({ name, type: 'text', ...more })

/** Cut from the built-in forms, enough for the engine. */
export const forms: FormShape[] = [
  {
    name: 'household',
    version: 1,
    sections: [{
      fields: [
        text('address'), text('phone', { type: 'phone' }), text('group_name'),
        { name: 'severity', type: 'select_one', merge: 'ask' },
        { name: 'status', type: 'select_one', read_only: true },
        { name: 'head_member_id', type: 'member_ref', target: 'members' },
        { name: 'members', type: 'repeat', fields: [text('name', { merge: 'ask' }), text('relation'), { name: 'work_months', type: 'integer' }] },
      ],
    }],
  },
  {
    name: 'trip',
    version: 1,
    sections: [{ fields: [text('person'), text('village_code'), { name: 'occurred_on', type: 'date' }, text('role_at_time'), { name: 'lodged', type: 'boolean' }] }],
  },
  {
    name: 'visit',
    version: 1,
    sections: [{
      fields: [
        text('household'), text('trip'), text('visitors'), { name: 'occurred_on', type: 'date' }, { name: 'start_at', type: 'time' },
        { name: 'met', type: 'select_one' }, text('what_household_said', { type: 'long_text' }), { name: 'next_visit_on', type: 'date' },
        { name: 'commitments', type: 'repeat', fields: [text('what')] },
      ],
    }],
  },
  {
    name: 'stay',
    version: 1,
    sections: [{ fields: [text('person'), text('village_code'), { name: 'occurred_on', type: 'date' }, { name: 'lodged', type: 'boolean' }, text('source')] }],
  },
  { name: 'difficulty', version: 1, sections: [{ fields: [text('household'), text('category'), text('description'), { name: 'raised_on', type: 'date' }] }] },
]
