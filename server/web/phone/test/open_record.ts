// A record of the phone in memory as a screen has it open, so that parts of screens are drawn from real data.
import { computed, ref, shallowRef } from 'vue'
import type { PhoneApi } from '@engine/phone/api'
import { elementsOf } from '@ui/form'
import { inspect } from '@ui/inspection'
import type { OpenRecord } from '../src/record'

export async function openRecord(phone: PhoneApi, id: string, today: string): Promise<OpenRecord> {
  const view = await phone.record(id)
  const form = (await phone.reference())?.forms.find((one) => one.name === view.card.kind) ?? null
  const home = await phone.household(view.card.household ?? id)
  const members = elementsOf(home.answers, 'members').map((one) => ({ id: one.id, name: String(one.answers['name']) }))
  const inspection = form && inspect(form, view.answers, today)
  const of = (severity: string) => computed(() => inspection?.findings.filter((one) => one.severity === severity) ?? [])
  return {
    view: shallowRef(view), form: computed(() => form), answers: computed(() => view.answers), inspection: computed(() => inspection), errors: of('error'), warnings: of('warning'),
    locked: computed(() => view.readOnly !== null), failure: ref<string | null>(null), savedAt: ref<number | null>(null), undoable: ref<number | null>(null), strict: computed(() => false), id: () => id,
    related: (target: string) => (target === 'member' ? members : []), nameOf: (one: string) => members.find((member) => member.id === one)?.name ?? null,
    read: async () => undefined, put: async () => undefined, undo: async () => undefined, removeElement: async () => undefined, removePhoto: async () => undefined,
  } as unknown as OpenRecord
}
