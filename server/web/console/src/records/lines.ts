// A record laid out for reading: the sections of its form, then each element of its repeats, then
// whatever this form version does not know (it is kept, so it is shown). Photos and signatures are
// shown as pictures elsewhere.
import { t } from '@ui/i18n'
import { pictured } from '../difference'
import { label } from '../reference'
import type { Answers, Field, FieldChange, Form } from '../schema'
import { elementName, isEmpty } from '../value'

/** One field with its value and everything that was ever written to it. */
export interface Line {
  path: string
  label: string
  field: Field | undefined
  value: unknown
  changes: FieldChange[]
}
export interface Block {
  key: string
  title: string
  /** The day an element of a repeat was removed; its values stay readable. */
  removed: string | null
  lines: Line[]
}

const STORED = (field: Field): boolean => !['note', 'calculated', 'repeat'].includes(field.type)

/** Blocks in the order of the form; fields that were never written are left out. */
export function layOut(form: Form | undefined, answers: Answers, changes: FieldChange[]): Block[] {
  const byPath = new Map<string, FieldChange[]>()
  for (const change of changes) byPath.set(change.path, [...(byPath.get(change.path) ?? []), change])
  const line = (path: string, text: string, field: Field | undefined, value: unknown): Line => ({
    path, label: text, field, value: value ?? null, changes: byPath.get(path) ?? [],
  })
  const written = (one: Line): boolean => !isEmpty(one.value) || one.changes.length > 0

  const blocks: Block[] = []
  for (const section of form?.sections ?? []) {
    const lines = section.fields.filter(STORED).map((field) => line(field.name, label(field.label), field, answers[field.name]))
    blocks.push({ key: section.name, title: label(section.title), removed: null, lines: lines.filter(written) })
    for (const repeat of section.fields.filter((field) => field.type === 'repeat' && !pictured(field.name))) {
      for (const [id, element] of Object.entries((answers[repeat.name] ?? {}) as Record<string, Answers>)) {
        const inner = (repeat.fields ?? []).filter(STORED)
        const own = inner.map((field) => line(`${repeat.name}/${id}/${field.name}`, label(field.label), field, element[field.name]))
        const removed = isEmpty(element['deleted_at']) ? null : String(element['deleted_at'])
        const title = `${label(repeat.label)} · ${elementName(repeat, id, answers)}`
        blocks.push({ key: `${repeat.name}/${id}`, title, removed, lines: own.filter(written) })
      }
    }
  }
  const known = new Set((form?.sections ?? []).flatMap((section) => section.fields.map((field) => field.name)))
  const rest = Object.keys(answers).filter((name) => !known.has(name) && !pictured(name))
  blocks.push({ key: '?', title: t('record.unknown'), removed: null, lines: rest.map((name) => line(name, name, undefined, answers[name])) })
  return blocks.filter((block) => block.lines.length > 0)
}
