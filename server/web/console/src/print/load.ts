// What a page of paper needs besides its record: the household it is about and, for a month of income,
// the months before.
import * as api from '../api'
import { fileLoader } from '../dossiers/load'
import type { RecordDetail } from '../schema'

export interface Paper {
  detail: RecordDetail
  /** Nothing for a record about no household, or one out of reach. */
  home: RecordDetail | null
  incomes: RecordDetail[]
}

export async function loadPaper(record: string): Promise<Paper> {
  const detail = await api.record(record)
  const { kind, household } = detail.summary
  if (household === null) return { detail, home: null, incomes: [] }
  if (kind === 'household') return { detail, home: detail, incomes: [] }
  if (kind !== 'income') return { detail, home: await api.record(household).catch(() => null), incomes: [] }
  const { home, of } = await fileLoader(household, ['income'])()
  return { detail, home, incomes: of.income }
}
