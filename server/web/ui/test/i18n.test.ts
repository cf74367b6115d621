// Words: both languages must know the same keys, or a screen shows a key to a person.
import { describe, expect, it } from 'vitest'
import { known, t } from '../src/i18n'

const files = import.meta.glob<Record<string, string>>('../../*/src/i18n/*.json', { eager: true, import: 'default' })

describe('words', () => {
  it('exist in both languages under the same keys', () => {
    for (const [path, chinese] of Object.entries(files)) {
      if (!path.endsWith('zh-CN.json')) continue
      const english = files[path.replace('zh-CN', 'en')]
      expect(Object.keys(english ?? {}).sort(), path).toEqual(Object.keys(chinese).sort())
    }
  })

  it('show an unknown key as itself', () => {
    expect(t('no.such.key')).toBe('no.such.key')
    expect(known('app.name')).toBe(true)
  })
})
