// Everything of one household, record by record. What did not change since is not asked for again: a file
// has a hundred records, and the desk hears of every change in the district.
import * as api from '../api'
import type { RecordDetail, RecordSummary } from '../schema'
import { KINDS_OF_FILE, type HouseholdFile, type KindOfFile } from './file'

/** A loader of one household's file; each call answers it as it is now. */
export function fileLoader(household: string, kinds: readonly KindOfFile[] = KINDS_OF_FILE): () => Promise<HouseholdFile> {
  const kept = new Map<string, RecordDetail>()
  async function detailOf({ id, updated_at }: RecordSummary): Promise<RecordDetail> {
    const known = kept.get(id)
    if (known?.summary.updated_at === updated_at) return known
    const detail = await api.record(id)
    kept.set(id, detail)
    return detail
  }
  async function all(kind: KindOfFile): Promise<RecordDetail[]> {
    return Promise.all((await summaries(kind, household)).map(detailOf))
  }
  return async () => {
    const [home, ...lists] = await Promise.all([api.record(household), ...kinds.map(all)])
    const of = Object.fromEntries(KINDS_OF_FILE.map((kind) => [kind, lists[kinds.indexOf(kind)] ?? []])) as HouseholdFile['of']
    return { home, of }
  }
}

async function summaries(kind: string, household: string): Promise<RecordSummary[]> {
  const rows: RecordSummary[] = []
  for (let after: string | null = ''; after !== null;) {
    const page: Awaited<ReturnType<typeof api.records>> = await api.records({ kind, household, after })
    rows.push(...page.records)
    after = page.next
  }
  return rows
}
