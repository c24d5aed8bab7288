/** Why no Grafana is started: the proxy goes on alone, and says this. */
export class NoGrafana extends Error {
  override readonly name = 'NoGrafana';
}

/** A setting that can't be meant so: nothing is started. */
export class WrongSetting extends Error {
  override readonly name = 'WrongSetting';
}
