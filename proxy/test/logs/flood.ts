import { settingsSchema } from '../../src/config.ts';
import { openLogs } from '../../src/logs/open-logs.ts';

/**
 * A program that logs without a pause and ends with `process.exit` at once: every 3rd line is a request, every 100th of
 * the others an error. Prints the most memory that it had, in MiB, on standard error.
 */
const [folder = '', level = '', lines = '', characters = '', maxFileMib = ''] = process.argv.slice(2);
const { log, accessLog } = await openLogs({
  LOG_LEVEL: settingsSchema.shape.LOG_LEVEL.parse(level),
  LOG_DIR: folder,
  LOG_MAX_FILE_MIB: Number(maxFileMib),
  LOG_MAX_FILES: 1000,
});
const text = 'x'.repeat(Number(characters));
for (let number = 0; number < Number(lines); number += 1) {
  if (number % 3 === 0) {
    accessLog.info({ event: 'request', number, text });
  } else if (number % 100 === 1) {
    log.error({ event: 'flood', number, text });
  } else {
    log.info({ event: 'flood', number, text });
  }
}
process.stderr.write(String(process.resourceUsage().maxRSS / 1024));
process.exit(0);
