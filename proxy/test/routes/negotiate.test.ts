import { Hono } from 'hono';
import { html } from 'hono/html';
import { describe, expect, it } from 'vitest';
import type { Env } from '../../src/routes/env.ts';
import { negotiate } from '../../src/routes/negotiate.ts';

const app = new Hono<Env>();
app.get('/', (c) =>
  negotiate(c, { page: (language) => html`<p>${language}</p>`, json: () => c.json({ language: 'none' }) })
);

async function kindOf(accept?: string): Promise<string> {
  const response = await app.request('/', { headers: accept === undefined ? {} : { Accept: accept } });
  expect(response.headers.get('Vary')).toBe('Accept, Accept-Language');
  return response.headers.get('Content-Type')?.startsWith('text/html') ? 'page' : 'json';
}

async function languageOf(acceptLanguage?: string): Promise<(string | null)[]> {
  const headers = {
    Accept: 'text/html',
    ...(acceptLanguage === undefined ? {} : { 'Accept-Language': acceptLanguage }),
  };
  const response = await app.request('/', { headers });
  return [response.headers.get('Content-Language'), await response.text()];
}

describe('negotiate', () => {
  it.each([
    [
      'Chrome',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
    ],
    ['Firefox', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
    ['Safari', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
    ['Lynx', 'text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01'],
    ['w3m', 'text/html, text/*;q=0.5, image/*, application/*, audio/*, video/*'],
    ['HTML alone', 'text/html'],
    ['upper case', 'TEXT/HTML; Q=0.9'],
    ['any text', 'text/*'],
    ['HTML named beside anything', 'text/html, */*'],
    ['JSON with less weight', 'text/html;q=0.9, application/json;q=0.8'],
    ['JSON not wanted', '*/*, application/json;q=0'],
    ['parts that are malformed', ',;, text/html;;q=0.7, /, application/json;q=0.1'],
  ])('answers %s with a page', async (_who, accept) => {
    expect(await kindOf(accept)).toBe('page');
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['curl, fetch and wget', '*/*'],
    ['axios', 'application/json, text/plain, */*'],
    ['jQuery', 'application/json, text/javascript, */*; q=0.01'],
    ['JSON', 'application/json'],
    ['CSV', 'text/csv'],
    ['a picture', 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5'],
    ['a stylesheet', 'text/css,*/*;q=0.1'],
    ['both alike', 'text/html, application/json'],
    ['HTML with less weight', 'application/json;q=0.9, text/html;q=0.8'],
    ['HTML with less weight than anything', 'text/html;q=0.5, */*'],
    ['HTML not wanted', 'text/html;q=0, */*;q=0'],
    ['HTML not wanted among texts', 'text/*, text/html;q=0'],
    ['nonsense', 'html'],
    ['separators', ';,;q=1,'],
  ])('answers %s with JSON', async (_who, accept) => {
    expect(await kindOf(accept)).toBe('json');
  });

  it.each([
    [undefined],
    [''],
    ['*'],
    ['en'],
    ['en-US,en;q=0.9,zh;q=0.8'],
    ['en-GB, zh-CN;q=0.9'],
    ['de-DE,de;q=0.9'],
    ['fr, en;q=0.5, zh;q=0.4'],
    ['zh;q=0'],
    ['zh;q=0.1, EN;q=0.2'],
    ['zhx'],
    ['<script>'],
    [',;q='],
  ])('writes English for Accept-Language: %s', async (header) => {
    expect(await languageOf(header)).toEqual(['en', '<p>en</p>']);
  });

  it.each([
    ['zh'],
    ['zh-CN'],
    ['zh-CN,zh;q=0.9,en;q=0.8'],
    ['zh-Hans'],
    ['zh-Hans-CN'],
    ['zh-SG'],
    ['ZH-cn'],
    ['zh-TW,zh;q=0.9,en-US;q=0.8'],
    ['zh-Hant-HK'],
    ['en;q=0.5, zh-CN;q=0.9'],
    ['de, zh;q=0.3, en;q=0.2'],
    ['en;q=0, zh;q=0.1'],
  ])('writes Chinese for Accept-Language: %s', async (header) => {
    expect(await languageOf(header)).toEqual(['zh-CN', '<p>zh</p>']);
  });
});
