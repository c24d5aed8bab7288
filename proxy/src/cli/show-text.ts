// What a terminal obeys or does not show: control and format characters, line ends, spaces that only look like one.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
const misleading = /^$|^NULL$|^\s|\s$| {2}|["\\]/u;

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const halfWidth = /[\uff61-\uffdc]/u;

/** A text from the database between quotes, whole, so that no two different texts look alike but by their letters. */
export function quoteText(text: string): string {
  return JSON.stringify(text).replace(unseen, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    return character.length > 1 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
  });
}

/** A column's value for a table on a terminal: as it is, and quoted only where one could misread it. NULL is `NULL`. */
export function showText(text: string | null): string {
  if (text === null) {
    return 'NULL';
  }
  const isPlain = text.isWellFormed() && !misleading.test(text) && text.search(unseen) === -1;
  return isPlain ? text : quoteText(text);
}

/** How many columns of a terminal the text takes: two for Chinese and the like, none for accents that follow a letter. */
export function shownWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (!/\p{M}/u.test(character)) {
      width += wide.test(character) && !halfWidth.test(character) ? 2 : 1;
    }
  }
  return width;
}
