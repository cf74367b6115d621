// A line being filled in: nothing of it is stored before it is complete, then it is added whole. The form's
// own rules judge it, as if it stood in the record already.
import { computed, reactive, ref } from 'vue'
import { current } from '@engine/form/lines'
import type { Answers, Value } from '@engine/phone/api'
import type { Finding } from '@engine/schema'
import { empty, fieldAt, provideForm, valueAt } from '@ui/form'
import { inspect } from '@ui/inspection'
import { app, failureWords, phone, today } from '../app'
import type { OpenRecord } from '../record'

type Values = { [field: string]: Value }
/** Where the draft stands among the lines: no random id is this one. */
const DRAFT = 'f'.repeat(32)
const UNITS = ['亩', '斤', '公斤', '头', '只', '天', '月']

export type Draft = ReturnType<typeof useDraft>

export function useDraft(record: OpenRecord, repeat: string, first: () => Values) {
  const values = reactive<Values>({ ...first() })
  const strict = ref(false)
  const busy = ref(false)
  /** Somebody typed an amount: price by quantity does not write over it. */
  let typedAmount = false
  const path = (name: string): string => `${repeat}/${DRAFT}/${name}`
  const answers = computed<Answers>(() => ({ ...record.answers.value, [repeat]: { ...(record.answers.value[repeat] as object | undefined), [DRAFT]: { ...values } } }))
  const product = computed(() => (typeof values['quantity'] === 'number' && typeof values['unit_price'] === 'number' ? Math.round(values['quantity'] * values['unit_price']) : null))

  /** Less than the last line said: that wants a reason, which the form cannot ask for, as it sees one line alone. */
  const isLower = computed(() => {
    const others = current(record.answers.value, repeat).filter(([id]) => id !== values['supersedes']).map(([, line]) => line)
    const last = others.sort((a, b) => (String(a['on']) < String(b['on']) ? 1 : -1))[0]
    return typeof values['percent'] === 'number' && typeof last?.['percent'] === 'number' && values['percent'] < last['percent']
  })
  const inspection = computed(() => {
    const form = record.form.value
    const told = form ? inspect(form, answers.value, today()) : { shown: () => false, required: () => false, calculated: () => null, findings: [] as Finding[] }
    const reason = form && fieldAt(form, path('lower_reason'))
    const wanting: Finding[] = reason && isLower.value && empty(values['lower_reason']) ? [{ path: path('lower_reason'), code: 'required', severity: 'error', message: { zh: '进度比上次低，请写原因', en: 'Lower than before: say why' } }] : []
    return {
      ...told,
      shown: (at: string): boolean => told.shown(at) && (at !== path('lower_reason') || isLower.value) && (at !== path('amount_reason') || (product.value !== null && product.value !== values['amount']) || !empty(values['amount_reason'])),
      required: (at: string): boolean => told.required(at) || (at === path('lower_reason') && isLower.value),
      findings: [...told.findings, ...wanting],
    }
  })
  const errors = computed(() => inspection.value.findings.filter((one) => one.severity === 'error' && one.code !== 'disputed' && one.path.startsWith(`${repeat}/${DRAFT}/`)))
  const fields = computed(() => ((record.form.value && fieldAt(record.form.value, repeat)?.fields) || []).filter((one) => one.name !== 'supersedes' && inspection.value.shown(path(one.name))))

  function put(at: string, value: Value): void {
    const name = at.split('/')[2] ?? at
    values[name] = value
    if (name === 'amount') typedAmount = !empty(value)
    if ((name === 'quantity' || name === 'unit_price') && product.value !== null && !typedAmount) values['amount'] = product.value
  }

  /** Adds the line; false when the form finds something. */
  async function save(): Promise<boolean> {
    // What is still being typed becomes an answer when its field is left.
    ;(document.activeElement as HTMLElement | null)?.blur?.()
    strict.value = true
    if (busy.value || errors.value.length > 0) return false
    busy.value = true
    try {
      const shown = Object.entries(values).filter(([name, value]) => !empty(value) && (name === 'supersedes' || inspection.value.shown(path(name))))
      await phone.addElement(record.id(), repeat, Object.fromEntries(shown))
      return true
    } catch (error) {
      record.failure.value = failureWords(error)
      return false
    } finally {
      busy.value = false
    }
  }

  provideForm({
    answers: () => answers.value,
    people: () => app.reference?.people ?? [],
    areas: () => app.reference?.areas ?? [],
    related: record.related,
    recordTitle: record.nameOf,
    suggestions: (field) => (field.name === 'unit' ? UNITS : []),
    openElement: () => undefined, addElement: () => undefined, openConflict: () => undefined,
    conflicted: () => false,
    inspection: () => inspection.value,
    strict: () => strict.value,
  })
  return { values, fields, errors, strict, busy, path, put, save, value: (name: string): Value => valueAt(answers.value, path(name)) }
}
