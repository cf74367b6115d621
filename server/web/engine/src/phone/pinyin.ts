// First letters of a Chinese name, for search by typing "tgf". The browser's own pinyin collation
// knows the order of all characters; these are the first ones of each letter in that order.
const FIRST = '阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥仨他屲夕丫帀'
const LETTERS = 'abcdefghjklmnopqrstwxyz'
const collator = new Intl.Collator('zh-Hans-CN-u-co-pinyin')
const isHan = /\p{Script=Han}/u

/** Lower-case letters, one per character; letters and digits stay as they are. */
export function initialsOf(name: string): string {
  let letters = ''
  for (const character of name) {
    if (!isHan.test(character)) {
      if (/[a-z0-9]/i.test(character)) letters += character.toLowerCase()
      continue
    }
    let at = 0
    while (at + 1 < FIRST.length && collator.compare(character, FIRST[at + 1] ?? '') >= 0) at++
    letters += LETTERS[at]
  }
  return letters
}
