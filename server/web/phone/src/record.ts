// One open record on a screen: answers at once, stored behind, undo, and what the form's rules say.
import { computed, onBeforeUnmount, ref, shallowReactive, shallowRef, watch } from 'vue'
import type { Answers, RecordView, Saved, Value } from '@engine/phone/api'
import { elementsOf, fieldAt, provideForm } from '@ui/form'
import { inspect } from '@ui/inspection'
import { app, failureWords, formOf, onRecords, phone, today, villages } from './app'
import { useRelated } from './related'
import { go } from './router'

/** Questions answered with a name of somebody at hand. */
const named = new Set(['by_whom', 'raised_by', 'phone_owner'])
/** Records whose open questions are shown as missing: somebody wanted to submit. */
const strict = shallowReactive(new Set<string>())
export const beStrict = (record: string): void => void strict.add(record)

/** What everybody of the village goes on writing while the leader looks at it; anything else is taken back first. */
const REGISTERS = new Set(['household', 'income', 'measure', 'project', 'agreement', 'card', 'ledger'])

export type OpenRecord = ReturnType<typeof useRecord>

function withValue(answers: Answers, path: string, value: Value): Answers {
  const [first = '', element, field] = path.split('/')
  if (element === undefined || field === undefined) return { ...answers, [first]: value }
  const elements = (answers[first] ?? {}) as Record<string, Record<string, Value>>
  return { ...answers, [first]: { ...elements, [element]: { ...elements[element], [field]: value } } }
}

/** Opens a record and keeps it as the store has it. */
export function useRecord(id: () => string) {
  const view = shallowRef<RecordView | null>(null)
  const failure = ref<string | null>(null)
  const savedAt = ref<number | null>(null)
  /** When the edit that can be undone was made. */
  const undoable = ref<number | null>(null)
  let pending = 0

  async function read(): Promise<void> {
    if (pending > 0 || id() === '') return
    const wanted = id()
    try {
      const next = await phone.record(wanted)
      if (pending === 0 && wanted === id()) view.value = next
    } catch (error) {
      failure.value = failureWords(error)
    }
  }

  async function change(act: () => Promise<Saved>, undone = false): Promise<void> {
    pending += 1
    try {
      const saved = await act()
      savedAt.value = saved.savedAt
      undoable.value = saved.undo && !undone ? saved.undo.madeAt : null
      failure.value = null
    } catch (error) {
      failure.value = failureWords(error)
      navigator.vibrate?.(200)
    } finally {
      pending -= 1
      await read()
    }
  }

  function put(path: string, value: Value): Promise<void> {
    if (view.value) view.value = { ...view.value, answers: withValue(view.value.answers, path, value) }
    return change(() => phone.put(id(), path, value))
  }

  const form = computed(() => (view.value ? formOf(view.value.form) : null))
  const answers = computed<Answers>(() => view.value?.answers ?? {})
  const inspection = computed(() => (form.value ? inspect(form.value, answers.value, today()) : null))
  const errors = computed(() => inspection.value?.findings.filter((one) => one.severity === 'error') ?? [])
  const warnings = computed(() => inspection.value?.findings.filter((one) => one.severity === 'warning') ?? [])
  const locked = computed(() => !view.value || view.value.readOnly !== null || (view.value.card.review === 'submitted' && !REGISTERS.has(view.value.card.kind)))
  const { related, nameOf, settled } = useRelated(view, form)

  watch(id, () => { view.value = null; savedAt.value = null; undoable.value = null; void read() }, { immediate: true })
  onBeforeUnmount(onRecords((records) => { if (records.includes(id())) void read() }))

  return {
    view, form, answers, inspection, errors, warnings, locked, failure, savedAt, undoable, read, put, related, nameOf, settled,
    undo: () => change(() => phone.undo(id()), true),
    removeElement: (repeat: string, element: string) => change(() => phone.removeElement(id(), repeat, element)),
    removePhoto: (element: string) => change(() => phone.photoRemove(id(), element)),
    strict: computed(() => strict.has(id())),
    id,
  }
}

/** Whether elements of a repeat are lines: written whole, never changed. */
export const isOfLines = (record: OpenRecord, repeat: string): boolean => (record.form.value && fieldAt(record.form.value, repeat)?.immutable) === true

/** Gives the fields below this component what they need of the record. */
export function provideRecord(record: OpenRecord): void {
  provideForm({
    answers: () => record.answers.value,
    people: () => app.reference?.people ?? [],
    areas: () => (villages.value.length ? villages.value : (app.reference?.areas ?? []).filter((area) => area.level === 'village')),
    related: record.related,
    suggestions: (field) => {
      if (!named.has(field.name)) return []
      const members = elementsOf(record.answers.value, 'members').map((one) => one.answers['name'])
      const names = [app.status?.person?.name, record.view.value?.card.title, ...members]
      return [...new Set(names.filter((name): name is string => typeof name === 'string' && name !== ''))].slice(0, 4)
    },
    recordTitle: () => record.view.value?.card.title ?? null,
    openElement: (repeat, element) => (isOfLines(record, repeat) ? go('line', record.id(), repeat, 'show', element) : go('record', record.id(), 'e', repeat, element)),
    addElement: async (repeat) => {
      if (isOfLines(record, repeat)) return go('line', record.id(), repeat, 'new')
      try {
        const element = await phone.addElement(record.id(), repeat)
        go('record', record.id(), 'e', repeat, element)
      } catch (error) {
        record.failure.value = failureWords(error)
      }
    },
    openConflict: () => go('conflict', record.id()),
    conflicted: (path) => record.view.value?.conflicts.some((one) => one.path === path && !one.left) ?? false,
    inspection: () => record.inspection.value ?? { shown: () => true, required: () => false, calculated: () => null, findings: [] },
    strict: () => record.strict.value,
  })
}
