// Reference data of the person logged in: areas, people and compiled forms, by the keys the
// screens ask with. Loaded once after login and again when the server's lists have changed.
import { computed, shallowRef } from 'vue'
import { knownOf, type Known } from '@engine/dossier/known'
import * as api from './api'
import { language } from '@ui/i18n'
import type { Area, Field, Form, Label, Reference } from './schema'
import { day } from './time'

const loaded = shallowRef<Reference | null>(null)

/** Loads it; the screens wait for the first time only. */
export async function loadReference(): Promise<void> {
  const next = await api.reference()
  if (loaded.value?.tag !== next.tag) loaded.value = next
}

/** Forgets it, at logout. */
export function dropReference(): void {
  loaded.value = null
}

export const ready = computed(() => loaded.value !== null)
export const asker = computed(() => loaded.value?.me ?? null)
export const areas = computed<Area[]>(() => loaded.value?.areas ?? [])
export const people = computed(() => loaded.value?.people ?? [])
export const forms = computed<Form[]>(() => loaded.value?.forms ?? [])

/** Catalogues and poverty lines, as the file of a household is read with them. */
export const known = computed<Known>(() => knownOf(loaded.value, day(Date.now())))

const areaByCode = computed(() => new Map(areas.value.map((area) => [area.code, area])))
const personById = computed(() => new Map(people.value.map((person) => [person.id, person.name])))

/** A label in the language shown. */
export function label(text: Label): string {
  return language.value === 'en' ? text.en || text.zh : text.zh || text.en
}

/** The name of an area; its code when it lies outside our reach. */
export function areaName(code: string): string {
  return areaByCode.value.get(code)?.name ?? code
}

/** Name of an area with the one above it: 冯家镇 · 照耀村. */
export function areaPath(code: string): string {
  const area = areaByCode.value.get(code)
  const above = area?.parent ? areaByCode.value.get(area.parent) : undefined
  return area && above && above.level !== 'district' ? `${above.name} · ${area.name}` : areaName(code)
}

/** The name of a person; nothing when unknown. */
export function personName(id: string): string | undefined {
  return personById.value.get(id)
}

/** The form of a kind: the exact version of `household/1`, or the newest. */
export function formOf(kind: string): Form | undefined {
  const [name, version] = kind.split('/')
  const versions = forms.value.filter((form) => form.name === name)
  return versions.find((form) => String(form.version) === version) ?? versions.sort((a, b) => b.version - a.version)[0]
}

/** Root fields of a form, in its order. */
export function rootFields(form: Form | undefined): Field[] {
  return form?.sections.flatMap((section) => section.fields) ?? []
}

/** The area the three musts start with: the person's only one, or the widest above all of them (the
    server answers what lies within reach). */
export function widestArea(): string {
  const own = loaded.value?.me.areas ?? []
  if (own.length === 1 && own[0]) return own[0]
  const known = areas.value
  const top = known.filter((area) => !area.parent || !areaByCode.value.has(area.parent))
  return top[0]?.code ?? own[0] ?? ''
}
