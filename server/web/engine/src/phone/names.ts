// Who wrote the other value of a conflict: the change names only a device. The record's history says
// whose it is, to everybody who may read the record (the list of conflicts is for leaders only);
// learnt once while online, known offline ever after.
import type { History } from '../schema'
import type { Book } from './book'
import { Failure } from './failure'
import { Lists } from './lists'
import { ask } from './session'
import type { Transport } from './transport'

/** Records with a conflict whose author nobody has named here yet. */
export async function recordsToAsk(book: Book): Promise<string[]> {
  const lists = new Lists(book)
  const known = book.state.names ?? {}
  const records: string[] = []
  for (const row of [...book.rows.values()].filter((one) => one.conflicts.length > 0 && !one.leaving)) {
    const views = lists.conflictsOf(row, (await book.document(row.id)).document)
    if (views.some((view) => view.values.some(({ mine, device }) => !mine && !(device in known)))) records.push(row.id)
  }
  return records
}

/** Device → name, from the history of some records. A record that is out of reach by now teaches nothing. */
export async function learnNames(transport: Transport, token: string, records: readonly string[]): Promise<{ [device: string]: string }> {
  const names: { [device: string]: string } = {}
  for (const record of records) {
    try {
      const reply = await ask(transport, 'GET', `/api/v1/records/${record}/history`, { authorization: `Bearer ${token}` })
      const { changes } = JSON.parse(new TextDecoder().decode(reply.body)) as History
      for (const { device, person_name } of changes) names[device] = person_name
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'not_found') throw error
    }
  }
  return names
}
