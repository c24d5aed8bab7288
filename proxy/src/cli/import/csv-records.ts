import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { z } from 'zod';
import { ToolError } from '../run-tool.ts';

/** One record of a CSV file and the number of the line on which it begins. */
export interface CsvRecord {
  line: number;
  fields: string[];
}

/** The file can't be read on from here. */
export class BrokenCsvError extends Error {
  readonly line: number;

  constructor(line: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BrokenCsvError';
    this.line = line;
  }
}

// An opening quote without its end would otherwise take in all the rest of the file.
const longestRecord = 1_048_576;

const recordSchema = z.object({
  record: z.array(z.string()),
  info: z.object({ lines: z.number(), records: z.number() }),
});

/** Where csv-parse could not go on, after how many records and on which line by its own count. */
interface BrokenRecord {
  code: string;
  message: string;
  records: number;
  lines: number;
}

const brokenSchema = z.object({ code: z.string(), message: z.string(), records: z.number(), lines: z.number() });

/**
 * Reads a CSV file (UTF-8, commas, quotes doubled; lines end in LF, CRLF or CR) record by record, without holding it in
 * memory. Empty lines are left out, but counted. Throws a BrokenCsvError where quotes or bytes make no sense, after all
 * records before that.
 */
export async function* readCsvRecords(path: string): AsyncGenerator<CsvRecord, void, undefined> {
  let broken: BrokenRecord | undefined;
  const parser = parse({
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: longestRecord,
    // Thrown at once, an error would take the records with it that wait to be read.
    skip_records_with_error: true,
    on_skip: (error) => {
      broken ??= brokenSchema.parse(error);
    },
  });
  // A failure of either is thrown by the loop below.
  pipeline(decoded(path), parser, () => undefined);
  // csv-parse counts a CRLF between quotes as two lines.
  let overcounted = 0;
  let lastLine = 0;
  for await (const parsed of parser) {
    const { record, info } = recordSchema.parse(parsed);
    if (broken !== undefined && info.records > broken.records) {
      break;
    }
    overcounted += record.reduce((sum, field) => sum + (field.match(/\r\n/g)?.length ?? 0), 0);
    lastLine = info.lines - overcounted;
    yield { line: lastLine - record.reduce((sum, field) => sum + countLineEnds(field), 0), fields: record };
  }
  if (broken !== undefined) {
    const found = broken.lines - overcounted;
    throw new BrokenCsvError(endless.has(broken.code) ? lastLine + 1 : found, describe(broken));
  }
}

// These are noticed far below the line where the record begins.
const endless = new Set(['CSV_MAX_RECORD_SIZE', 'CSV_QUOTE_NOT_CLOSED']);

/** Node decodes bytes that are not UTF-8 as `�`: they are refused here instead. */
async function* decoded(path: string): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let lines = 1;
  const decode = (chunk?: Buffer): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      const lossy = new TextDecoder().decode(chunk);
      const before = countLineEnds(lossy.slice(0, lossy.indexOf('\uFFFD')));
      throw new BrokenCsvError(lines + before, 'the file is not UTF-8 from about here on', { cause: error });
    }
  };
  for await (const chunk of openFile(path)) {
    const text = decode(chunk);
    yield text;
    lines += countLineEnds(text);
  }
  yield decode();
}

async function* openFile(path: string): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of createReadStream(path)) {
      yield z.instanceof(Buffer).parse(chunk);
    }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) {
      throw new ToolError(`The file can't be read: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function countLineEnds(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

function describe({ code, message }: BrokenRecord): string {
  switch (code) {
    case 'CSV_MAX_RECORD_SIZE':
      return 'the record that begins here is longer than 1 MiB: is a quote missing?';
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quoted value that begins in this record has no closing quote';
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'a quote inside a quoted value has to be doubled';
    case 'INVALID_OPENING_QUOTE':
      return 'a value with a quote inside has to be quoted as a whole';
    default:
      return message;
  }
}
