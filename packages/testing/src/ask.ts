/** One call of a door of test mode: JSON to JSON, however long it takes. */
import { request } from 'node:http';

/** The server's refusal, in its own words. */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';
  readonly status: number;
  readonly code: string;

  constructor(message: string, { status, code }: { readonly status: number; readonly code: string }) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** fetch would give up a long advance after five minutes. */
export function ask(endpoint: string, method: 'GET' | 'POST', door: string, body?: object): Promise<unknown> {
  const content = body === undefined ? '' : JSON.stringify(body);
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const call = request(`${endpoint}/_holdfast/${door}`, {
      method,
      agent: false,
      headers: { ...headers, 'content-length': Buffer.byteLength(content) },
    });
    call.on('error', reject);
    call.on('response', (response) => {
      const parts: string[] = [];
      response.setEncoding('utf8').on('data', (part: string) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const answer = parsed(parts.join(''));
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve(answer);
        else reject(refusal(door, status, answer));
      });
    });
    call.end(content);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(door: string, status: number, answer: unknown): HoldfastError {
  const { code = 'Unknown', message = `The server answered ${door} with ${status}.` } =
    typeof answer === 'object' && answer !== null ? (answer as { code?: string; message?: string }) : {};
  return new HoldfastError(message, { status, code });
}
