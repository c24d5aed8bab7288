import type { Text } from './languages.ts';
import type { ErrorText } from './texts.ts';

/** Why the last attempt did not succeed. */
export type LoginProblem =
  | { kind: 'incomplete' | 'refused' | 'not_a_system_user' | 'unavailable' }
  /** `seconds` until the next attempt is possible. */
  | { kind: 'limited'; seconds: number };

/** `{minutes}` stands for the time that is left. */
const problems: Record<LoginProblem['kind'], { title: Text; advice: Text }> = {
  incomplete: {
    title: { en: 'Something is missing.', zh: '信息不完整。' },
    advice: { en: 'Enter your login name and your password.', zh: '请输入登录名和密码。' },
  },
  refused: {
    title: { en: 'The login name or the password is wrong.', zh: '登录名或密码错误。' },
    advice: {
      en: 'If you are sure of both, your account may be disabled: ask an administrator.',
      zh: '如果确认无误，您的账号可能已被停用，请联系管理员。',
    },
  },
  not_a_system_user: {
    title: { en: 'This account may not see AI Metrics.', zh: '此账号无权查看 AI Metrics。' },
    advice: {
      en: 'Only system users may. Ask an administrator to make yours one, or sign in with another account.',
      zh: '仅系统用户可以查看。请联系管理员将您的账号设为系统用户，或使用其他账号登录。',
    },
  },
  limited: {
    title: { en: 'Too many attempts to sign in.', zh: '登录尝试次数过多。' },
    advice: {
      en: 'The next one is possible in {minutes} min. Until then even the right password is refused.',
      zh: '请在 {minutes} 分钟后重试。在此之前，即使密码正确也无法登录。',
    },
  },
  unavailable: {
    title: { en: 'Nobody can be signed in just now.', zh: '暂时无法登录。' },
    advice: {
      en: 'Nothing is wrong with your password: try again in a moment.',
      zh: '这与您的密码无关，请稍后重试。',
    },
  },
};

export const loginTexts = {
  title: { en: 'Sign in', zh: '登录' },
  lead: {
    en: 'With your AI Toys account, to see AI Metrics in Grafana.',
    zh: '使用 AI Toys 账号登录，在 Grafana 中查看 AI Metrics。',
  },
  loginName: { en: 'Login name', zh: '登录名' },
  password: { en: 'Password', zh: '密码' },
  submit: { en: 'Sign in', zh: '登录' },
  problems,
} satisfies Record<Exclude<string, 'problems'>, Text | typeof problems>;

export const signInOverText: ErrorText = {
  title: { en: 'This sign-in is over', zh: '本次登录已失效' },
  advice: {
    en: 'It took too long, was finished already, or was begun in another browser. Begin again, with cookies allowed.',
    zh: '登录用时过长、已经完成，或是在其他浏览器中开始的。请重新登录，并允许浏览器使用 Cookie。',
  },
  next: 'sign_in',
};

export const signOutTexts = {
  ask: { en: 'Sign out?', zh: '要退出登录吗？' },
  askLead: { en: 'This ends your sign-in to AI Metrics.', zh: '这将结束您在 AI Metrics 的登录。' },
  submit: { en: 'Sign out', zh: '退出登录' },
  done: { en: 'You are signed out', zh: '您已退出登录' },
  doneLead: {
    en: 'Close the browser if others use this computer.',
    zh: '如果他人也使用这台电脑，请关闭浏览器。',
  },
  again: { en: 'Sign in again', zh: '重新登录' },
} satisfies Record<string, Text>;
