/** Something that is wrong with a file; `column` is null where it is the line as a whole. */
export interface Problem {
  line: number;
  column: string | null;
  message: string;
}

const longestQuoted = 40;

export function describeProblem({ line, column, message }: Problem): string {
  return `line ${String(line)}${column === null ? '' : `, ${column}`}: ${message}`;
}

/** A value of the file as it can be shown on a terminal: short, and without control characters. */
export function quote(value: string): string {
  const characters = Array.from(value);
  const shown = characters.length > longestQuoted ? `${characters.slice(0, longestQuoted).join('')}…` : value;
  return JSON.stringify(shown).replace(/[\p{Cc}\p{Cf}]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}
