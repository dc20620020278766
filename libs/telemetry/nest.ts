import type { LoggerService } from '@nestjs/common';
import type { Log } from './log.js';
import { isError } from './redact.js';

/**
 * Lets Nest write to our log: `NestFactory.create(…, { logger: nestLogger(log) })`. Nest's own `log` lines become
 * `debug`. Objects are never printed, because Nest and its plug-ins pass requests and form parts.
 */
export function nestLogger(log: Log): LoggerService {
  const at =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...more: unknown[]) => {
      const error = [message, ...more].find(isError);
      const context = more.findLast((item) => typeof item === 'string' && !item.includes('\n'));
      const text = typeof message === 'string' ? message : 'unexpected error in the framework';
      log[level](text, { context, error, frames: typeof more[0] === 'string' ? framesOf(more[0]) : undefined });
    };
  return {
    log: at('debug'),
    debug: at('debug'),
    verbose: at('debug'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
  };
}

/** Nest passes a stack as text; its first lines are the error's message and are left out. */
function framesOf(stack: string): string[] | undefined {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.length > 0 ? frames.map((line) => line.trim()) : undefined;
}
