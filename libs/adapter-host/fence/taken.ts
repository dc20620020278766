import Module, { registerHooks } from 'node:module';
import net from 'node:net';

/*
 * What Node's permission model leaves open, taken away before the package is loaded. It stands behind what the system
 * locks (the permission model, and the namespaces where there are some), and is no lock by itself.
 */

/**
 * Node's own modules that a package may load: those that compute, files (which the permission model guards), and the
 * two that TLS over `context.connect` needs. Left out are above all `sqlite`, which opens files past the permission
 * model, and whatever reaches processes or networks.
 */
const modules = new Set([
  ...['assert', 'assert/strict', 'async_hooks', 'buffer', 'console', 'crypto', 'diagnostics_channel', 'events', 'fs'],
  ...['fs/promises', 'net', 'path', 'path/posix', 'path/win32', 'perf_hooks', 'process', 'punycode', 'querystring'],
  ...['stream', 'stream/consumers', 'stream/promises', 'stream/web', 'string_decoder', 'timers', 'timers/promises'],
  ...['tls', 'url', 'util', 'util/types', 'zlib'],
]);

/** Signals and debuggers for other processes, another program in this one, ways to other modules. */
const ofProcess = [
  ...['kill', '_kill', '_debugProcess', '_debugEnd', 'execve', 'dlopen', 'report'],
  ...['getBuiltinModule', 'binding', '_linkedBinding'],
];

const refuse = (what: string) => () => {
  throw Object.assign(new Error(`${what} is closed to an adapter from outside`), { code: 'ERR_ACCESS_DENIED' });
};

function close(target: object, name: string, what: string): void {
  Reflect.defineProperty(target, name, { value: refuse(what), writable: false, configurable: false });
}

/** Cannot be undone in this process. */
export function takeAway(): void {
  for (const name of ofProcess) close(process, name, `process.${name}`);
  // every connection of Node's, also that of fetch and over a socket file, is made by this one method
  close(net.Socket.prototype, 'connect', 'a connection of its own');
  close(net.Server.prototype, 'listen', 'a server');
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      const name = /^node:(.+)$/.exec(found.url)?.[1];
      if (name && !modules.has(name)) refuse(`the module ${name}`)();
      return found;
    },
  });
  for (const name of ['registerHooks', 'register']) close(Module, name, `module.${name}`);
  Module.syncBuiltinESMExports();
}
