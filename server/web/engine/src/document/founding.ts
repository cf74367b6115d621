// Records of which there is one per something, such as the income of a household in a month: id and root
// change follow from what they are about. The twin of `sync/src/document/founding.rs`; both run one vector.
import * as A from '@automerge/automerge/slim'
import { sha256, toHex, utf8 } from '../bytes'
import type { Content, Document } from './document'

/** What a record is about: values of the form's identity fields. */
export type Identity = { readonly [field: string]: string }

/** The device no phone is: it made what everybody makes. */
const FOUNDER = '00'.repeat(8)

const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1)

/** The id of the record of that kind about that, 32 hex digits. */
export async function foundedId(kind: string, identity: Identity): Promise<string> {
  const parts = Object.entries(identity).sort(byName).flatMap(([field, value]) => [field, value])
  const name = ['bidao-record-v1', kind].join('\0') + parts.map((part) => `\0${part}`).join('')
  return toHex(await sha256(utf8(name))).slice(0, 32)
}

/** Its beginning, the same bytes on every phone: containers and identity, by nobody, at no time. */
export function foundDocument(id: string, names: readonly string[], identity: Identity): Document {
  return A.change(A.init<Content>({ actor: FOUNDER + id.slice(0, 16) }), { time: 0 }, (content) => {
    for (const name of [...names].sort()) content[name] = {}
    for (const [field, value] of Object.entries(identity).sort(byName)) content[field] = new A.ImmutableString(value)
  })
}

/** Whether a change is one that everybody makes; `actor` is 32 hex digits. */
export function isFounder(actor: string): boolean {
  return actor.startsWith(FOUNDER)
}
