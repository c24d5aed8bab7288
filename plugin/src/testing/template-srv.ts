import { type ScopedVars } from '@grafana/data';
import { type TemplateSrv } from '@grafana/runtime';

interface Variable {
  value: string | string[];
  /** What *All* stands for. */
  options?: string[];
  /** The custom text for *All*. */
  allValue?: string;
  /** What is in the address, where it is another than the value: `$__auto` of an interval. */
  chosen?: string;
}

// Grafana's own expression (public/app/features/variables/utils.ts).
const EXPRESSION = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^\}]+))?(?::([^\}]+))?\}/g;

/**
 * A template service with Grafana 12.4's rules for what it does here: scoped variables first, a format inside of the
 * expression wins, *All* is handed to a format function as the list of its options, a custom *All* is put in as it is,
 * and unknown variables stay as they are.
 */
export function templateSrv(variables: Record<string, Variable> = {}): TemplateSrv {
  const replace = (target = '', scopedVars: ScopedVars = {}, format?: string | Function): string =>
    target.replace(EXPRESSION, (match, plain, brackets, bracketsFormat, braces, _path, bracesFormat) => {
      const name: string = plain ?? brackets ?? braces;
      const chosen: string | Function | undefined = bracketsFormat ?? bracesFormat ?? format;
      const variable: Variable | undefined = scopedVars[name] ?? variables[name];
      if (!variable) {
        return match;
      }
      const all = variable.value === '$__all' || variable.value[0] === '$__all';
      if (chosen === 'queryparam') {
        return [variable.chosen ?? variable.value]
          .flat()
          .map((each) => `var-${name}=${encodeURIComponent(each)}`)
          .join('&');
      }
      if (chosen === 'text') {
        return all ? 'All' : [variable.value].flat().join(' + ');
      }
      if (all && variable.allValue) {
        return variable.allValue;
      }
      const value = all ? (variable.options ?? []) : variable.value;
      if (typeof chosen === 'function') {
        return chosen(value, { name });
      }
      return Array.isArray(value) ? `{${value.join(',')}}` : value;
    });

  return {
    replace,
    getVariables: () => Object.keys(variables).map((name) => ({ name }) as ReturnType<TemplateSrv['getVariables']>[0]),
    containsTemplate: (target = '') => replace(target) !== target,
    updateTimeRange: () => undefined,
  };
}
