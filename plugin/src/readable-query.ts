import { isRecord } from './is-record';
import { type QueryModel } from './query-model';

type Form = (value: unknown) => boolean;

/** The form that each field of the query model has to have to be shown. */
const FORMS: Record<keyof QueryModel, Form> = {
  schemaVersion: isNumber,
  kind: isText,
  metrics: isListOf(isText),
  groupBy: isListOf(isText),
  filters: isListOf(isFilter),
  interval: isText,
  timezone: isText,
  fill: isText,
  top: (value) => isRecord(value) && isNumberOrText(value.limit) && isText(value.by),
  compare: isText,
  period: isText,
  minRequests: isNumber,
  shape: isText,
  legend: isText,
  order: (value) => isRecord(value) && isText(value.by),
  limit: isNumberOrText,
  cursor: isText,
  parameters: (value) => isRecord(value) && Object.values(value).every(isNumberOrText),
};

export const FIELDS = Object.keys(FORMS) as Array<keyof QueryModel>;

/**
 * What of a saved query can be shown: a query may have been written by hand, or by another version. Fields of another
 * form are left out here (and kept where it is saved, until someone removes them).
 */
export function readableQuery<Query extends QueryModel>(saved: Query): Query {
  const unreadable = unreadableFields(saved);
  return Object.fromEntries(
    Object.entries(saved).filter(([name]) => !unreadable.some((each) => each === name))
  ) as Query;
}

/** The fields of a saved query that can't be shown. */
export function unreadableFields(saved: QueryModel): Array<keyof QueryModel> {
  return FIELDS.filter((name) => saved[name] !== undefined && !FORMS[name](saved[name]));
}

function isListOf(form: Form): Form {
  return (value) => Array.isArray(value) && value.every(form);
}

function isFilter(value: unknown): boolean {
  return isRecord(value) && isText(value.key) && isText(value.operator) && Array.isArray(value.values);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

/** Numbers may be template variables. */
function isNumberOrText(value: unknown): boolean {
  return isNumber(value) || isText(value);
}
