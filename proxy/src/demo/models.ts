/** A model that the generated calls use. Names and prices are like real ones; the calls are not. */
export interface DemoModel {
  provider: string;
  name: string;
  /** Share of the calls, relative to the others. */
  weight: number;
  /** Price of a token in units of 10^-8: 250 is 2.50 for a million tokens. */
  promptPrice: number;
  completionPrice: number;
  /** Median time to the first token, in ms. */
  firstTokenMs: number;
  /** Median tokens per second after that. */
  tokensPerSecond: number;
  promptTokens: number;
  completionTokens: number;
  /** First used after this share of the demo's time. */
  since?: number;
}

export const demoModels: readonly [DemoModel, ...DemoModel[]] = [
  {
    provider: 'openai',
    name: 'gpt-4o',
    weight: 18,
    promptPrice: 250,
    completionPrice: 1000,
    firstTokenMs: 420,
    tokensPerSecond: 95,
    promptTokens: 1100,
    completionTokens: 260,
  },
  {
    provider: 'openai',
    name: 'gpt-4o-mini',
    weight: 22,
    promptPrice: 15,
    completionPrice: 60,
    firstTokenMs: 330,
    tokensPerSecond: 120,
    promptTokens: 700,
    completionTokens: 180,
  },
  {
    provider: 'openai',
    name: 'o3',
    weight: 3,
    promptPrice: 200,
    completionPrice: 800,
    firstTokenMs: 6500,
    tokensPerSecond: 110,
    promptTokens: 1600,
    completionTokens: 1900,
  },
  {
    provider: 'openai',
    name: 'gpt-5',
    weight: 9,
    promptPrice: 125,
    completionPrice: 1000,
    firstTokenMs: 900,
    tokensPerSecond: 105,
    promptTokens: 1300,
    completionTokens: 420,
    since: 0.87,
  },
  {
    provider: 'anthropic',
    name: 'claude-sonnet-4',
    weight: 14,
    promptPrice: 300,
    completionPrice: 1500,
    firstTokenMs: 680,
    tokensPerSecond: 75,
    promptTokens: 2200,
    completionTokens: 420,
  },
  {
    provider: 'anthropic',
    name: 'claude-3-5-haiku',
    weight: 9,
    promptPrice: 80,
    completionPrice: 400,
    firstTokenMs: 410,
    tokensPerSecond: 105,
    promptTokens: 900,
    completionTokens: 200,
  },
  {
    provider: 'anthropic',
    name: 'claude-opus-4',
    weight: 2,
    promptPrice: 1500,
    completionPrice: 7500,
    firstTokenMs: 1250,
    tokensPerSecond: 48,
    promptTokens: 2600,
    completionTokens: 650,
  },
  {
    provider: 'google',
    name: 'gemini-2.5-flash',
    weight: 12,
    promptPrice: 30,
    completionPrice: 250,
    firstTokenMs: 290,
    tokensPerSecond: 190,
    promptTokens: 1500,
    completionTokens: 240,
  },
  {
    provider: 'google',
    name: 'gemini-2.5-pro',
    weight: 4,
    promptPrice: 125,
    completionPrice: 1000,
    firstTokenMs: 2100,
    tokensPerSecond: 130,
    promptTokens: 3200,
    completionTokens: 700,
  },
  {
    provider: 'azure',
    name: 'gpt-4o',
    weight: 8,
    promptPrice: 275,
    completionPrice: 1100,
    firstTokenMs: 510,
    tokensPerSecond: 80,
    promptTokens: 1200,
    completionTokens: 240,
  },
  {
    provider: 'azure',
    name: 'gpt-4o-mini',
    weight: 5,
    promptPrice: 17,
    completionPrice: 66,
    firstTokenMs: 390,
    tokensPerSecond: 100,
    promptTokens: 650,
    completionTokens: 150,
  },
  {
    provider: 'mistral',
    name: 'mistral-large-2411',
    weight: 2,
    promptPrice: 200,
    completionPrice: 600,
    firstTokenMs: 560,
    tokensPerSecond: 60,
    promptTokens: 1400,
    completionTokens: 310,
  },
  {
    provider: 'mistral',
    name: 'mistral-small',
    weight: 4,
    promptPrice: 10,
    completionPrice: 30,
    firstTokenMs: 240,
    tokensPerSecond: 140,
    promptTokens: 500,
    completionTokens: 140,
  },
];

export const demoProviders = [...new Set(demoModels.map(({ provider }) => provider))];

/** Applications that call models. Batch jobs have a monitor of their own for each run: very many values. */
export const demoMonitors: readonly [{ name: string; weight: number }, ...{ name: string; weight: number }[]] = [
  { name: 'demo-chat', weight: 30 },
  { name: 'demo-support', weight: 18 },
  { name: 'demo-search', weight: 14 },
  { name: 'demo-code-review', weight: 10 },
  { name: 'demo-summaries', weight: 8 },
  { name: 'demo-translation', weight: 6 },
  { name: 'demo-extraction', weight: 4 },
];
