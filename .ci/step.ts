/** One check of `npm test`: a command, and how to read what came out of it. */
export interface Step {
  name: string;
  command: [string, ...string[]];
  /** From the root of the repository. */
  folder?: string;
  /** A program that a bare machine may lack; without it the step is not run. */
  needs?: string;
  /** An environment variable that names what only some people have; without it the step is not run, in CI neither. */
  needsVariable?: string;
  /** It uses all cores by itself, or measures time: nothing runs beside it. */
  alone?: boolean;
  /** Some programs succeed and print what is wrong. */
  failsOnOutput?: boolean;
  /** It may succeed and print `NOT RUN: <why>`, such as where a service is out of reach. */
  mayNotRun?: boolean;
  /** What to print of a line, where the output is for programs. */
  show?: (line: string) => string;
  /** Counts the tests that ran. Without it the step counts as one check. */
  count?: (output: string) => TestCounts;
}

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
  /** What could not be run and why, one line each. */
  notRun: string[];
}

export interface StepResult extends TestCounts {
  step: Step;
  seconds: number;
}
