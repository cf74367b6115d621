// The figures of the registers in the order they are shown, each bar beside its numbers.
import { t } from '@ui/i18n'
import { rootFields, formOf, label } from '../reference'
import type { IncomeBands, MeasurePair, ProjectBuckets, RegisterRow } from '../schema'
import { significant } from '../areas'

/** A township, a district: a sum of others. */
export const isSum = (row: RegisterRow): boolean => significant(row.area).length < 12

export interface Part {
  key: string
  value: number
}

/** Households by number of projects; none comes first and is always there. */
export const BUCKETS = ['none', 'one', 'two', 'three_or_more'] as const
export const bucketsOf = (projects: ProjectBuckets): Part[] => BUCKETS.map((key) => ({ key, value: projects[key] }))

/** Net income against the line, lowest first; those without a figure stand before all. */
export const BANDS = ['none', 'unmeasured', 'far_below', 'below', 'just_above', 'above'] as const
export const bandsOf = (income: IncomeBands): Part[] => BANDS.map((key) => ({ key, value: income[key] }))

export interface Batch {
  code: string
  label: string
}

/** The six batches in the words and the order of the form; one that people say differently, or that is newer than
    this desk, only where there is some. */
export function batchesOf(rows: RegisterRow[]): Batch[] {
  return listOf('measure', 'measure_type', rows.flatMap((row) => Object.keys(row.primary)), t('register.batch_unsettled'))
}

/** The classes of projects, the same way. */
export function classesOf(rows: RegisterRow[]): Batch[] {
  return listOf('project', 'project_class', rows.flatMap((row) => Object.keys(row.by_class)), t('register.class_none'))
}

function listOf(form: string, name: string, found: string[], none: string): Batch[] {
  const choices = rootFields(formOf(form)).find((field) => field.name === name)?.choices ?? []
  const known = choices.map((choice) => ({ code: choice.code, label: label(choice.label) }))
  const codes = new Set(known.map(({ code }) => code))
  const newer = new Set(found.filter((code) => !codes.has(code)))
  return [...known, ...[...newer].sort().map((code) => ({ code, label: code || none }))]
}

/** Households by primary measure (rows) and additional one (columns, `null` for none beside it). */
export function matrixOf(pairs: MeasurePair[], batches: Batch[]): { batch: Batch; alone: number; cells: number[] }[] {
  const count = (primary: string, additional: string | null): number => pairs.find((one) => one.primary === primary && one.additional === additional)?.households ?? 0
  return batches.map((batch) => ({ batch, alone: count(batch.code, null), cells: batches.map((other) => count(batch.code, other.code)) }))
}
