/** Names of hosts, each with one port or with any. */
export interface HostList {
  /** Takes a host as the Host header has it; `defaultPort` is meant where it has no port. */
  has(host: string, defaultPort: number): boolean;
}

interface Host {
  name: string;
  port: number | undefined;
}

/** Reads a comma list such as `metrics.example, localhost:5000`; throws an Error that says what is wrong, as words after the setting's name. */
export function parseHostList(list: string): HostList {
  const entries = list.split(',').map((part) => {
    const entry = parseHost(part.trim());
    if (entry === null) {
      throw new Error(
        `must be a comma list of host names, with or without a port, such as metrics.example, [::1]:5000; "${part.trim()}" is none`
      );
    }
    return entry;
  });
  return {
    has(text, defaultPort) {
      const host = parseHost(text);
      return (
        host !== null &&
        entries.some(
          ({ name, port }) => name === host.name && (port === undefined || port === (host.port ?? defaultPort))
        )
      );
    },
  };
}

// RFC 9110 §7.2, without what no name in use has; case doesn't count (RFC 3986 §3.2.2).
function parseHost(text: string): Host | null {
  const [, name, port] = /^(\[[0-9a-f:.]+\]|[0-9a-z_.-]+)(?::(\d{1,5}))?$/.exec(text.toLowerCase()) ?? [];
  if (name === undefined || Number(port ?? 0) > 65_535) {
    return null;
  }
  return { name, port: port === undefined ? undefined : Number(port) };
}
