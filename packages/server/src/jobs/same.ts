/** `true` only when two unions have the same members: lists that must agree are compared by the compiler. */
export type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
