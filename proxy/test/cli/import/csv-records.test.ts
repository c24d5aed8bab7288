import { describe, expect, it } from 'vitest';
import { BrokenCsvError, type CsvRecord, readCsvRecords } from '../../../src/cli/import/csv-records.ts';
import { csvFile } from '../../support/csv-file.ts';

/** The records of a file with this content, and where it breaks. */
async function read(content: string | Uint8Array): Promise<(CsvRecord | [number, string])[]> {
  const found: (CsvRecord | [number, string])[] = [];
  try {
    for await (const record of readCsvRecords(csvFile(content))) {
      found.push(record);
    }
  } catch (error) {
    if (!(error instanceof BrokenCsvError)) {
      throw error;
    }
    found.push([error.line, error.message]);
  }
  return found;
}

const lines = (records: (CsvRecord | [number, string])[]) =>
  records.map((record) => ('line' in record ? record.line : record[0]));

describe('readCsvRecords', () => {
  it('reads quotes, commas and line ends between quotes, and nothing', async () => {
    expect(await read('a,b\n"x, ""y""","1\n2"\n,\n')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: ['x, "y"', '1\n2'] },
      { line: 4, fields: ['', ''] },
    ]);
  });

  it.each([
    ['LF', 'a,b\n1,"x\ny"\n\n3,4\n5,6'],
    ['CRLF', 'a,b\r\n1,"x\r\ny"\r\n\r\n3,4\r\n5,6\r\n'],
    ['CR', 'a,b\r1,"x\ry"\r\r3,4\r5,6\r'],
    ['a mixture', 'a,b\n1,"x\r\ny"\r\n\r\n3,4\r5,6\n'],
  ])('counts lines that end in %s', async (_, content) => {
    expect(lines(await read(content))).toEqual([1, 2, 5, 6]);
  });

  it('keeps spaces, and lines with too many or too few values', async () => {
    expect(await read('a,b\n x ,y \n1\n1,2,3\n')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: [' x ', 'y '] },
      { line: 3, fields: ['1'] },
      { line: 4, fields: ['1', '2', '3'] },
    ]);
  });

  it('takes off a byte-order mark', async () => {
    expect(await read('\uFEFFa,b\n')).toEqual([{ line: 1, fields: ['a', 'b'] }]);
  });

  it('reads characters of several bytes that cross the pieces in which a file is read', async () => {
    const text = `a${'é🙂'.repeat(50_000)}`;
    expect(await read(`${text}\n`)).toEqual([{ line: 1, fields: [text] }]);
  });

  it.each([
    [
      'a quote in the middle',
      'a,b\n1,"x\ny"\n1,x"y\n3,4\n',
      4,
      'a value with a quote inside has to be quoted as a whole',
    ],
    ['a single quote in quotes', 'a,b\n1,"x\ny"\n1,"x"y"\n3,4\n', 4, 'a quote inside a quoted value has to be doubled'],
    [
      'an open quote',
      'a,b\n1,"x\ny"\n1,"x\n3,4\n',
      4,
      'a quoted value that begins in this record has no closing quote',
    ],
    [
      'an open quote in a long file',
      `a,b\n1,2\n1,"x\n${'3,4\n'.repeat(400_000)}`,
      3,
      'the record that begins here is longer than 1 MiB: is a quote missing?',
    ],
  ])('stops at %s, after all records before it', async (_, content, line, message) => {
    const found = await read(content);
    expect(found.slice(0, -1)).toHaveLength(line === 4 ? 2 : line - 1);
    expect(found.at(-1)).toEqual([line, message]);
  });

  it.each([
    ['bytes that are not UTF-8', Buffer.from('a,b\n1,2\n3,\xe9\n', 'latin1'), 3],
    ['half a character (hostile case 125)', Buffer.from('a,b\n1,\xed\xa0\x80\n', 'latin1'), 2],
    ['a character that is cut off at the end', Buffer.from('a,b\n1,\xc3', 'latin1'), 2],
  ])('refuses %s', async (_, content, line) => {
    expect((await read(content)).at(-1)).toEqual([line, 'the file is not UTF-8 from about here on']);
  });

  it('says why a file can not be read', async () => {
    const missing = readCsvRecords('/no/such/file.csv');
    await expect(missing.next()).rejects.toThrow(/^The file can't be read: ENOENT/);
  });

  it('gives nothing for an empty file', async () => {
    expect(await read('')).toEqual([]);
    expect(await read('\n\n')).toEqual([]);
  });
});
