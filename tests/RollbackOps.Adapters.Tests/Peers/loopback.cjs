// Preloaded (node --require) into servers that nobody here wrote: whatever they would listen on, it is this machine alone.
const { Server } = require('node:net');
const { listen } = Server.prototype;
const isOpen = (host) => host === undefined || host === null || host === '' || host === '0.0.0.0' || host === '::';

Server.prototype.listen = function (first, ...rest) {
  if (first !== null && typeof first === 'object') {
    // A path or a handle is no address.
    const isPort = first.port !== undefined && first.path === undefined;
    return listen.call(this, isPort && isOpen(first.host) ? { ...first, host: '127.0.0.1' } : first, ...rest);
  }
  if (/^\d+$/.test(String(first))) {
    const [host, ...others] = typeof rest[0] === 'function' ? [undefined, ...rest] : rest;
    return listen.call(this, first, isOpen(host) ? '127.0.0.1' : host, ...others);
  }
  return listen.call(this, first, ...rest);
};
