/**
 * A server that forgets: whatever a call changes is rolled back once it is answered, so that every call finds the same
 * world, in any order.
 */
import type { Database } from '../../packages/server/src/store/database.ts';
import type { TestServer } from '../../packages/server/src/testing/server.ts';

/** Until it is disposed of, transactions of calls end in a rollback. */
export function forgetting({ installation }: TestServer): Disposable {
  const { db } = installation;
  const put = (value: Database): void => {
    Object.defineProperty(installation, 'db', { value, configurable: true, enumerable: true, writable: true });
  };
  put(forgetful(db));
  return { [Symbol.dispose]: () => put(db) };
}

/** Carries the answer out of the transaction that it ends. */
class Undone extends Error {
  readonly answer: unknown;
  constructor(answer: unknown) {
    super('rolled back by the test');
    this.answer = answer;
  }
}

type Work = (tx: unknown) => Promise<unknown>;

function forgetful(db: Database): Database {
  return withMethod(db, 'transaction', (transaction) => () => {
    const builder = transaction.call(db) as object;
    return withMethod(builder, 'execute', (execute) => async (work: Work) => {
      const undo = async (tx: unknown): Promise<never> => {
        throw new Undone(await work(tx));
      };
      try {
        return await (execute.call(builder, undo as never) as Promise<unknown>);
      } catch (error) {
        if (error instanceof Undone) return error.answer;
        throw error;
      }
    });
  });
}

type Method = (...args: never[]) => unknown;

/** The same object with another method. */
function withMethod<T extends object>(target: T, name: string, replace: (method: Method) => Method): T {
  return new Proxy(target, {
    get(of, property) {
      const value: unknown = Reflect.get(of, property, of);
      if (typeof value !== 'function') return value;
      const method = value as Method;
      return property === name ? replace(method) : method.bind(of);
    },
  });
}
