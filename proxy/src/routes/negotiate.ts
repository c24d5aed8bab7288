import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Language, languages, languageTag } from '../pages/languages.ts';
import type { Html } from '../pages/layout.ts';
import type { Env } from './env.ts';

type Ranges = Parameters<NonNullable<Parameters<typeof accepts>[1]['match']>>[0];

const json = 'application/json';
const page = 'text/html';

const pagePolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The policy of a page with a form, whose answer may lead to the origins `targets` as well. Scripts are only files of ours. */
export function formPolicy(...targets: string[]): string {
  const action = ["form-action 'self'", ...targets].join(' ');
  return pagePolicy.replace("form-action 'none'", `script-src 'self'; ${action}`);
}

export interface Alternatives {
  status?: ContentfulStatusCode;
  page: (language: Language) => Html;
  json: () => Response;
}

/** Answers a browser with a page in its language, and a program with JSON. */
export function negotiate(c: Context<Env>, { status = 200, ...answers }: Alternatives): Response | Promise<Response> {
  c.header('Vary', 'Accept, Accept-Language');
  if (!prefersPage(c)) {
    return answers.json();
  }
  return answerPage(c, { status, page: answers.page });
}

/** Answers with a page in the caller's language, whoever it is. `policy` is its Content-Security-Policy. */
export function answerPage(
  c: Context<Env>,
  {
    status = 200,
    page: render,
    policy = pagePolicy,
  }: { status?: ContentfulStatusCode; page: Alternatives['page']; policy?: string }
): Response | Promise<Response> {
  const language = preferredLanguage(c);
  c.header('Vary', 'Accept, Accept-Language');
  c.header('Content-Language', languageTag[language]);
  c.header('Content-Security-Policy', policy);
  return c.html(render(language), status);
}

/** Only where HTML is rather wanted than JSON: programs that say nothing, or take anything, get JSON. */
function prefersPage(c: Context): boolean {
  const match = (ranges: Ranges) => (weight(ranges, page) > weight(ranges, json) ? page : json);
  return accepts(c, { header: 'Accept', supports: [json, page], default: json, match }) === page;
}

// The most specific range counts (RFC 9110 §12.5.1). Hono's own match leaves */* out.
function weight(ranges: Ranges, type: string): number {
  const byPrecedence = [type, type.replace(/\/.*/, '/*'), '*/*'];
  for (const [distance, name] of byPrecedence.entries()) {
    const range = ranges.find((candidate) => candidate.type.toLowerCase() === name);
    if (range !== undefined) {
      // Qualities have three digits: where they are equal, the type that was named comes before one that was not.
      return range.q === 0 ? 0 : range.q - distance / 10_000;
    }
  }
  return 0;
}

function preferredLanguage(c: Context): Language {
  const [fallback] = languages;
  const known = (subtag: string | undefined) => languages.find((language) => language === subtag?.toLowerCase());
  const match = (ranges: Ranges) =>
    ranges.filter(({ q }) => q > 0).find(({ type }) => known(type.split('-')[0]))?.type ?? fallback;
  const wanted = accepts(c, { header: 'Accept-Language', supports: [...languages], default: fallback, match });
  return known(wanted.split('-')[0]) ?? fallback;
}
