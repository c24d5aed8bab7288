import { demoNotice } from '../demo/demo-notice.ts';
import type { ErrorCode } from '../errors.ts';
import type { Text } from './languages.ts';

// What is between backticks is shown as code.

export const product = 'AI Metrics';

export const homeTexts = {
  title: {
    en: 'What your language-model calls cost, and how fast they are',
    zh: '大模型调用的成本与速度',
  },
  lead: {
    en: 'Cost, tokens and latency by provider and model: as dashboards, panels and alert rules in Grafana.',
    zh: '按提供商和模型查看成本、Token 用量与延迟：在 Grafana 中使用仪表板、面板和告警规则。',
  },
  demo: { en: `${demoNotice}.`, zh: '演示数据库：其中的所有调用均为自动生成，并非真实调用。' },
  dashboard: { en: 'Open the dashboard', zh: '打开仪表板' },
  signIn: { en: 'Sign in', zh: '登录' },
  programs: { en: 'For programs', zh: '供程序使用' },
  api: {
    en: 'The API is at `/api/v1`. Sign in with `POST /api/v1/login`, then send the token with every request. `GET /api/v1/catalog` lists what can be asked.',
    zh: 'API 位于 `/api/v1`。先用 `POST /api/v1/login` 登录，之后每次请求都附上令牌。`GET /api/v1/catalog` 列出可查询的内容。',
  },
  documentation: { en: 'Documentation', zh: '文档' },
  documentationPlace: {
    en: 'It comes with the source: `README.md` leads through the first steps, `docs/contract.md` describes routes, questions and settings.',
    zh: '文档随源代码提供：`README.md` 介绍入门步骤，`docs/contract.md` 说明接口、查询和设置。',
  },
} satisfies Record<string, Text>;

/** What happened, and what to do next. */
export interface ErrorText {
  title: Text;
  advice: Text;
  /** What a link leads to, beside the home page. */
  next?: 'sign_in' | 'again';
}

export const errorTexts: Record<ErrorCode, ErrorText> = {
  invalid_request: {
    title: { en: 'This request can’t be understood', zh: '无法理解此请求' },
    advice: { en: 'Correct what the message names, then try again.', zh: '请按下方信息更正后重试。' },
  },
  unauthenticated: {
    title: { en: 'Please sign in', zh: '请先登录' },
    advice: {
      en: 'Figures are for people who are signed in: sign in to Grafana to see them there. Programs send a token.',
      zh: '登录后才能查看数据：请登录 Grafana 查看；程序请求须附上令牌。',
    },
    next: 'sign_in',
  },
  forbidden: {
    title: { en: 'You may not see this', zh: '您无权查看此内容' },
    advice: {
      en: 'Your account has no right to it. Ask an administrator if it should.',
      zh: '您的账号没有相应权限。如有需要，请联系管理员。',
    },
  },
  not_found: {
    title: { en: 'There is nothing here', zh: '找不到此页面' },
    advice: {
      en: 'The address may be misspelled or out of date. The home page leads on.',
      zh: '地址可能有误或已失效。您可以从首页重新开始。',
    },
  },
  method_not_allowed: {
    title: { en: 'This address is for programs', zh: '此地址供程序使用' },
    advice: {
      en: 'It can’t be opened in this way. The home page leads on.',
      zh: '无法以这种方式打开。您可以从首页重新开始。',
    },
  },
  payload_too_large: {
    title: { en: 'That was too much at once', zh: '发送的内容过大' },
    advice: { en: 'Send less, then try again.', zh: '请减少内容后重试。' },
  },
  unsupported_media_type: {
    title: { en: 'This kind of content can’t be read', zh: '无法读取此类内容' },
    advice: { en: 'Send it as the message says.', zh: '请按下方信息所述的格式发送。' },
  },
  query_too_large: {
    title: { en: 'This question is too large', zh: '查询范围过大' },
    advice: { en: 'Narrow what the message names, then ask again.', zh: '请按下方信息缩小范围后重试。' },
  },
  rate_limited: {
    title: { en: 'Too many requests', zh: '请求过于频繁' },
    advice: { en: 'Wait a while, then try again.', zh: '请稍候再试。' },
    next: 'again',
  },
  unavailable: {
    title: { en: 'Not available just now', zh: '服务暂时不可用' },
    advice: {
      en: 'This usually passes by itself. Try again in a moment.',
      zh: '通常很快就会恢复，请稍后重试。',
    },
    next: 'again',
  },
  query_timeout: {
    title: { en: 'The answer took too long', zh: '查询超时' },
    advice: {
      en: 'Ask about a shorter time or fewer groups, or try again later.',
      zh: '请缩短时间范围或减少分组，或稍后重试。',
    },
    next: 'again',
  },
  internal: {
    title: { en: 'Something went wrong', zh: '出错了' },
    advice: {
      en: 'The fault is ours, and the log has its particulars. Tell an administrator the request id below.',
      zh: '这是服务器内部错误，详情已写入日志。请将下方的请求编号告知管理员。',
    },
  },
};

export const noGrafanaText: ErrorText = {
  title: { en: 'No Grafana is known here', zh: '尚未设置 Grafana 地址' },
  advice: {
    en: 'To be led to dashboards and sign-in, give this proxy the address of your Grafana in its setting `GRAFANA_ROOT_URL`.',
    zh: '要从这里打开仪表板和登录页，请在代理的设置 `GRAFANA_ROOT_URL` 中填写 Grafana 的地址。',
  },
};

export const errorPageTexts = {
  home: { en: 'Home page', zh: '返回首页' },
  signIn: homeTexts.signIn,
  again: { en: 'Try again', zh: '重试' },
  message: { en: 'Message', zh: '信息' },
  requestId: { en: 'Request id', zh: '请求编号' },
} satisfies Record<string, Text>;
