// Who and what a record's references may name: members, measures and projects of its household, people, areas.
import { onBeforeUnmount, ref, type Ref, shallowRef, watch } from 'vue'
import type { DossierPage, HouseholdPage, RecordView } from '@engine/phone/api'
import type { Form } from '@engine/schema'
import { elementsOf } from '@ui/form'
import { app, onRecords, phone, today } from './app'

interface Named { id: string; name: string }

export function useRelated(view: Ref<RecordView | null>, form: Ref<Form | null>) {
  const home = shallowRef<HouseholdPage | null>(null)
  const file = shallowRef<DossierPage | null>(null)
  /** Whatever can be named here is known. */
  const settled = ref(false)

  /** Only what the form refers to is read: a visit asks for none of it. */
  async function read(): Promise<void> {
    const household = view.value?.card.household
    const targets = new Set((form.value?.sections ?? []).flatMap((section) => section.fields).flatMap((field) => [field, ...(field.fields ?? [])]).map((field) => field.target))
    if (!view.value || !form.value) return
    try {
      if (!household) return
      if (targets.has('member')) home.value = await phone.household(household)
      if (targets.has('measure') || targets.has('project')) file.value = await phone.dossier(household, today().slice(0, 7))
    } catch {
      // Without the household on this phone its ids stay ids.
    } finally {
      settled.value = true
    }
  }
  watch([() => view.value?.card.id, () => form.value?.name], () => void read(), { immediate: true })
  onBeforeUnmount(onRecords((records) => { if (records.includes(view.value?.card.household ?? '')) void read() }))

  const members = (): Named[] => {
    const own = elementsOf(view.value?.answers ?? {}, 'members')
    return (own.length > 0 ? own : (home.value?.members ?? [])).map((one) => ({ id: one.id, name: String(one.answers['name'] ?? '') }))
  }
  const of = (records: DossierPage['measures'] | undefined): Named[] => (records ?? []).map(({ card }) => ({ id: card.id, name: card.note ?? '' }))
  const related = (target: string): Named[] => (target === 'member' ? members() : target === 'measure' ? of(file.value?.measures) : target === 'project' ? of(file.value?.projects) : [])
  const nameOf = (id: string): string | null => (id === view.value?.card.household ? view.value.card.title : null)
    ?? [...(app.reference?.people ?? []), ...members(), ...of(file.value?.measures), ...of(file.value?.projects)].find((one) => one.id === id)?.name
    ?? app.reference?.areas.find((one) => one.code === id)?.name ?? null
  return { related, nameOf, settled }
}
