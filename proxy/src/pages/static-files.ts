import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { getMimeType } from 'hono/utils/mime';

/** A file for browsers, held in memory: they are a handful, and small. */
export interface StaticFile {
  /** Holds a hash of the content, so that a browser may keep what is there for ever. */
  path: string;
  contentType: string;
  etag: string;
  content: string;
}

const staticFolder = '/admin/static';

export const stylesheet = readStaticFile('pages.css');
export const logo = readStaticFile('logo.svg');
export const submitScript = readStaticFile('submit.js');

function readStaticFile(name: string): StaticFile {
  const contentType = getMimeType(name);
  if (contentType === undefined) {
    throw new Error(`${name}: a file of this kind has no content type`);
  }
  const content = readFileSync(join(import.meta.dirname, 'static', name), 'utf8');
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const extension = extname(name);
  const stem = name.slice(0, -extension.length);
  return { path: `${staticFolder}/${stem}.${hash}${extension}`, contentType, etag: `"${hash}"`, content };
}
