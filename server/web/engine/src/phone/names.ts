// Who wrote the other value of a conflict: the change names only a device. The server says whose
// it is; learnt once while online, known offline ever after.
import type { ConflictList } from '../schema'
import type { Book } from './book'
import { Lists } from './lists'
import { ask } from './session'
import type { Transport } from './transport'

/** Villages with a conflict whose author has no name here yet. */
export async function villagesToAsk(book: Book): Promise<string[]> {
  const lists = new Lists(book)
  const villages = new Set<string>()
  for (const row of [...book.rows.values()].filter((one) => one.conflicts.length > 0 && !villages.has(one.area))) {
    const views = lists.conflictsOf(row, (await book.document(row.id)).document)
    if (views.some((view) => view.values.some((value) => value.person === ''))) villages.add(row.area)
  }
  return [...villages]
}

/** Device → name, from the server's open conflicts of some villages. */
export async function learnNames(transport: Transport, token: string, villages: readonly string[]): Promise<{ [device: string]: string }> {
  const names: { [device: string]: string } = {}
  for (const village of villages) {
    const reply = await ask(transport, 'GET', `/api/v1/conflicts?area=${village}&state=open`, { authorization: `Bearer ${token}` })
    const { conflicts } = JSON.parse(new TextDecoder().decode(reply.body)) as ConflictList
    for (const { device, person_name } of conflicts.flatMap((conflict) => conflict.values)) names[device] = person_name
  }
  return names
}
