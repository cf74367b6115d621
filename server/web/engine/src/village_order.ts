// Villagers' groups and addresses in the order people count them: no alphabet has 二组 before 三组 before 十组.
const written = new Intl.Collator('zh-CN', { numeric: true })
const DIGITS = '〇一二三四五六七八九'

/** 十一组 as 11组. */
function numbered(text: string): string {
  return text.replace(/([一二三四五六七八九])?(十)?([一二三四五六七八九])?/g, (whole, first?: string, ten?: string, last?: string) => {
    if (whole === '') return ''
    const digit = (one: string | undefined): number => (one ? DIGITS.indexOf(one) : 0)
    return ten ? String((first ? digit(first) : 1) * 10 + digit(last)) : `${first ? digit(first) : ''}${last ? digit(last) : ''}`
  })
}

/** For sorting: 二组 before 十组 before 十一组, as 2组 is before 10组. */
export function asCounted(a: string, b: string): number {
  return written.compare(numbered(a), numbered(b))
}
