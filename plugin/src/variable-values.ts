import { type ScopedVars } from '@grafana/data';
import { type TemplateSrv } from '@grafana/runtime';

// Cannot be typed into a field, so it cannot be mistaken for a part of a value.
const MARK = '\u0000';

export interface VariableValues {
  /** All the texts that the text stands for, in order; one of them may be empty. */
  values: string[];
  /** Whether a variable in it stands on *All*. */
  all: boolean;
  /** Whether a variable in it is an interval that stands on *Auto*: the value is then a rounded guess of Grafana's. */
  auto: boolean;
}

/** All the texts that a text with variables stands for; `model-$version` stands for one per version. */
export function expandVariables(text: string, templateSrv: TemplateSrv, scopedVars: ScopedVars): VariableValues {
  const lists: string[][] = [];
  let all = false;
  let auto = false;
  const marked = templateSrv.replace(text, scopedVars, (found: unknown, variable?: { name?: string }) => {
    const chosen = chosenValue(variable?.name, templateSrv, scopedVars);
    all ||= Array.isArray(found) && chosen === '$__all';
    auto ||= chosen === '$__auto';
    lists.push(Array.isArray(found) ? found.map(String) : [String(found)]);
    return `${MARK}${lists.length - 1}${MARK}`;
  });
  // Every second part is the number of a list.
  const values = marked
    .split(MARK)
    .reduce<string[]>(
      (texts, part, index) =>
        index % 2 === 0
          ? texts.map((each) => each + part)
          : texts.flatMap((each) => (lists[Number(part)] ?? []).map((value) => each + value)),
      ['']
    );
  return { values, all, auto };
}

/**
 * What is chosen in a variable's list. Grafana hands out *All* as the list of all options, and *Auto* as an interval;
 * only the format for URLs tells them from a choice of each.
 */
function chosenValue(name: string | undefined, templateSrv: TemplateSrv, scopedVars: ScopedVars): string | null {
  if (!name) {
    return null;
  }
  return new URLSearchParams(templateSrv.replace(`\${${name}:queryparam}`, scopedVars)).get(`var-${name}`);
}
